import { createHash } from 'node:crypto'
import type { Json } from '../../adapters/platform.ts'
import { HEARD } from '../../moderation/decide.ts'
import type { Decision, Judgement } from '../../moderation/model.ts'
import { type Author, type Item, Prisma } from '../generated/prisma/client.ts'
import { canonical } from './chain.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { groundOf, type Proof, prove } from './proof.ts'
import { original } from './text.ts'

/**
 * What is known of an item is frozen in the transaction that decides that the police may have to see it: before anything
 * is ordered about it, and whatever becomes of it on the platform or here. Its hash is in the log from that moment.
 */

/** How much of what stands around an item is frozen with it. */
const AROUND = 20

const CAPTURED = {
  account: true,
  author: true,
  conversation: true,
  pictures: { orderBy: { id: 'asc' } },
  capture: { select: { mustRefer: true } },
} satisfies Prisma.ItemInclude
type Whole = Prisma.ItemGetPayload<{ include: typeof CAPTURED }>

/** @param mustRefer the policy promises to report every threat, and this may be one */
export interface Wanted {
  itemId: string
  mustRefer: boolean
}

/** What a decision wants captured; null where it does not concern the police. */
export function wantedBy(
  itemId: string,
  { escalate }: Pick<Decision, 'escalate'>,
  { findings }: Pick<Judgement, 'findings'>,
  reportsThreats: boolean,
): Wanted | null {
  if (escalate !== 'police') return null
  return { itemId, mustRefer: reportsThreats && findings.some(({ concern }) => concern === 'threat') }
}

/** Sure enough that whoever calls it no threat must say why. */
export const isHeard = ({ concern, score }: { concern: string; score: number }): boolean =>
  concern === 'threat' && score >= HEARD

/**
 * Freeze what is not frozen yet. To be called before anything is written about these items.
 * @returns what the log is to say of it, before all else
 */
export async function capture(tx: Tx, wanted: readonly Wanted[], now: Date, actor = 'tool'): Promise<NewFact[]> {
  if (wanted.length === 0) return []
  const items = await tx.item.findMany({
    where: { id: { in: wanted.map(({ itemId }) => itemId) } },
    include: CAPTURED,
    orderBy: { seq: 'asc' },
  })
  const facts: NewFact[] = []
  for (const item of items) {
    const mustRefer = wanted.some((one) => one.itemId === item.id && one.mustRefer)
    if (item.capture !== null) {
      // It is frozen already, and a threat was found only now.
      if (mustRefer && !item.capture.mustRefer)
        await tx.capture.update({ where: { itemId: item.id }, data: { mustRefer } })
      continue
    }
    if (item.blankedAt !== null) continue
    const record = canonical(await recordOf(tx, item, now))
    const sha256 = createHash('sha256').update(record).digest('hex')
    await tx.capture.create({ data: { itemId: item.id, capturedAt: now, record, sha256, mustRefer } })
    const pictures = item.pictures.flatMap(({ state, sha256: hash }) => (state === 'kept' && hash !== null ? hash : []))
    const body = { account: item.accountId, sha256, pictures }
    facts.push({ kind: 'captured', actor, itemId: item.id, authorId: item.authorId, body })
  }
  return facts
}

/** A picture came in after its item was captured: it is evidence from now on. */
export async function capturePicture(tx: Tx, itemId: string, sha256: string, now: Date): Promise<void> {
  const item = await tx.item.findFirst({
    where: { id: itemId, capture: { isNot: null } },
    select: { authorId: true, accountId: true },
  })
  if (item === null) return
  const body = { account: item.accountId, sha256 }
  await append(tx, now, [{ kind: 'captured-picture', itemId, authorId: item.authorId, body }])
}

async function recordOf(tx: Tx, item: Whole, now: Date): Promise<Json> {
  const { account, author, conversation, accountId, externalId, seq, authorId, conversationId } = item
  const kept = { blankedAt: null, id: { not: item.id } }
  const around = { include: { author: true }, orderBy: { seq: 'desc' }, take: AROUND } as const
  const revisions = await tx.item.findMany({
    where: { ...kept, accountId, externalId, seq: { lt: seq } },
    ...around,
  })
  const others = { ...kept, externalId: { not: externalId }, seq: { lt: seq } }
  const earlier = authorId === null ? [] : await tx.item.findMany({ where: { ...others, authorId }, ...around })
  // By the time they give: of a post that thousands answer there is an index of that alone.
  const before = { ...kept, conversationId, externalId: { not: externalId }, writtenAt: { lte: item.writtenAt } }
  const beside = authorId === null ? before : { ...before, OR: [{ authorId: null }, { authorId: { not: authorId } }] }
  const thread =
    conversationId === null ? [] : await tx.item.findMany({ where: beside, ...around, orderBy: { writtenAt: 'desc' } })
  const said = authorId === null ? [] : await ours(tx, authorId)
  return {
    form: 1,
    capturedAt: now.toISOString(),
    account: { platform: account.platform, handle: account.handle },
    item: itemIn(item),
    author: author && authorIn(author),
    post: conversation && {
      id: conversation.externalId,
      text: conversation.post,
      postedAt: conversation.postedAt?.toISOString() ?? null,
      link: conversation.link,
    },
    above: item.above as Json,
    earlierTexts: revisions.reverse().map(itemIn),
    thread: thread.reverse().map((one) => ({ ...itemIn(one), author: one.author && authorIn(one.author) })),
    earlierByAuthor: earlier.reverse().map(itemIn),
    ours: said,
    pictures: item.pictures.map(({ id, url, alt, state, type, sha256 }) => ({ id, url, alt, state, type, sha256 })),
  }
}

