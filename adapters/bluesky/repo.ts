import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PlatformError } from '../platform.ts'
import type { Account } from './account.ts'
import { isRefusal, unknownSelf } from './failure.ts'
import { Kept, Records, StrongRef } from './schema.ts'

/** Records in the account's own repository, which is where what it does is kept, whatever the rest of Bluesky shows. */

export interface Place {
  collection: string
  rkey: string
}

type Value = Record<string, unknown>
/** Where a record was made, as an outcome keeps it. */
export const Receipt = z.object({ uri: z.string() }).nullable().catch(null)

/** Where the answer itself says nothing. */
export const Anything = z.unknown()

export async function kept(account: Account, place: Place, signal: AbortSignal) {
  const where = { repo: await account.did(), ...place }
  try {
    return await account.lines.own(signal, Kept, (agent, options) => agent.com.atproto.repo.getRecord(where, options))
  } catch (error) {
    if (isRefusal(error, 'RecordNotFound')) return null
    throw unknownSelf(error) ?? error
  }
}

/** Might it have been written all the same? Who is not let in has written nothing. */
function isUnclear(error: unknown): boolean {
  return error instanceof PlatformError && error.trouble !== 'unauthorised'
}

/**
 * Make a record whose key was chosen beforehand: whether an earlier try has made it, `kept` tells. A lost answer is
 * looked after here; a second record under one key would be answered with a server error that says no more than that.
 */
export async function create(account: Account, place: Place, record: Value, signal: AbortSignal): Promise<StrongRef> {
  const given = { repo: await account.did(), ...place, record: { $type: place.collection, ...record } }
  try {
    return await account.lines.own(signal, StrongRef, (agent, options) =>
      agent.com.atproto.repo.createRecord(given, options),
    )
  } catch (error) {
    if (!isUnclear(error)) throw error
    const there = await kept(account, place, signal)
    if (!there) throw error
    return there
  }
}

/** Delete a record, and look that it is gone. A missing one is no error. */
export async function erase(account: Account, place: Place, signal: AbortSignal): Promise<void> {
  const where = { repo: await account.did(), ...place }
  try {
    await account.lines.own(signal, Anything, (agent, options) => agent.com.atproto.repo.deleteRecord(where, options))
  } catch (error) {
    if (!isUnclear(error)) throw error
    if (await kept(account, place, signal)) throw error
    return
  }
  if (await kept(account, place, signal))
    throw new PlatformError('unavailable', 'Bluesky accepted the deletion, but the record is still there.')
}

/**
 * Change a record as it is now, until a look at it shows that nothing is left to change. Staff may change it at the same
 * moment, and an answer may be lost: either way the next look tells.
 * @param change what it should be; null if it is right as it is
 */
export async function amend(
  account: Account,
  place: Place,
  change: (value: Value | null) => Promise<Value | null>,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 0; tries < 8; tries++) {
    const there = await kept(account, place, signal)
    const record = await change(there?.value ?? null)
    if (!record) return
    const given = { repo: await account.did(), ...place, record: { $type: place.collection, ...record } }
    try {
      await account.lines.own(signal, StrongRef, (agent, options) =>
        agent.com.atproto.repo.putRecord({ ...given, swapRecord: there?.cid ?? null }, options),
      )
    } catch (error) {
      const isLost = error instanceof PlatformError && error.trouble === 'unavailable' && tries === 0
      if (!isLost && !isRefusal(error, 'InvalidSwap')) throw error
    }
  }
  throw new PlatformError('unavailable', 'Somebody else keeps changing the same record.')
}

/** All records of a collection, newest first. */
export async function* records(account: Account, collection: string, signal: AbortSignal) {
  const repo = await account.did()
  let cursor: string | undefined
  do {
    const asked = { repo, collection, limit: 100, ...(cursor === undefined ? {} : { cursor }) }
    const page = await account.lines.own(signal, Records, (agent, options) =>
      agent.com.atproto.repo.listRecords(asked, options),
    )
    yield* page.records
    cursor = page.cursor
  } while (cursor !== undefined)
}

const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz'

/**
 * A record key of the kind Bluesky wants for posts and blocks: 53 bits of microseconds and 10 of chance, in letters that
 * sort by time. The order's id stands for chance and for the microseconds that the clock does not tell.
 */
export function recordKey(orderId: string, now: Date): string {
  const chance = createHash('sha256').update(orderId).digest().readUInt32BE()
  const micros = BigInt(now.getTime()) * 1000n + BigInt(chance % 1000)
  const bits = (micros << 10n) | BigInt((chance >>> 10) & 1023)
  return Array.from({ length: 13 }, (_, i) => ALPHABET[Number((bits >> BigInt(60 - 5 * i)) & 31n)]).join('')
}
