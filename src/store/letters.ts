import type { Letter as Saying } from '../../adapters/platform.ts'
import { type LetterKind, PUNISHING } from '../../moderation/letters.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { NotAllowed, NotOpen } from './answering.ts'
import { URGENCY } from './assessing.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { accountsOfOne, lockPeople } from './identities.ts'
import { append, type NewFact } from './log.ts'
import { isAtRisk } from './risk.ts'
import { storable, storableJson, textHash } from './text.ts'

/**
 * Letters about decisions: written by staff, sent once, by the platform, by email or by post; or it is written down that nobody
 * knows where to. A warning is given by its letter alone: what reached nobody warned nobody.
 */

const ACTION = { include: { item: true, account: true, undoneBy: true } } satisfies Prisma.ActionDefaultArgs
const WHOLE = {
  author: true,
  about: ACTION,
  carrier: true,
  contest: { include: { decision: { include: { item: { include: { account: true } } } } } },
  adjustment: true,
} satisfies Prisma.LetterInclude
export type LetterRow = Prisma.LetterGetPayload<{ include: typeof WHOLE }>

/** What a letter is about: one thing of these. */
export type About = { aboutId: string } | { contestId: string } | { adjustmentId: string }

export interface NewLetter {
  kind: LetterKind
  authorId: string | null
  clause: string | null
  policy: { id: string; version: string }
  subject: string
  text: string
  until: Date | null
}

export type Way = 'platform' | 'email' | 'post'

/** A platform letter that never arrived is open again: staff choose another way. */
const LOST = ['refused', 'gone', 'dropped']
export const isUnsent = ({
  state,
  carrier,
}: Pick<LetterRow, 'state'> & { carrier: { state: string } | null }): boolean =>
  state !== 'sent' || (carrier !== null && LOST.includes(carrier.state))

export const letters = (db: Db) => ({
  find: (id: string): Promise<LetterRow | null> => db.letter.findUnique({ where: { id }, include: WHOLE }),

  /** What there is about this; of a block looked at again and again, the draft. */
  about: async (kind: LetterKind, about: About): Promise<string | null> =>
    (await db.letter.findFirst({ where: { ...about, ...sortOf(kind) }, select: { id: true } }))?.id ?? null,

  /** The action a letter is to tell of, with all that a draft needs to know. */
  action: (id: string) =>
    db.action.findUnique({
      where: { id },
      include: { item: true, account: true, author: true, undoneBy: true, decision: true },
    }),

  /** A draft, if there is no letter about it yet. @returns the id of whichever there is now */
  write: (letter: NewLetter, about: About, staff: string, now: Date): Promise<string> =>
    db.$transaction(async (tx) => {
      if (letter.authorId !== null) await lockPeople(tx, [letter.authorId])
      const before = await tx.letter.findFirst({ where: { ...about, ...sortOf(letter.kind) }, select: { id: true } })
      if (before !== null) return before.id
      const { policy, authorId, kind, clause, until } = letter
      const { id } = await tx.letter.create({
        data: {
          ...about,
          ...words(letter),
          kind,
          authorId,
          clause,
          until,
          policy: policy.id,
          version: policy.version,
          writtenBy: staff,
          writtenAt: now,
        },
      })
      await append(tx, now, [factOf(await hold(tx, id), 'letter-written', staff, {})])
      return id
    }, PATIENCE),

  /** Change what it says, as long as nobody was sent it. @throws NotOpen */
  revise: (id: string, said: { subject: string; text: string; until: Date | null }, staff: string, now: Date) =>
    db.$transaction(async (tx) => {
      const letter = await holdOpen(tx, id)
      if (letter.subject === said.subject && letter.text === said.text) return
      const data = { ...words(said), until: said.until, writtenBy: staff, writtenAt: now }
      const after = await tx.letter.update({ where: { id }, data, include: WHOLE })
      await append(tx, now, [factOf(after, 'letter-written', staff, {})])
    }, PATIENCE),

  /**
   * Send it by the platform, or write down that it went by email or by post. For a warning the day till which it counts begins now.
   * @param to for email and post: where to, in staff's words
   * @param links of what a platform is to say
   * @throws NotOpen if it was sent already, or what it tells of was taken back; NotAllowed if the person may be at risk
   */
  send: (
    id: string,
    way: Way,
    { to, links, until }: { to: string; links: Saying['links']; until: Date | null },
    staff: string,
    now: Date,
  ): Promise<void> =>
    db.$transaction(async (tx) => {
      const letter = await holdOpen(tx, id)
      await refuseInCare(tx, letter, way, now)
      const facts: NewFact[] = []
      const carrier = way === 'platform' ? await carry(tx, letter, links, staff, now) : null
      const data = { state: 'sent', way, carriedBy: carrier, settledBy: staff, settledAt: now, why: to || null, until }
      await tx.letter.update({ where: { id }, data })
      facts.push(factOf(letter, 'letter-sent', staff, { way }))
      if (carrier !== null) facts.push(queuedFact(letter, carrier, staff))
      else await arrived(tx, letter, way, now)
      await append(tx, now, facts)
    }, PATIENCE),

  /** Nobody knows where to write to. A warning is then not given; anything else may still be sent one day. @throws NotOpen */
  noAddress: (id: string, why: string, staff: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const letter = await holdOpen(tx, id)
      const data = {
        state: 'no-address',
        way: null,
        carriedBy: null,
        settledBy: staff,
        settledAt: now,
        why: storable(why),
      }
      await tx.letter.update({ where: { id }, data })
      if (letter.kind === 'warn' && letter.aboutId !== null) {
        const because = 'No warning was given: nobody knows where to write to.'
        await tx.action.update({ where: { id: letter.aboutId }, data: { state: 'dropped', because, settledAt: now } })
      } else await ticked(tx, letter, now)
      await append(tx, now, [factOf(letter, 'letter-no-address', staff, { why: textHash(storable(why)) })])
    }, PATIENCE),

  /** All that was written to a person, or is to be, newest first. */
  ofPerson: async (authorId: string): Promise<LetterRow[]> =>
    db.letter.findMany({
      where: { authorId: { in: await accountsOfOne(db, authorId) } },
      include: WHOLE,
      orderBy: [{ writtenAt: 'desc' }, { id: 'desc' }],
    }),
})

