import type { Capabilities, Json, Probe } from '../../adapters/platform.ts'
import type { Mode } from '../../moderation/model.ts'
import type { Account } from '../generated/prisma/client.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'

export const accounts = (db: Db) => ({
  /** Make the table agree with the configuration: new accounts appear, absent ones are retired but kept. */
  configure: (wanted: readonly { platform: string; handle: string; mode: Mode }[], now: Date): Promise<Account[]> =>
    db.$transaction(async (tx) => {
      const rows: Account[] = []
      for (const { platform, handle, mode } of wanted) {
        const before = await tx.account.findUnique({ where: { platform_handle: { platform, handle } } })
        const row = await tx.account.upsert({
          where: { platform_handle: { platform, handle } },
          create: { platform, handle, mode, createdAt: now },
          update: { mode, retiredAt: null },
        })
        if (before?.mode !== mode) await append(tx, now, [{ kind: 'account', body: { platform, handle, mode } }])
        rows.push(row)
      }
      await tx.account.updateMany({
        where: { id: { notIn: rows.map((row) => row.id) }, retiredAt: null },
        data: { retiredAt: now },
      })
      return rows
    }, PATIENCE),

  /** The sources this account is polled for; a new one is due at once. */
  readFrom: async (accountId: string, names: readonly string[], now: Date): Promise<void> => {
    const data = names.map((name) => ({ accountId, name, nextAt: now }))
    await db.source.createMany({ data, skipDuplicates: true })
  },

  probed: async (id: string, probe: Probe, now: Date): Promise<void> => {
    const capabilities = probe.capabilities as unknown as { [key: string]: Json }
    await db.account.update({
      where: { id },
      data: { capabilities, notes: probe.notes, probedAt: now, trouble: null },
    })
  },

  troubled: async (id: string, trouble: string | null): Promise<void> => {
    await db.account.update({ where: { id }, data: { trouble } })
  },

  all: () =>
    db.account.findMany({ where: { retiredAt: null }, orderBy: { createdAt: 'asc' }, include: { sources: true } }),
})

/** What a probe found out, as stored; before the first probe nothing is possible. */
export function capabilitiesOf(row: Pick<Account, 'capabilities'>): Capabilities | null {
  return row.capabilities as Capabilities | null
}
