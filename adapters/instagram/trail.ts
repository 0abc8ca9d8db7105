import { z } from 'zod'
import { fingerprint } from '../meta/known.ts'

/**
 * Whether a walk down a list goes in a circle: Meta's links may lead back to where they led before. One page is remembered, and
 * another in its place after twice as many pages (Brent's way): a circle of any length comes by it again, and a walk of any
 * length needs to keep no more than that.
 */
export const Trail = z.object({
  /** The page that is remembered, by what stood on it; null before the first. */
  mark: z.string().nullable(),
  /** Pages since, and after how many another is remembered. */
  steps: z.number(),
  till: z.number(),
  /** Pages in a row on which nothing stood. */
  idle: z.number(),
})
export type Trail = z.infer<typeof Trail>

export const NO_TRAIL: Trail = { mark: null, steps: 0, till: 1, idle: 0 }

/** Meta may filter a page empty and still have more behind it, but hardly so many. */
const IDLE = 5

/** @returns the trail behind one more page; null where it is a circle, or leads nowhere */
export function further({ mark, steps, till, idle }: Trail, rows: readonly { id: string }[]): Trail | null {
  if (rows.length === 0) return idle < IDLE ? { mark, steps, till, idle: idle + 1 } : null
  const page = fingerprint(rows.map(({ id }) => id).join(), 'hex')
  if (page === mark) return null
  const isFull = mark === null || steps + 1 >= till
  return isFull ? { mark: page, steps: 0, till: till * 2, idle: 0 } : { mark, steps: steps + 1, till, idle: 0 }
}