const sortOf = (kind: LetterKind): Prisma.LetterWhereInput =>
  kind === 'block-review' ? { kind, state: 'draft' } : { kind: { not: 'block-review' } }

const words = ({ subject, text }: { subject: string; text: string }) => ({
  subject: storable(subject),
  text: storable(text),
})

/** The letter, with the person it is to, whose state must not change meanwhile. */
async function hold(tx: Tx, id: string): Promise<LetterRow> {
  const { authorId } = await tx.letter.findUniqueOrThrow({ where: { id }, select: { authorId: true } })
  if (authorId !== null) await lockPeople(tx, [authorId])
  await tx.$queryRaw`SELECT id FROM letter WHERE id = ${id}::uuid FOR UPDATE`
  return tx.letter.findUniqueOrThrow({ where: { id }, include: WHOLE })
}

async function holdOpen(tx: Tx, id: string): Promise<LetterRow> {
  const letter = await hold(tx, id)
  if (!isUnsent(letter)) throw new NotOpen('This letter was sent already. Nobody is sent it twice.')
  const { about, kind } = letter
  const isOver = about !== null && (about.undoneBy !== null || about.state === 'dropped')
  if (isOver && kind !== 'block-review') throw new NotOpen('What this letter tells of was taken back meanwhile.')
  return letter
}

/** Who may be at risk is spoken to, not written to by a machine; and nobody punishes them. */
async function refuseInCare(tx: Tx, { authorId, kind }: LetterRow, way: Way, now: Date): Promise<void> {
  const isPunishing = PUNISHING.some((one) => one === kind)
  if (authorId === null || !(isPunishing || way === 'platform') || !(await isAtRisk(tx, authorId, now))) return
  throw new NotAllowed(
    'This person seemed to be at risk lately, so they are not sent this. Speak to whoever leads on safeguarding.',
  )
}

/** What the letter answers on the platform. */
const placeOf = ({ about, contest }: LetterRow) => about?.item ?? contest?.decision.item ?? null

/** Put it into the outbox. A warning is itself the action that says it. */
async function carry(tx: Tx, letter: LetterRow, links: Saying['links'], staff: string, now: Date): Promise<string> {
  const saying = storableJson({ text: letter.text, links }) as unknown as Prisma.InputJsonObject
  const due = { state: 'queued', letter: saying, because: null, runAt: now, begunAt: now, settledAt: null, attempts: 0 }
  if (letter.kind === 'warn' && letter.about !== null) {
    await tx.action.update({ where: { id: letter.about.id }, data: due })
    return letter.about.id
  }
  const item = placeOf(letter)
  if (item === null) throw new NotAllowed('There is nothing on the platform that this letter could answer.')
  const { id } = await tx.action.create({
    data: {
      ...due,
      accountId: item.accountId,
      itemId: item.id,
      authorId: letter.authorId,
      decisionId: letter.about?.decisionId ?? letter.contest?.decisionId ?? null,
      kind: 'warn',
      origin: staff,
      urgency: URGENCY.proposal,
      createdAt: now,
      dedupeKey: `letter:${letter.id}:${letter.settledAt?.getTime() ?? 0}`,
    },
  })
  return id
}

async function arrived(tx: Tx, letter: LetterRow, way: Way, now: Date): Promise<void> {
  if (letter.kind === 'warn' && letter.about !== null) {
    const because = way === 'email' ? 'The letter went by email.' : 'The letter went by post, or was handed over.'
    await tx.action.update({
      where: { id: letter.about.id },
      data: { state: 'done', because, settledAt: now, begunAt: letter.about.begunAt ?? now },
    })
  } else await ticked(tx, letter, now)
}

/** Nothing is left to be written about it. */
async function ticked(tx: Tx, { kind, aboutId, contestId }: LetterRow, now: Date): Promise<void> {
  if (aboutId !== null && kind !== 'block-review')
    await tx.action.update({ where: { id: aboutId }, data: { writtenAt: now } })
  if (contestId !== null) await tx.contest.update({ where: { id: contestId }, data: { answeredAt: now } })
}

const factOf = (letter: LetterRow, kind: string, actor: string, more: { [key: string]: string }): NewFact => ({
  kind,
  actor,
  itemId: placeOf(letter)?.id ?? null,
  authorId: letter.authorId,
  actionId: letter.aboutId,
  body: { letter: letter.id, about: letter.kind, text: textHash(letter.text), ...more },
})

const queuedFact = (letter: LetterRow, actionId: string, actor: string): NewFact => ({
  kind: 'queued',
  actor,
  itemId: placeOf(letter)?.id ?? null,
  authorId: letter.authorId,
  actionId,
  body: { account: placeOf(letter)?.accountId ?? null, action: 'warn', clause: letter.clause },
})
