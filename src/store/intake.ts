import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Incoming, Page, Stored } from '../../adapters/platform.ts'
import type { Author, ItemKind } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { dealtWith, type KeptHint } from './hints.ts'
import { append, type NewFact } from './log.ts'
import { advance, LeaseLost, type Pass } from './sources.ts'
import { storable, storableJson, store, textHash } from './text.ts'

/** Rows in one statement: Prisma's plan of a createMany grows with its batch. */
const BATCH = 100

/** Index rows have a limit of 2,704 bytes, and no platform's names come near this. UTF-16 units. */
const LONGEST_ID = 600

/** What is gone may come back so long. Milliseconds. */
const MISSED = 7 * 86_400_000

/** @param explain the plain reason behind an error that is the database's health, not the statement's; else null */
export const intake = (db: Db, explain: (error: unknown) => Error | null = () => null) => ({
  /** Which of these `<id> <revision>` are what is known of the item now: its newest text, and not gone. */
  known: async (accountId: string, keys: readonly string[]): Promise<Set<string>> => {
    const ids = keys.map((key) => storable(key.slice(0, key.lastIndexOf(' '))))
    const newest = newestOf(await knownTexts(db, accountId, ids))
    return new Set(
      keys.filter((key) => {
        const at = key.lastIndexOf(' ')
        const text = newest.get(storable(key.slice(0, at)))
        return text !== undefined && text.goneAt === null && text.revision === storable(key.slice(at + 1))
      }),
    )
  },

  /** What is kept of the account and not gone, and what went in the last days, by order of arrival. */
  stored: async (accountId: string, after: string | null, most: number, now: Date): Promise<Stored[]> => {
    const kept = { goneAt: null, blankedAt: null }
    const missed = { goneAt: { gt: new Date(now.getTime() - MISSED) } }
    const rows = await db.item.findMany({
      where: { accountId, OR: [kept, missed], ...(after === null ? {} : { seq: { gt: BigInt(after) } }) },
      select: { externalId: true, revision: true, kind: true, seq: true, goneAt: true },
      orderBy: { seq: 'asc' },
      take: most,
    })
    return rows.map(({ externalId: id, revision, kind, seq, goneAt }) => ({
      id,
      revision,
      kind: kind as ItemKind,
      gone: goneAt !== null,
      place: String(seq),
    }))
  },

  /**
   * Store a page and the cursor behind it in one transaction: a crash repeats, but never skips. Items known already are
   * passed over. An item that can't be stored is set aside, with an entry in the log, and holds up no other one.
   * @param dealt the hints that the page deals with, which are forgotten with it
   * @returns how many items were new
   * @throws LeaseLost
   */
  store: async (pass: Pass, page: Page, now: Date, dealt: readonly KeptHint[] = []): Promise<number> => {
    const fits = page.items.filter(({ item, revision }) => item.id.length + revision.length <= LONGEST_ID)
    const aside = page.items.filter((incoming) => !fits.includes(incoming))
    try {
      return await storeAll(db, pass, { ...page, items: fits }, aside, now, dealt)
    } catch (error) {
      if (error instanceof LeaseLost || explain(error) !== null) throw error
    }
    let fresh = 0
    for (const incoming of fits) {
      try {
        fresh += await storeAll(db, pass, { items: [incoming], cursor: pass.cursor, gone: [], more: true }, [], now, [])
      } catch (error) {
        if (error instanceof LeaseLost || explain(error) !== null) throw error
        aside.push(incoming)
      }
    }
    await storeAll(db, pass, { ...page, items: [] }, aside, now, dealt)
    return fresh
  },
})

