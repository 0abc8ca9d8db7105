import type { Json } from '../../adapters/platform.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { NotAllowed, NotOpen } from './answering.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'
import { storable } from './text.ts'

/** What two different people must want: one asks, and another agrees within a day. */
export const WEIGHTY = ['permanent-block', 'stop-all'] as const
export type Weighty = (typeof WEIGHTY)[number]

const DAY = 86_400_000

/** What somebody asked for, and what became of it. */
export interface Asked {
  id: string
  kind: Weighty
  /** What it is about, by id: the same is asked for once at a time. */
  subject: string
  /** What is needed to carry it out: ids and choices, never a stranger's words. */
  details: Json
  /** The reason, in the words of whoever asked. */
  why: string
  askedBy: string
  askedAt: Date
  expiresAt: Date
}

export type Wish = Pick<Asked, 'kind' | 'subject' | 'why'> & { details?: Json }

/**
 * Does what was asked for, in the transaction in which the second person agrees, and says what the log is to tell of it.
 * @throws NotAllowed if it can't be done any more: then it goes on waiting
 */
export type CarryOut = (tx: Tx, asked: Asked, agreedBy: string, now: Date) => Promise<readonly NewFact[]>

/** @param ways how each is carried out. What has no way here can't be asked for. */
export const confirming = (db: Db, ways: { readonly [Kind in Weighty]?: CarryOut }) => ({
  /** Ask for it. Where the same waits already, that is what is given back, and nothing is asked twice. */
  ask: ({ kind, subject, why, details = {} }: Wish, by: string, now: Date): Promise<Asked> =>
    db.$transaction(async (tx) => {
      if (ways[kind] === undefined) throw new Error(`Nothing says how to carry out ${kind}.`)
      await oneAtATime(tx)
      const ended = await end(tx, now)
      const waiting = await tx.secondOpinion.findFirst({ where: { kind, subject, state: 'waiting' } })
      if (waiting !== null) {
        await append(tx, now, ended)
        return asAsked(waiting)
      }
      const expiresAt = new Date(now.getTime() + DAY)
      const data = { kind, subject, details: details as Prisma.InputJsonValue, why: storable(why), expiresAt }
      const asked = asAsked(await tx.secondOpinion.create({ data: { ...data, askedBy: by, askedAt: now } }))
      await append(tx, now, [...ended, fact('second-asked', asked, by)])
      return asked
    }, PATIENCE),

  /** What waits for a second person, the oldest first. */
  waiting: async (now: Date): Promise<Asked[]> => {
    const where = { state: 'waiting', expiresAt: { gt: now } }
    return (await db.secondOpinion.findMany({ where, orderBy: { askedAt: 'asc' }, take: 200 })).map(asAsked)
  },

  /** What waits about one subject; null if nothing does. */
  about: async (kind: Weighty, subject: string, now: Date): Promise<Asked | null> => {
    const where = { kind, subject, state: 'waiting', expiresAt: { gt: now } }
    const found = await db.secondOpinion.findFirst({ where })
    return found === null ? null : asAsked(found)
  },

  /**
   * The second person agrees, and it is done.
   * @throws NotAllowed for whoever asked; NotOpen if it waits no longer
   */
  agree: (id: string, by: string, now: Date): Promise<Asked> =>
    db.$transaction(async (tx) => {
      const asked = await hold(tx, id, now)
      if (asked.askedBy === by) throw new NotAllowed('It takes somebody else: whoever asked can’t agree to it.')
      const carryOut = ways[asked.kind]
      if (carryOut === undefined) throw new Error(`Nothing says how to carry out ${asked.kind}.`)
      const facts = await carryOut(tx, asked, by, now)
      await tx.secondOpinion.update({ where: { id }, data: { state: 'agreed', settledBy: by, settledAt: now } })
      await append(tx, now, [fact('second-agreed', asked, by), ...facts])
      return asked
    }, PATIENCE),

  /** Whoever asked takes it back, or another says no. @throws NotOpen if it waits no longer */
  cancel: (id: string, by: string, now: Date): Promise<Asked> =>
    db.$transaction(async (tx) => {
      const asked = await hold(tx, id, now)
      const state = asked.askedBy === by ? 'withdrawn' : 'declined'
      await tx.secondOpinion.update({ where: { id }, data: { state, settledBy: by, settledAt: now } })
      await append(tx, now, [fact(`second-${state}`, asked, by)])
      return asked
    }, PATIENCE),

  /** End what nobody agreed to in time. For the service, from time to time. */
  expire: (now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      if ((await tx.secondOpinion.count({ where: { state: 'waiting', expiresAt: { lte: now } } })) === 0) return
      await oneAtATime(tx)
      await append(tx, now, await end(tx, now))
    }, PATIENCE),
})

type Row = Prisma.SecondOpinionGetPayload<object>

const asAsked = ({ kind, details, ...row }: Row): Asked => ({
  ...row,
  kind: kind as Weighty,
  details: details as Json,
})

/** Ids and a choice alone: what somebody wrote as the reason stays where it can be removed. */
const fact = (kind: string, { id, kind: weighty, subject }: Asked, actor: string): NewFact => ({
  kind,
  actor,
  body: { second: id, weighty, subject },
})

async function end(tx: Tx, now: Date): Promise<NewFact[]> {
  const rows = await tx.secondOpinion.updateManyAndReturn({
    where: { state: 'waiting', expiresAt: { lte: now } },
    data: { state: 'expired', settledAt: now },
  })
  return rows.map((row) => fact('second-expired', asAsked(row), 'tool'))
}

async function hold(tx: Tx, id: string, now: Date): Promise<Asked> {
  await tx.$queryRaw`SELECT id FROM second_opinion WHERE id = ${id}::uuid FOR UPDATE`
  const row = await tx.secondOpinion.findUniqueOrThrow({ where: { id } })
  if (row.state !== 'waiting') throw new NotOpen('Somebody was quicker: this waits no longer.')
  if (row.expiresAt <= now) throw new NotOpen('Nobody agreed within a day, so this has expired. Ask again.')
  return asAsked(row)
}

/** Two who ask for the same at once ask for it once. */
async function oneAtATime(tx: Tx): Promise<void> {
  await tx.$executeRaw`LOCK TABLE second_opinion IN SHARE ROW EXCLUSIVE MODE`
}
