import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { FetchRequest, Incoming } from '../platform.ts'

/** What Meta's lists give, and how what is stored is known again among it. */

/** Of a list, what can be read: one hostile comment must not stop a source. */
export function readable<T extends z.ZodType>(row: T, rows: readonly unknown[]): z.output<T>[] {
  return rows.flatMap((one) => {
    const read = row.safeParse(one)
    return read.success ? [read.data] : []
  })
}

/** By which the service knows a text that is stored. */
export const keyOf = ({ item, revision }: Incoming): string => `${item.id} ${revision}`

/** Those that are not stored yet as they are now. */
export async function unknownOf(request: Pick<FetchRequest, 'known'>, items: readonly Incoming[]): Promise<Incoming[]> {
  if (items.length === 0) return []
  const known = await request.known(items.map(keyOf))
  return items.filter((one) => !known.has(keyOf(one)))
}

/** Tells contents apart. It is stored, so each kind keeps the encoding that it began with. */
export const fingerprint = (contents: string, encoding: 'hex' | 'base64url'): string =>
  createHash('sha256').update(contents).digest(encoding).slice(0, 16)

/**
 * Reads when something says it was written: never the future, and never another age, which no database may hold. Where it says
 * nothing that can be read, that is now.
 * @param earliest when there was nothing yet, Unix milliseconds
 */
export const datesSince =
  (earliest: number) =>
  (claim: string | undefined, now: Date): Date => {
    const stated = Date.parse(claim ?? '')
    const time = Number.isNaN(stated) ? now.getTime() : stated
    return new Date(Math.max(earliest, Math.min(time, now.getTime())))
  }