const itemIn = (item: Item): { [key: string]: Json } => ({
  id: item.externalId,
  revision: item.revision,
  kind: item.kind,
  text: original(item),
  textSha256: item.sha256,
  lang: item.lang,
  links: item.links,
  media: item.media as Json,
  link: item.link,
  writtenAt: item.writtenAt.toISOString(),
  readAt: item.seenAt.toISOString(),
  goneAt: item.goneAt?.toISOString() ?? null,
  asThePlatformNamesIt: item.handle as Json,
})

const authorIn = ({ platform, externalId, handle, displayName, profile, firstSeenAt }: Author): Json => ({
  platform,
  id: externalId,
  handle,
  displayName,
  profile: profile as Json,
  firstSeenAt: firstSeenAt.toISOString(),
})

/** What the office said to that person before, through the tool. */
async function ours(tx: Tx, authorId: string): Promise<Json> {
  const rows = await tx.action.findMany({
    where: { authorId, kind: { in: ['redirect', 'warn'] }, state: 'done', undoOf: null },
    select: { kind: true, letter: true, settledAt: true },
    orderBy: { settledAt: 'desc' },
    take: AROUND,
  })
  return rows.reverse().map(({ kind, letter, settledAt }) => ({
    kind,
    letter: letter as Json,
    at: settledAt?.toISOString() ?? null,
  }))
}

const PACKED = {
  capture: true,
  account: { select: { platform: true, handle: true } },
  decision: {
    include: {
      reviews: { include: { person: { select: { name: true } } }, orderBy: { at: 'asc' } },
      actions: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
    },
  },
  findings: { orderBy: { id: 'asc' } },
  referrals: { orderBy: { id: 'asc' } },
  pictures: {
    select: { id: true, url: true, alt: true, state: true, type: true, sha256: true, sight: true },
    orderBy: { id: 'asc' },
  },
} satisfies Prisma.ItemInclude

/** An item as an evidence pack tells of it. The bytes of its pictures are read one by one. */
export type Packed = Prisma.ItemGetPayload<{ include: typeof PACKED }>

export const evidence = (db: Db) => ({
  /** What is known of what was captured; null if nothing was. */
  of: (itemId: string): Promise<{ capturedAt: Date; sha256: string; mustRefer: boolean } | null> =>
    db.capture.findUnique({
      where: { itemId, record: { not: null } },
      select: { capturedAt: true, sha256: true, mustRefer: true },
    }),

  /** Somebody wants it frozen that nobody was called for. @returns false if its words are gone */
  capture: (itemId: string, person: string, now: Date): Promise<boolean> =>
    db.$transaction(async (tx) => {
      // In the order of whoever settles it, or answers it.
      await tx.$queryRaw`SELECT id FROM item WHERE id = ${itemId}::uuid FOR UPDATE`
      await append(tx, now, await capture(tx, [{ itemId, mustRefer: false }], now, person))
      return (await tx.capture.count({ where: { itemId, record: { not: null } } })) > 0
    }, PATIENCE),

  /** All that goes into a pack, as it is at one moment; null where nothing was captured, or its words are gone. */
  packed: async (itemId: string): Promise<{ item: Packed; proof: Proof } | null> => {
    const { item, ground } = await db.$transaction(
      async (tx) => ({
        item: await tx.item.findUniqueOrThrow({ where: { id: itemId }, include: PACKED }),
        ground: await groundOf(tx, itemId),
      }),
      { ...PATIENCE, isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
    )
    return item.capture?.record == null ? null : { item, proof: await prove(db, ground) }
  },

  /** A pack was made: whoever has one can ask the office whether it is this one. */
  made: (itemId: string, person: string, pack: { sha256: string; size: number }, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const { authorId, accountId: account } = await tx.item.findUniqueOrThrow({ where: { id: itemId } })
      await append(tx, now, [{ kind: 'packed', actor: person, itemId, authorId, body: { account, ...pack } }])
    }, PATIENCE),
})
