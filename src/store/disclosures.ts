import type { Disclosure } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'
import { storable, textHash } from './text.ts'

export type { Disclosure } from '../generated/prisma/client.ts'

/** Who was told about somebody at risk. */
export const TOLD = ['lead', 'police', 'ambulance', 'council', 'other'] as const
export type Told = (typeof TOLD)[number]

export interface GivenDisclosure {
  told: Told
  /** Their name or office. */
  whom: string
  why: string
  at: Date
}

export const disclosures = (db: Db) => ({
  /** Oldest first. */
  ofItem: (itemId: string): Promise<Disclosure[]> =>
    db.disclosure.findMany({ where: { itemId }, orderBy: { id: 'asc' } }),

  add: (itemId: string, person: string, { told, whom, why, at }: GivenDisclosure, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const { authorId, accountId: account } = await tx.item.findUniqueOrThrow({ where: { id: itemId } })
      const said = { whom: storable(whom), why: storable(why) }
      const row = await tx.disclosure.create({
        data: { itemId, told, ...said, at, recordedBy: person, recordedAt: now },
      })
      const sha256 = textHash(JSON.stringify([told, said.whom, said.why, at.toISOString()]))
      const body = { account, disclosure: row.id, told, sha256 }
      await append(tx, now, [{ kind: 'disclosed', actor: person, itemId, authorId, body }])
    }, PATIENCE),

  /** Somebody sent the person at risk the office's words of help, by hand. */
  signposted: (itemId: string, person: string, words: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const { authorId, accountId: account } = await tx.item.findUniqueOrThrow({ where: { id: itemId } })
      const body = { account, sha256: textHash(words) }
      await append(tx, now, [{ kind: 'signposted', actor: person, itemId, authorId, body }])
    }, PATIENCE),
})
