import { createHash } from 'node:crypto'
import type { Incoming, Page } from '../../adapters/platform.ts'
import type { Author } from '../../moderation/model.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { advance, type Pass } from './sources.ts'
import { storable, storableJson, store } from './text.ts'

/** Rows in one statement: Prisma's plan of a createMany grows with its batch. */
const BATCH = 100

export const intake = (db: Db) => ({
  /** Which of these `<id> <revision>` are stored for the account. */
  known: async (accountId: string, keys: readonly string[]): Promise<Set<string>> => {
    const ids = keys.map((key) => key.slice(0, key.lastIndexOf(' ')))
    const rows = await db.item.findMany({
      where: { accountId, externalId: { in: ids.map(storable) } },
      select: { externalId: true, revision: true },
    })
    const stored = new Set(rows.map((row) => `${row.externalId} ${row.revision}`))
    return new Set(keys.filter((key) => stored.has(storable(key))))
  },

  /**
   * Store a page and the cursor behind it in one transaction: a crash repeats, but never skips. Items stored already are
   * passed over.
   * @returns how many items were new
   * @throws LeaseLost
   */
  store: (pass: Pass, page: Page, now: Date): Promise<number> =>
    db.$transaction(async (tx) => {
      await advance(tx, pass, page.cursor)
      const authors = await saveAuthors(tx, page.items, now)
      const conversations = await saveConversations(tx, pass.accountId, page.items)
      const facts: NewFact[] = []
      for (let i = 0; i < page.items.length; i += BATCH) {
        const batch = page.items.slice(i, i + BATCH)
        const rows = batch.map((incoming) => itemRow(pass.accountId, incoming, authors, conversations, now))
        const created = await tx.item.createManyAndReturn({ data: rows, skipDuplicates: true })
        const bodies = new Map(
          batch.map((incoming) => [storable(`${incoming.item.id} ${incoming.revision}`), incoming]),
        )
        const pictures: Prisma.PictureCreateManyInput[] = []
        for (const item of created) {
          const media = bodies.get(`${item.externalId} ${item.revision}`)?.item.media ?? []
          for (const { kind, url, alt } of media) {
            if (kind !== 'image' || !url) continue
            pictures.push({
              itemId: item.id,
              url: storable(url),
              alt: alt === undefined ? null : storable(alt),
              nextAt: now,
            })
          }
          const { sha256, kind, authorId } = item
          const wait = now.getTime() - item.writtenAt.getTime()
          facts.push({
            kind: 'seen',
            itemId: item.id,
            authorId,
            body: { sha256, item: kind, source: pass.source, wait },
          })
        }
        if (pictures.length > 0) await tx.picture.createMany({ data: pictures })
      }
      facts.push(...(await markGone(tx, pass.accountId, page.gone, now)))
      const seen = facts.filter((fact) => fact.kind === 'seen').length
      await append(tx, now, facts)
      return seen
    }, PATIENCE),
})

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
    if (!same) await tx.author.update({ where: { id: row.id }, data: fresh })
  }
  return ids
}

function profileOf(author: Author) {
  const { bio, createdAt, followers, following, posts, hasAvatar, verified } = author
  const facts = { bio, createdAt: createdAt?.toISOString(), followers, following, posts, hasAvatar, verified }
  return {
    handle: storable(author.handle),
    displayName: author.displayName === undefined ? null : storable(author.displayName),
    profile: storableJson(JSON.parse(JSON.stringify(facts))) as Prisma.InputJsonObject,
  }
}

async function saveConversations(tx: Tx, accountId: string, items: readonly Incoming[]): Promise<Map<string, string>> {
  const threads = new Map(
    items.flatMap(({ conversation }) => (conversation ? [[storable(conversation.id), conversation] as const] : [])),
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
    kind: item.kind,
    ...store(item.text),
    sha256: createHash('sha256').update(item.text, 'utf16le').digest('hex'),
    lang: item.lang === undefined ? null : storable(item.lang),
    links: item.links.map(storable),
    media: storableJson(item.media) as unknown as Prisma.InputJsonArray,
    above: storableJson(above),
    link: storable(link),
    handle: storableJson(handle) as Prisma.InputJsonValue,
    writtenAt: item.writtenAt,
    seenAt: now,
  }
}

async function markGone(tx: Tx, accountId: string, ids: readonly string[], now: Date): Promise<NewFact[]> {
  if (ids.length === 0) return []
  const rows = await tx.item.updateManyAndReturn({
    where: { accountId, externalId: { in: ids.map(storable) }, goneAt: null },
    data: { goneAt: now },
    select: { id: true, authorId: true },
  })
  return rows.map(({ id, authorId }) => ({ kind: 'gone', itemId: id, authorId }))
}
