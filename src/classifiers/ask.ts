import type { z } from 'zod'
import { AdviserError } from './trouble.ts'

export interface Question<T> {
  url: string
  key: string | undefined
  /** Sent as JSON. */
  body: unknown
  /** What the answer must look like; what it doesn't name is passed over. */
  answer: z.ZodType<T>
  signal: AbortSignal
  now: () => Date
}

/** An answer is a few hundred bytes, or a few thousand where a model thinks aloud. */
const LARGEST = 256 * 1024

/**
 * POST a question to another judge's server and check what comes back. Follows nobody elsewhere, and reads no more than
 * an answer can hold.
 * @throws AdviserError, or the signal's reason
 */
export async function ask<T>({ url, key, body, answer, signal, now }: Question<T>): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    throw new AdviserError('unavailable', 'It can’t be reached.', undefined, causeOf(error))
  }
  if (response.status !== 200) {
    await response.body?.cancel().catch(() => {})
    throw refusal(response.status, retryAt(response.headers.get('retry-after'), now()))
  }
  const text = await textOf(response, signal)
  const parsed = answer.safeParse(jsonOf(text))
  if (!parsed.success) throw new AdviserError('unavailable', 'It answers in a form that isn’t understood.')
  return parsed.data
}

/** What a status other than 200 means. Shared with the judge that is asked through a package of its own. */
export function refusal(status: number, retry?: Date): AdviserError {
  if (status === 401 || status === 403) {
    return new AdviserError('misconfigured', `It doesn’t accept the key, or the key isn’t allowed this (${status}).`)
  }
  if (status === 402) return new AdviserError('misconfigured', 'It wants to be paid first (402).')
  if (status === 404 || status === 410) {
    return new AdviserError('misconfigured', `There is nothing by that address or model name (${status}).`)
  }
  if (status === 429)
    return new AdviserError('throttled', 'It was asked too much, or its allowance is used up (429).', retry)
  if (status >= 300 && status < 400) {
    return new AdviserError('misconfigured', `It sends us on to another address, which isn’t followed (${status}).`)
  }
  if (status >= 500) return new AdviserError('unavailable', `It is out of order (${status}).`, retry)
  return new AdviserError('unusable', `It doesn’t take this question (${status}).`)
}

/** @param header seconds, or a date */
function retryAt(header: string | null, now: Date): Date | undefined {
  if (header === null) return undefined
  const at = /^\d+$/.test(header) ? now.getTime() + Number(header) * 1000 : Date.parse(header)
  return Number.isNaN(new Date(at).getTime()) ? undefined : new Date(at)
}

async function textOf(response: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      // Leaving the loop closes the connection.
      if (size > LARGEST) break
      chunks.push(chunk)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw new AdviserError('unavailable', 'Its answer broke off.', undefined, causeOf(error))
  }
  if (size > LARGEST) throw new AdviserError('unusable', 'Its answer is far too long.')
  return Buffer.concat(chunks).toString('utf8')
}

/** Undefined fits no schema. What JSON.parse stumbles over may be a stranger's words: its message goes nowhere. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What `fetch` keeps there has the system's own word for it, for the log. */
const causeOf = (error: unknown): ErrorOptions => ({ cause: error instanceof Error ? error.cause : undefined })
