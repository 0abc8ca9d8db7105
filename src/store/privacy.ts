import type { Db } from './db.ts'
import { PATIENCE } from './db.ts'
import { append } from './log.ts'

const HOUR = 3_600_000

/** What may hang on a private message. */
export type Private = 'case' | 'item' | 'picture' | 'action' | 'letter' | 'contest'

/** What was written to the office in private, and who has read it. */
export const privacy = (db: Db) => ({
  /** Does it hang on something that was written in private? False for what there is none of. */
  isPrivate: async (of: Private, id: string): Promise<boolean> => {
    const where = { id }
    const select = { item: { select: { kind: true } } }
    const isMessage = (found: { item: { kind: string } | null } | null | undefined): boolean =>
      found?.item?.kind === 'message'
    switch (of) {
      case 'item':
        return (await db.item.findUnique({ where, select: { kind: true } }))?.kind === 'message'
      case 'case':
        return isMessage(await db.decision.findUnique({ where, select }))
      case 'picture':
        return isMessage(await db.picture.findUnique({ where, select }))
      case 'action':
        return isMessage(await db.action.findUnique({ where, select }))
      case 'contest':
        return isMessage((await db.contest.findUnique({ where, select: { decision: { select } } }))?.decision)
      case 'letter': {
        const on = { about: { select }, contest: { select: { decision: { select } } } }
        const letter = await db.letter.findUnique({ where, select: on })
        return isMessage(letter?.about) || isMessage(letter?.contest?.decision)
      }
    }
  },

  /** Somebody was shown these private messages: each is in the log once an hour, however often they look. */
  opened: async (itemIds: readonly string[], personId: string, now: Date): Promise<void> => {
    const recently = await db.entry.findMany({
      where: {
        itemId: { in: [...itemIds] },
        kind: 'opened',
        actor: personId,
        at: { gt: new Date(now.getTime() - HOUR) },
      },
      select: { itemId: true },
    })
    const known = new Set(recently.map(({ itemId }) => itemId))
    const facts = itemIds.filter((id) => !known.has(id)).map((itemId) => ({ kind: 'opened', actor: personId, itemId }))
    if (facts.length > 0) await db.$transaction((tx) => append(tx, now, facts), PATIENCE)
  },
})
