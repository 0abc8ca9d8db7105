import { expect, it } from 'vitest'
import { tokenOf } from '../../../moderation/details.ts'
import { register } from '../../../src/store/register.ts'
import { NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

/** A dump of the database gives nobody's number away. */

const SECRETS = {
  phone: '07700 900321',
  address: '27 Larkspur Crescent',
  email: 'quillfeather@example.net',
  name: 'Peregrine Quillfeather',
} as const
const TRACES = /900321|larkspur|quillfeather|peregrine/i

eachDatabase((open) => {
  const key = new Uint8Array(32).fill(7)

  it('holds no detail in any table, and finds it again after a restart', async () => {
    const database = await open()
    const { prisma } = database
    const kept = register(prisma, key)
    for (const [kind, value] of Object.entries(SECRETS) as [keyof typeof SECRETS, string][]) {
      await kept.add({ kind, token: tokenOf(kind, value) ?? '', label: kind }, 'somebody', NOON)
    }
    const tables = await prisma.$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`
    expect(tables.length).toBeGreaterThan(10)
    for (const { name } of tables) {
      const rows = await prisma.$queryRawUnsafe(`SELECT t::text AS row FROM "${name}" t`)
      expect(JSON.stringify(rows)).not.toMatch(TRACES)
    }
    const again = register(prisma, key)
    await again.load()
    expect(again.has(tokenOf('address', '27 larkspur cres') ?? '')).toBe(true)

    const other = register(prisma, new Uint8Array(32).fill(8))
    await other.load()
    expect(other.has(tokenOf('phone', SECRETS.phone) ?? '')).toBe(false)
    expect((await other.all()).map(({ matched }) => matched)).not.toContain(true)
    await database.close()
  })

  it('refuses to hold a detail in clear', async () => {
    const database = await open()
    const { prisma } = database
    const data = { kind: 'phone', hash: SECRETS.phone, keyId: 'x', label: 'x', addedBy: 'x', addedAt: NOON }
    await expect(prisma.protectedDetail.create({ data })).rejects.toThrow('protected_detail_hash')
    await database.close()
  })
})
