import type { Entry } from '../generated/prisma/client.ts'
import { type Break, type ChainedFact, chain, type Fact, firstBreak, GENESIS } from './chain.ts'
import type { Db, Tx } from './db.ts'
import { original, storableJson, textHash } from './text.ts'

/** createMany plans grow with the batch: see docs of `openDatabase`. */
const BATCH = 100

export type NewFact = Pick<Fact, 'kind'> & Partial<Omit<Fact, 'kind'>>

/**
 * Append to the log, in the transaction of what the facts tell of. Call it last in the transaction: it holds the head
 * of the chain until the commit, and whoever else appends waits.
 */
export async function append(tx: Tx, at: Date, facts: readonly NewFact[]): Promise<void> {
  if (facts.length === 0) return
  const [head] = await tx.$queryRaw<
    { seq: bigint; hash: string }[]
  >`SELECT seq, hash FROM chain WHERE id = 1 FOR UPDATE`
  if (!head) throw new Error('The head of the log is missing: the database was not set up by this program.')
  const whole = facts.map((fact) => ({
    kind: fact.kind,
    actor: fact.actor ?? 'tool',
    itemId: fact.itemId ?? null,
    authorId: fact.authorId ?? null,
    actionId: fact.actionId ?? null,
    body: storableJson(fact.body ?? {}),
  }))
  const entries = chain(head, at, whole)
  for (let i = 0; i < entries.length; i += BATCH) await tx.entry.createMany({ data: entries.slice(i, i + BATCH) })
  const last = entries.at(-1) ?? head
  await tx.chain.update({ where: { id: 1 }, data: { seq: last.seq, hash: last.hash } })
}

export type Verified =
  | { ok: true; entries: bigint; hash: string }
  /** text: the item's stored text is not the one that was seen. beyond: entries follow that the head does not know. */
  | { ok: false; seq: bigint; why: Break['why'] | 'text' | 'beyond' | 'headless' }

const chained = (entry: Entry): ChainedFact => ({ ...entry, body: entry.body as Fact['body'] })

/** Where and how the log is broken, to follow "The log is broken: ". */
export function brokenWhere({ seq, why }: Extract<Verified, { ok: false }>): string {
  switch (why) {
    case 'missing':
      return `entry ${seq} is missing`
    case 'changed':
      return `entry ${seq} was changed after it was written`
    case 'text':
      return `the text that entry ${seq} saw is another now, or gone`
    case 'beyond':
      return `entry ${seq} and what follows it were not written by Serjeant`
    case 'headless':
      return 'its head was removed'
  }
}

/** The first of these entries that saw a text whose stored copy is another now, or is gone without an entry that says so. */
async function firstForgedText(db: Db, entries: readonly Entry[]): Promise<Entry | undefined> {
  const seen = entries.filter(({ kind, itemId }) => kind === 'seen' && itemId !== null)
  const items = await db.item.findMany({
    where: { id: { in: seen.flatMap(({ itemId }) => itemId ?? []) } },
    select: { id: true, text: true, exact: true },
  })
  const hashes = new Map(items.map((item) => [item.id, textHash(original(item))]))
  const others = seen.filter(({ itemId, body }) => hashes.get(itemId ?? '') !== (body as { sha256?: unknown }).sha256)
  if (others.length === 0) return undefined
  const told = await db.entry.findMany({
    where: { kind: 'blanked', itemId: { in: others.flatMap(({ itemId }) => itemId ?? []) } },
    select: { itemId: true },
  })
  const blanked = new Set(told.map(({ itemId }) => itemId))
  return others.find(({ itemId }) => !hashes.has(itemId ?? '') || !blanked.has(itemId))
}

export const log = (db: Db) => ({
  /**
   * Recompute every hash from the first entry. `progress` is told how many of how many are done.
   * One snapshot, so that entries appended meanwhile are not taken for a break.
   */
  verify: async (progress: (done: bigint, all: bigint) => void = () => {}): Promise<Verified> => {
    const head = await db.chain.findUnique({ where: { id: 1 } })
    if (head === null) return { ok: false, seq: 0n, why: 'headless' }
    let at = { seq: 0n, hash: GENESIS }
    while (at.seq < head.seq) {
      const entries = await db.entry.findMany({
        where: { seq: { gt: at.seq, lte: head.seq } },
        orderBy: { seq: 'asc' },
        take: 1000,
      })
      const broken = firstBreak(at, entries.map(chained))
      if (broken) return { ok: false, ...broken }
      const forged = await firstForgedText(db, entries)
      if (forged) return { ok: false, seq: forged.seq, why: 'text' }
      const last = entries.at(-1)
      if (!last) return { ok: false, seq: at.seq + 1n, why: 'missing' }
      at = { seq: last.seq, hash: last.hash }
      progress(at.seq, head.seq)
    }
    if (at.hash !== head.hash) return { ok: false, seq: head.seq, why: 'changed' }
    const beyond = await db.entry.findFirst({ where: { seq: { gt: head.seq } }, orderBy: { seq: 'asc' } })
    const { seq: now } = await db.chain.findUniqueOrThrow({ where: { id: 1 } })
    if (beyond && now === head.seq) return { ok: false, seq: beyond.seq, why: 'beyond' }
    return { ok: true, entries: head.seq, hash: head.hash }
  },

  /** How far the chain reaches. */
  head: async (): Promise<{ seq: string; hash: string }> => {
    const { seq, hash } = await db.chain.findUniqueOrThrow({ where: { id: 1 } })
    return { seq: String(seq), hash }
  },

  /** Newest first; `before` is the seq of the last entry of the page before. */
  page: (before: bigint | null, take = 50): Promise<Entry[]> =>
    db.entry.findMany({ where: before === null ? {} : { seq: { lt: before } }, orderBy: { seq: 'desc' }, take }),

  ofItem: (itemId: string): Promise<Entry[]> => db.entry.findMany({ where: { itemId }, orderBy: { seq: 'asc' } }),
})
