import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Outcome, PlatformError } from '../platform.ts'
import type { Account } from './account.ts'
import { isRefusal } from './failure.ts'
import { Anything, create, erase, kept, Receipt, records } from './repo.ts'
import { Profile, partsOf } from './schema.ts'

/** What falls on a person: mute, which is private, and block, which is a record that anybody can read. */

const BLOCK = 'app.bsky.graph.block'
const BlockRecord = z.object({ subject: z.string() })

/** Null where there is no such person any more. */
async function find({ lines }: Account, did: string, signal: AbortSignal): Promise<Profile | null> {
  try {
    return await lines.own(signal, Profile, (agent, options) =>
      agent.app.bsky.actor.getProfile({ actor: did }, options),
    )
  } catch (error) {
    if (isRefusal(error, 'AccountTakedown', 'AccountDeactivated')) return null
    if (isRefusal(error, 'InvalidRequest') && /not found/i.test(error.said)) return null
    throw error
  }
}

/** How long the app's own view may lag behind what it accepted. Milliseconds between looks. */
const LOOKS = [0, 200, 500, 1500, 3000]

export async function mute(account: Account, did: string, undo: boolean, signal: AbortSignal): Promise<Outcome> {
  const before = await find(account, did, signal)
  if (!before) return { is: 'gone' }
  if (before.viewer.muted !== undo) return { is: 'already-done', receipt: null }
  await account.lines.own(signal, Anything, (agent, options) =>
    agent.call(undo ? 'app.bsky.graph.unmuteActor' : 'app.bsky.graph.muteActor', {}, { actor: did }, options),
  )
  if (undo && before.viewer.mutedByList) return byHand(before.viewer.mutedByList.uri, 'muted')
  for (const wait of LOOKS) {
    await sleep(wait, undefined, { signal })
    const after = await find(account, did, signal)
    if (!after) return { is: 'gone' }
    if (after.viewer.muted !== undo) return { is: 'done', receipt: null }
  }
  throw new PlatformError('unavailable', 'Bluesky accepted it, but does not show it yet.')
}

/** @param rkey chosen beforehand: Bluesky keeps one block for each person, and a second would replace the first */
export async function block(
  account: Account,
  did: string,
  rkey: string,
  attempt: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = { collection: BLOCK, rkey }
  const ours = attempt > 1 ? await kept(account, place, signal) : null
  if (ours) return { is: 'already-done', receipt: { uri: ours.uri } }
  const person = await find(account, did, signal)
  if (!person) return { is: 'gone' }
  const { blocking } = person.viewer
  if (blocking && (await isBlockOf(account, blocking, did, signal)))
    return { is: 'already-done', receipt: { uri: blocking } }
  const record = { subject: did, createdAt: account.now().toISOString() }
  const { uri } = await create(account, place, record, signal)
  if (!(await isBlockOf(account, uri, did, signal)))
    throw new PlatformError('unavailable', 'Bluesky accepted the block, but does not keep it.')
  return { is: 'done', receipt: { uri } }
}

/**
 * The receipt alone proves nothing: staff may have lifted the block and made another. So all blocks of this person are
 * looked for in the account's own records.
 */
export async function unblock(account: Account, did: string, receipt: unknown, signal: AbortSignal): Promise<Outcome> {
  const person = await find(account, did, signal)
  const known = [Receipt.parse(receipt)?.uri, person?.viewer.blocking].filter((uri) => uri !== undefined)
  let lifted = 0
  const lift = async (uri: string): Promise<void> => {
    await erase(account, { collection: BLOCK, rkey: partsOf(uri).rkey }, signal)
    lifted += 1
  }
  for (const uri of new Set(known)) if (await isBlockOf(account, uri, did, signal)) await lift(uri)
  if (lifted === 0) {
    const all = records(account, BLOCK, signal)
    for await (const { uri, value } of all) if (BlockRecord.safeParse(value).data?.subject === did) await lift(uri)
  }
  if (person?.viewer.blockingByList) return byHand(person.viewer.blockingByList.uri, 'blocked')
  return { is: lifted > 0 ? 'done' : 'already-done', receipt: null }
}

async function isBlockOf(account: Account, uri: string, did: string, signal: AbortSignal): Promise<boolean> {
  const { repo, collection, rkey } = partsOf(uri)
  if (repo !== (await account.did()) || collection !== BLOCK) return false
  const record = await kept(account, { collection, rkey }, signal)
  return BlockRecord.safeParse(record?.value).data?.subject === did
}

/** A list holds many people, and may be somebody else's. */
function byHand(list: string, how: 'muted' | 'blocked'): Outcome {
  const { repo, rkey } = partsOf(list)
  return {
    is: 'manual',
    link: `https://bsky.app/profile/${repo}/lists/${rkey}`,
    words: `This person is ${how} through a list. Open the list and remove the person, or stop using the list.`,
  }
}
