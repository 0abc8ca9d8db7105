import type { Db } from './db.ts'
import { PATIENCE } from './db.ts'
import { append } from './log.ts'

const HOUR = 3_600_000

/** What was written to the office in private, and who has read it. */
export const privacy = (db: Db) => ({
  /** Was it written in private? Of a case, or of a picture; false for what there is none of. */
  isPrivate: async (of: 'case' | 'picture', id: string): Promise<boolean> => {
    const select = { item: { select: { kind: true } } }
    const found =
      of === 'case'
        ? await db.decision.findUnique({ where: { id }, select })
        : await db.picture.findUnique({ where: { id }, select })
    return found?.item.kind === 'message'
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