function storeAll(
  db: Db,
  pass: Pass,
  page: Page,
  aside: readonly Incoming[],
  now: Date,
  dealt: readonly KeptHint[],
): Promise<number> {
  const { accountId, source } = pass
  return db.$transaction(async (tx) => {
    await advance(tx, pass, page.cursor)
    await dealtWith(tx, pass, dealt)
    const authors = await saveAuthors(tx, page.items, now)
    const conversations = await saveConversations(tx, accountId, page.items)
    // Rows get their order of arrival as they are written; within a page the older was there first.
    const items = page.items.toSorted((a, b) => a.item.writtenAt.getTime() - b.item.writtenAt.getTime())
    const facts: NewFact[] = []
    for (let i = 0; i < items.length; i += BATCH) {
      const batch = await unknown(tx, accountId, items.slice(i, i + BATCH))
      const rows = batch.map(({ incoming, again }) => itemRow(accountId, incoming, again, authors, conversations, now))
      const created = await tx.item.createManyAndReturn({ data: rows, skipDuplicates: true })
      await savePictures(tx, created, batch, now)
      for (const { id: itemId, authorId, sha256, kind: item, writtenAt } of created) {
        const wait = now.getTime() - writtenAt.getTime()
        facts.push({ kind: 'seen', itemId, authorId, body: { account: accountId, sha256, item, source, wait } })
      }
    }
    const seen = facts.length
    for (const { item } of aside) {
      const id = createHash('sha256').update(item.id).digest('hex')
      facts.push({ kind: 'set-aside', body: { account: accountId, source, id } })
    }
    facts.push(...(await markGone(tx, accountId, page.gone, now)))
    await append(tx, now, facts)
    return seen
  }, PATIENCE)
}

interface KnownText {
  externalId: string
  revision: string
  again: number
  seq: bigint
  goneAt: Date | null
}

const knownTexts = (db: Db | Tx, accountId: string, externalIds: readonly string[]): Promise<KnownText[]> =>
  db.item.findMany({
    where: { accountId, externalId: { in: [...externalIds] } },
    select: { externalId: true, revision: true, again: true, seq: true, goneAt: true },
    orderBy: { seq: 'asc' },
  })

const newestOf = (texts: readonly KnownText[]): Map<string, KnownText> =>
  new Map(texts.map((text) => [text.externalId, text]))

/** What must be judged: a new text, and one that is back in place of another or from being deleted. */
async function unknown(
  tx: Tx,
  accountId: string,
  batch: readonly Incoming[],
): Promise<{ incoming: Incoming; again: number }[]> {
  const texts = await knownTexts(
    tx,
    accountId,
    batch.map(({ item }) => storable(item.id)),
  )
  const newest = newestOf(texts)
  return batch.flatMap((incoming) => {
    const [externalId, revision] = [storable(incoming.item.id), storable(incoming.revision)]
    const same = texts.filter((text) => text.externalId === externalId && text.revision === revision)
    const current = newest.get(externalId)
    if (same.length > 0 && current?.revision === revision && current.goneAt === null) return []
    return { incoming, again: same.length }
  })
}

/** Of one person's pictures so many a day are kept; of the rest only where they were. The disk is the office's. */
const PICTURES_A_DAY = 40

async function savePictures(
  tx: Tx,
  created: readonly { id: string; authorId: string | null; externalId: string; revision: string }[],
  batch: readonly { incoming: Incoming }[],
  now: Date,
): Promise<void> {
  const key = (id: string, revision: string): string => `${storable(id)} ${storable(revision)}`
  const media = new Map(batch.map(({ incoming: { item, revision } }) => [key(item.id, revision), item.media]))
  const since = new Date(now.getTime() - 86_400_000)
  const pictures: Prisma.PictureCreateManyInput[] = []
  const counts = new Map<string | null, number>()
  for (const { id: itemId, authorId, externalId, revision } of created) {
    const images = (media.get(key(externalId, revision)) ?? []).filter(({ kind, url }) => kind === 'image' && url)
    if (images.length === 0) continue
    const where = { item: { authorId, seenAt: { gt: since } } }
    let count = counts.get(authorId) ?? (authorId === null ? 0 : await tx.picture.count({ where }))
    for (const { url, alt } of images) {
      const state = count++ < PICTURES_A_DAY || authorId === null ? 'waiting' : 'lost'
      pictures.push({
        itemId,
        url: storable(url ?? ''),
        alt: alt === undefined ? null : storable(alt),
        state,
        nextAt: now,
      })
    }
    counts.set(authorId, count)
  }
  if (pictures.length > 0) await tx.picture.createMany({ data: pictures })
}

const authorKey = (author: Pick<Author, 'platform' | 'id'>): string => `${author.platform} ${author.id}`

