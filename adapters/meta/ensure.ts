import { z } from 'zod'
import type { Outcome } from '../platform.ts'
import { Unconfirmed } from './failure.ts'

/** What can be repeated: it is looked at before and after. */

/** Meta documents a truth, and has a text here at times. */
export const Success = z.object({ success: z.union([z.literal(true), z.literal('true')]) })

/**
 * Write unless it is so already; where the answer is lost, look whether it came to be so.
 * @param write its answer is no proof where `looks`: it is then looked at, too
 * @throws PlatformError, Refusal, Unconfirmed where it is not so, or can't be told
 */
export async function ensure(
  isSo: () => Promise<boolean>,
  write: () => Promise<unknown>,
  looks = false,
): Promise<Outcome> {
  if (await isSo()) return { is: 'already-done', receipt: null }
  try {
    await write()
    if (looks && !(await isSo())) throw new Unconfirmed()
  } catch (error) {
    if (!(error instanceof Unconfirmed) || !(await isSo())) throw error
  }
  return { is: 'done', receipt: null }
}
