import { z } from 'zod'
import type { Order, Outcome } from '../platform.ts'
import { Success } from './ensure.ts'
import { isRefusal, Unconfirmed } from './failure.ts'
import type { Account, Bucket } from './graph.ts'
import { refused } from './outcome.ts'
import { Receipt } from './replies.ts'

const There = z.object({ id: z.string() })

/**
 * Delete a comment or a post. What is gone is as it should be.
 * @throws PlatformError, Refusal, Unconfirmed where it is still there, or can't be told
 */
export async function remove(
  { graph }: Pick<Account, 'graph'>,
  bucket: Bucket,
  id: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const isGone = (): Promise<boolean> =>
    graph.get({ path: id, query: { fields: 'id' }, bucket, acting: true }, There, signal).then(
      () => false,
      (error: unknown) => {
        if (isRefusal(error, 'gone')) return true
        throw error
      },
    )
  try {
    await graph.send({ method: 'DELETE', path: id, bucket }, Success, signal)
    return { is: 'done', receipt: null }
  } catch (error) {
    if (isRefusal(error, 'gone')) return { is: 'already-done', receipt: null }
    if (error instanceof Unconfirmed && (await isGone())) return { is: 'done', receipt: null }
    throw error
  }
}

const Private = z.object({ message: z.string() })

/** Take a letter back, where it was a public one. @throws as remove() */
export async function unsay(
  account: Pick<Account, 'graph'>,
  bucket: Bucket,
  { item, receipt }: Pick<Order, 'item' | 'receipt'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const said = Receipt.safeParse(receipt).data
  if (said) return remove(account, bucket, said.comment, signal)
  const isPrivate = item?.kind === 'message' || Private.safeParse(receipt).success
  return refused(
    isPrivate
      ? 'A private message that was sent can’t be taken back by program.'
      : 'It is not known which answer is to be taken back.',
  )
}
