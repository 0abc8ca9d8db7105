import type { Capabilities, Json, Probe } from '../../adapters/platform.ts'
import type { Mode } from '../../moderation/model.ts'
import { type Account, Prisma } from '../generated/prisma/client.ts'
import { type Db, PATIENCE, type Tx } from './db.ts'
import { append, type NewFact } from './log.ts'

export const accounts = (db: Db) => ({
  /**
   * Make the table agree with the configuration: new accounts appear, absent ones are retired but kept, and what was
   * troubled is tried anew. Every process on one database must have the same configuration.
   */
  configure: (wanted: readonly { platform: string; handle: string; mode: Mode }[], now: Date): Promise<Account[]> =>
    db.$transaction(async (tx) => {
      const facts: NewFact[] = []
      const rows: Account[] = []
      for (const { platform, handle, mode: configured } of wanted) {
        const before = await tx.account.findUnique({ where: { platform_handle: { platform, handle } } })
        const mode = before?.chosenMode ?? configured
        const row = await tx.account.upsert({
          where: { platform_handle: { platform, handle } },
          create: { platform, handle, mode, createdAt: now },
          update: { mode, retiredAt: null, trouble: null },
        })
        if (before?.trouble) await tx.source.updateMany({ where: { accountId: row.id }, data: { nextAt: now } })
        if (before?.mode !== mode || before.retiredAt !== null) {
          facts.push({ kind: 'account', body: { account: row.id, platform, mode } })
        }
        rows.push(row)
      }
      facts.push(...(await retire(tx, rows, now)))
      await append(tx, now, facts)
      return rows
    }, PATIENCE),

  /** Staff say how much the tool may do on an account, whatever the configuration file says from now on. */
  chooseMode: (id: string, mode: Mode, by: string, now: Date): Promise<void> =>
    db.$transaction(async (tx) => {
      const { mode: before, platform } = await tx.account.findUniqueOrThrow({ where: { id, retiredAt: null } })
      if (before === mode) return
      await tx.account.update({ where: { id }, data: { mode, chosenMode: mode } })
      await append(tx, now, [{ kind: 'account', actor: by, body: { account: id, platform, mode, before } }])
    }, PATIENCE),

  /** The platforms of all accounts there ever were. */
  platforms: async (): Promise<string[]> => {
    const rows = await db.account.findMany({ distinct: ['platform'], select: { platform: true } })
    return rows.map(({ platform }) => platform)
  },

  /** The sources this account is polled for; a new one is due at once. */
  readFrom: async (accountId: string, names: readonly string[], now: Date): Promise<void> => {
    const data = names.map((name) => ({ accountId, name, nextAt: now }))
    await db.source.createMany({ data, skipDuplicates: true })
  },

  probed: async (id: string, probe: Probe, now: Date): Promise<void> => {
    const capabilities = probe.capabilities as unknown as { [key: string]: Json }
    await db.account.update({
      where: { id },
      data: {
        capabilities,
        notes: probe.notes,
        warnings: probe.warnings ?? [],
        probedAt: now,
        trouble: null,
        budget: probe.budget === undefined ? Prisma.DbNull : { ...probe.budget },
      },
    })
  },

  troubled: async (id: string, trouble: string | null): Promise<void> => {
    await db.account.update({ where: { id }, data: { trouble } })
  },

  /** All there ever were, oldest first: what came to one that is retired may still wait. */
  named: () =>
    db.account.findMany({ select: { id: true, platform: true, handle: true }, orderBy: { createdAt: 'asc' } }),

  all: () =>
    db.account.findMany({ where: { retiredAt: null }, orderBy: { createdAt: 'asc' }, include: { sources: true } }),
})

/** What a probe found out, as stored; before the first probe nothing is possible. */
export function capabilitiesOf(row: Pick<Account, 'capabilities'>): Capabilities | null {
  return row.capabilities as Capabilities | null
}

/** Nobody carries out what is queued for an account that is not configured any more: staff must know. */
async function retire(tx: Tx, kept: readonly Account[], now: Date): Promise<NewFact[]> {
  const retired = await tx.account.updateManyAndReturn({
    where: { id: { notIn: kept.map((row) => row.id) }, retiredAt: null },
    data: { retiredAt: now },
    select: { id: true, platform: true },
  })
  const because = 'This account is not connected any more.'
  const left = await tx.action.updateManyAndReturn({
    where: { accountId: { in: retired.map(({ id }) => id) }, state: { in: ['queued', 'running'] } },
    data: { state: 'refused', because },
  })
  return [
    ...retired.map(({ id, platform }) => ({ kind: 'account-retired', body: { account: id, platform } })),
    ...left.map(({ id, itemId, authorId, accountId, kind }) => ({
      kind: 'refused',
      actionId: id,
      itemId,
      authorId,
      body: { account: accountId, action: kind },
    })),
  ]
}