async function saveAuthors(tx: Tx, items: readonly Incoming[], now: Date): Promise<Map<string, string>> {
  // The last mention of a person in the page is the newest profile.
  const people = new Map(items.flatMap(({ author }) => (author ? [[authorKey(author), author] as const] : [])))
  if (people.size === 0) return new Map()
  // Sorted, so that two processes lock the same rows in the same order.
  const wanted = [...people.values()].sort((a, b) => (authorKey(a) < authorKey(b) ? -1 : 1))
  const where = { OR: wanted.map(({ platform, id }) => ({ platform, externalId: storable(id) })) }
  const rows = wanted.map((author) => ({
    ...profileOf(author),
    platform: author.platform,
    externalId: storable(author.id),
    firstSeenAt: now,
  }))
  for (let i = 0; i < rows.length; i += BATCH)
    await tx.author.createMany({ data: rows.slice(i, i + BATCH), skipDuplicates: true })
  const stored = await tx.author.findMany({ where })
  const ids = new Map<string, string>()
  for (const row of stored) {
    ids.set(`${row.platform} ${row.externalId}`, row.id)
    const author = wanted.find((one) => one.platform === row.platform && storable(one.id) === row.externalId)
    if (!author) continue
    const fresh = profileOf(author)
    const same = row.handle === fresh.handle && row.displayName === fresh.displayName
    if (!same || !isDeepStrictEqual(row.profile, fresh.profile))
      await tx.author.update({ where: { id: row.id }, data: fresh })
  }
  return ids
}

function profileOf(author: Author) {
  const { bio, createdAt, followers, following, posts, hasAvatar, avatar, verified } = author
  const facts = { bio, createdAt: createdAt?.toISOString(), followers, following, posts, hasAvatar, avatar, verified }
  return {
    handle: storable(author.handle),
    displayName: author.displayName === undefined ? null : storable(author.displayName),
    profile: storableJson(JSON.parse(JSON.stringify(facts))) as Prisma.InputJsonObject,
  }
}

async function saveConversations(tx: Tx, accountId: string, items: readonly Incoming[]): Promise<Map<string, string>> {
  const named = items.filter(({ conversation }) => conversation && conversation.id.length <= LONGEST_ID)
  const threads = new Map(
    named.flatMap(({ conversation }) => (conversation ? [[storable(conversation.id), conversation] as const] : [])),
  )
  if (threads.size === 0) return new Map()
  const data = [...threads.values()].map((thread) => ({
    accountId,
    externalId: storable(thread.id),
    post: thread.post === undefined ? null : storable(thread.post),
    postedAt: thread.postedAt ?? null,
    link: thread.link === undefined ? null : storable(thread.link),
  }))
  data.sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
  await tx.conversation.createMany({ data, skipDuplicates: true })
  const stored = await tx.conversation.findMany({
    where: { accountId, externalId: { in: [...threads.keys()] } },
    select: { id: true, externalId: true },
  })
  return new Map(stored.map((row) => [row.externalId, row.id]))
}

function itemRow(
  accountId: string,
  { item, revision, author, conversation, link, handle }: Incoming,
  again: number,
  authors: ReadonlyMap<string, string>,
  conversations: ReadonlyMap<string, string>,
  now: Date,
): Prisma.ItemCreateManyInput {
  const above = conversation?.above.map((one) => ({ ...one, at: one.at.toISOString() })) ?? []
  return {
    accountId,
    authorId: author ? (authors.get(storable(authorKey(author))) ?? null) : null,
    conversationId: conversation ? (conversations.get(storable(conversation.id)) ?? null) : null,
    externalId: storable(item.id),
    revision: storable(revision),
    again,
    kind: item.kind,
    ...store(item.text),
    sha256: textHash(item.text),
    lang: item.lang === undefined ? null : storable(item.lang),
    links: item.links.map(storable),
    media: storableJson(item.media) as unknown as Prisma.InputJsonArray,
    above: storableJson(above),
    link: storable(link),
    handle: storableJson(handle) as Prisma.InputJsonValue,
    writtenAt: sane(item.writtenAt, now),
    seenAt: now,
  }
}

/** An author may claim any time; the database knows no year -5000, and nothing was written after it was read. */
function sane(claimed: Date, now: Date): Date {
  const time = claimed.getTime()
  return Number.isNaN(time) || time > now.getTime() ? now : new Date(Math.max(time, 0))
}

async function markGone(tx: Tx, accountId: string, ids: readonly string[], now: Date): Promise<NewFact[]> {
  if (ids.length === 0) return []
  const rows = await tx.item.updateManyAndReturn({
    where: { accountId, externalId: { in: ids.map(storable) }, goneAt: null },
    data: { goneAt: now },
    select: { id: true, authorId: true },
  })
  return rows.map(({ id, authorId }) => ({ kind: 'gone', itemId: id, authorId, body: { account: accountId } }))
}
