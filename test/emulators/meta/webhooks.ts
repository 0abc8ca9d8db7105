import { createHmac, randomBytes } from 'node:crypto'
import type { Happening } from './happenings.ts'

/** What Meta sends to a webhook: what happened, signed over the very bytes. */

export interface Delivery {
  body: string
  /** What the webhook answered; 0 if it could not be reached. */
  status: number
}

export interface Delivering {
  /** Send the last ones again, as Meta does when it is unsure. */
  again?: boolean
  /** Put all that happened to one Page or account into one delivery. */
  batched?: boolean
  signature?: 'right' | 'wrong' | 'none'
  /** A body of one's own instead. */
  body?: string
}

/** @param waiting what nobody has been told yet; what is told is taken out */
export function newWebhooks(secret: string, waiting: Happening[]) {
  let last: string[] = []
  const failed: string[] = []

  const send = async (to: string, body: string, signature: Delivering['signature']): Promise<Delivery> => {
    const key = signature === 'wrong' ? randomBytes(16) : secret
    const signed = (algorithm: string) => `${algorithm}=${createHmac(algorithm, key).update(body).digest('hex')}`
    const signatures = { 'x-hub-signature': signed('sha1'), 'x-hub-signature-256': signed('sha256') }
    const headers = { 'content-type': 'application/json', ...(signature === 'none' ? {} : signatures) }
    try {
      const response = await fetch(to, { method: 'POST', headers, body })
      await response.arrayBuffer()
      return { body, status: response.status }
    } catch {
      return { body, status: 0 }
    }
  }

  return {
    /** Tell the webhook all that it has not been told; what it did not take with 200 comes again the next time. */
    deliver: async (to: string, how: Delivering = {}): Promise<Delivery[]> => {
      onlyLoopback(to)
      if (!how.again) {
        const told = waiting.splice(0)
        last = how.body === undefined ? [...failed.splice(0), ...bodiesOf(told, how.batched ?? false)] : [how.body]
      }
      const deliveries: Delivery[] = []
      for (const body of last) {
        const delivery = await send(to, body, how.signature)
        deliveries.push(delivery)
        if (delivery.status !== 200 && !how.again) failed.push(body)
      }
      return deliveries
    },

    /** Whether the webhook proves to be the app's, when it is entered in the app's settings. */
    shakeHands: async (to: string, verifyToken: string): Promise<boolean> => {
      onlyLoopback(to)
      const challenge = String(randomBytes(4).readUInt32BE())
      const address = new URL(to)
      address.searchParams.set('hub.mode', 'subscribe')
      address.searchParams.set('hub.verify_token', verifyToken)
      address.searchParams.set('hub.challenge', challenge)
      const response = await fetch(address)
      return response.status === 200 && (await response.text()) === challenge
    },
  }
}

function onlyLoopback(to: string): void {
  if (new URL(to).hostname !== '127.0.0.1') throw new Error('webhooks are told on 127.0.0.1 only')
}

function bodiesOf(happenings: readonly Happening[], batched: boolean): string[] {
  if (!batched) return happenings.map((happening) => bodyOf([happening]))
  const each = new Set(happenings.map(({ of }) => of))
  return [...each].map((one) => bodyOf(happenings.filter(({ of }) => of === one)))
}

function bodyOf(happenings: readonly Happening[]): string {
  const [first] = happenings
  const entry = happenings.map(({ of, field, value, at }) => ({
    id: of.id,
    time: field.startsWith('message') ? at : Math.floor(at / 1000),
    ...(field.startsWith('message') ? { messaging: [value] } : { changes: [{ field, value }] }),
  }))
  return escaped(JSON.stringify({ object: first?.of.node === 'IGUser' ? 'instagram' : 'page', entry }))
}

/** Meta escapes all but ASCII, and signs what it sends: whoever parses and writes it anew signs something else. */
function escaped(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
