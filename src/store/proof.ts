import type { Json } from '../../adapters/platform.ts'
import type { Entry } from '../generated/prisma/client.ts'
import { type ChainedFact, digestOf, GENESIS, linked } from './chain.ts'
import type { Db, Tx } from './db.ts'

/**
 * What shows somebody outside that an item's entries lie in the log, without telling them of any other: the item's own
 * entries whole, and of those between them the digests, over which the hashes can be computed from one to the next.
 */

/** Where a chain is at: the last entry's number and hash. */
export interface At {
  seq: string
  hash: string
}

/** An entry as it is told outside. */
export interface Told {
  seq: string
  at: string
  kind: string
  actor: string
  itemId: string | null
  authorId: string | null
  actionId: string | null
  body: Json
  hash: string
}

export type Link =
  | { entry: Told }
  /** Of entries about others, one after the other. */
  | { digests: string[] }
  /** Entries about others that are not carried: too many, or of a log that is older than digests. */
  | { gap: At }

export interface Proof {
  start: At
  links: Link[]
  head: At
}

/** Entries about others whose digests are carried. 64 letters each. */
const MOST = 20_000
const PAGE = 1000

/** What a proof is made of, as it was at one moment. */
export interface Ground {
  chain: { seq: bigint; hash: string }
  /** The entries about the item. */
  own: Entry[]
}

export const groundOf = async (tx: Tx, itemId: string): Promise<Ground> => ({
  own: await tx.entry.findMany({ where: { itemId }, orderBy: { seq: 'asc' } }),
  chain: await tx.chain.findUniqueOrThrow({ where: { id: 1 } }),
})

/** What is written meanwhile changes nothing: the log is only ever added to. */
export async function prove(db: Db, { chain, own }: Ground): Promise<Proof> {
  const [first] = own
  const head = { seq: String(chain.seq), hash: chain.hash }
  if (first === undefined) return { start: head, links: [], head }
  const hashAt = async (seq: bigint): Promise<string> =>
    seq === 0n ? GENESIS : (await db.entry.findUniqueOrThrow({ where: { seq }, select: { hash: true } })).hash
  const links: Link[] = []
  let left = MOST
  let at = { seq: first.seq - 1n, hash: await hashAt(first.seq - 1n) }
  const start = told(at)
  /** On to the entry `till`, past those about others. */
  const pass = async (till: bigint): Promise<void> => {
    if (till === at.seq) return
    const count = Number(till - at.seq)
    const digests = count > left ? null : await digestsOf(db, at, till)
    at = { seq: till, hash: await hashAt(till) }
    links.push(digests === null ? { gap: told(at) } : { digests })
    left -= digests?.length ?? 0
  }
  for (const entry of own) {
    await pass(entry.seq - 1n)
    links.push({ entry: entryIn(entry) })
    at = entry
  }
  await pass(chain.seq)
  return { start, links, head }
}

/** Null where they can't be computed over: the log is older than digests there, or broken. */
async function digestsOf(db: Db, from: { seq: bigint; hash: string }, till: bigint): Promise<string[] | null> {
  const digests: string[] = []
  let { seq, hash } = from
  while (seq < till) {
    const entries = await db.entry.findMany({
      where: { seq: { gt: seq, lte: till } },
      orderBy: { seq: 'asc' },
      take: PAGE,
    })
    if (entries.length === 0) return null
    for (const entry of entries) {
      const digest = digestOf(chained(entry))
      if (entry.seq !== seq + 1n || entry.hash !== linked(hash, digest)) return null
      digests.push(digest)
      ;({ seq, hash } = entry)
    }
  }
  return digests
}

const chained = (entry: Entry): ChainedFact => ({ ...entry, body: entry.body as ChainedFact['body'] })
const told = ({ seq, hash }: { seq: bigint; hash: string }): At => ({ seq: String(seq), hash })

function entryIn({ seq, at, kind, actor, itemId, authorId, actionId, body, hash }: Entry): Told {
  return { seq: String(seq), at: at.toISOString(), kind, actor, itemId, authorId, actionId, body: body as Json, hash }
}
