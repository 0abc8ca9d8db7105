import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Db } from '../../../src/store/db.ts'
import { log } from '../../../src/store/log.ts'
import { people, type Role } from '../../../src/store/people.ts'
import { sessions } from '../../../src/store/sessions.ts'
import { type Settings, settings } from '../../../src/store/settings.ts'
import { NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

/** What staff choose in the console, and what each of them may do there. */

const SUPPORT: Settings['support'] = [{ name: 'Mind', phone: '0300 123 3393' }]

eachDatabase((open) => {
  let db: Db
  let close: () => Promise<void>
  let priya: string

  const join = async (name: string, roles?: readonly Role[]): Promise<string> => {
    const key = await people(db).invite(null, NOON, null, roles)
    const joined = await people(db).accept(key, name, 'a long enough password', NOON)
    if (joined === null || typeof joined === 'string') throw new Error('nobody joined')
    return joined.id
  }
  const last = async () => (await log(db).page(null, 1))[0]
  const rolesOf = async (id: string) => (await people(db).all()).find((one) => one.id === id)?.roles

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    priya = await join('Priya')
  })
  afterAll(() => close())

  it('are what is assumed until somebody changes them, and again when they go back', async () => {
    const here = settings(db)
    const elsewhere = settings(db)
    expect(here.present().support).toEqual([])
    await here.change('support', SUPPORT, priya, NOON, 'Asked for at the meeting')
    expect(here.present().support).toEqual(SUPPORT)
    expect(await here.changes()).toEqual([{ name: 'support', changedBy: priya, changedAt: NOON }])
    expect(await last()).toMatchObject({
      kind: 'setting',
      actor: priya,
      body: { setting: 'support', before: null, after: SUPPORT, why: 'Asked for at the meeting' },
    })
    await elsewhere.load()
    expect(elsewhere.present().support).toEqual(SUPPORT)
    await here.change('support', undefined, priya, NOON)
    expect(here.present().support).toEqual([])
    expect(await last()).toMatchObject({ body: { before: SUPPORT, after: null, why: null } })
  })

  it('refuse what is not of their kind, and change nothing', async () => {
    const here = settings(db)
    await here.load()
    const before = await last()
    await expect(here.change('support', [{ name: '' }], priya, NOON)).rejects.toThrow()
    expect(here.present().support).toEqual([])
    expect(await last()).toEqual(before)
  })

  it('leave out what this version can’t read, and keep the rest', async () => {
    const row = { changedBy: priya, changedAt: NOON }
    await db.setting.createMany({
      data: [
        { name: 'of-another-version', value: 1, ...row },
        { name: 'support', value: [{ name: 'Mind' }], ...row },
      ],
    })
    const here = settings(db)
    await here.load()
    expect(here.present().support).toEqual([{ name: 'Mind' }])
    await db.setting.update({ where: { name: 'support' }, data: { value: 'once a text' } })
    await here.load()
    expect(here.present().support).toEqual([])
  })

  it('give the first everything, and whoever is invited what the invitation says', async () => {
    expect(await rolesOf(priya)).toEqual(['reviewer', 'senior', 'data-lead', 'administrator'])
    expect(await rolesOf(await join('Tom', ['reviewer']))).toEqual(['reviewer'])
  })

  it('leave somebody who may let people in, and log who may do what', async () => {
    const all = people(db)
    expect(await all.giveRoles(priya, ['reviewer'], priya, NOON)).toBe(false)
    expect(await all.remove(priya, priya, NOON)).toBe('last')
    const sam = await join('Sam', ['administrator'])
    expect(await all.giveRoles(priya, ['senior', 'reviewer'], sam, NOON)).toBe(true)
    expect(await last()).toMatchObject({
      kind: 'roles',
      actor: sam,
      body: { person: priya, roles: ['reviewer', 'senior'] },
    })
    const ours = sessions(db, () => 12)
    const { token } = await ours.begin(priya, NOON)
    const staff = { id: priya, name: 'Priya', roles: ['reviewer', 'senior'] }
    expect(await ours.of(token, NOON)).toMatchObject({ staff })
    const before = await last()
    expect(await all.giveRoles(priya, ['reviewer', 'senior'], sam, NOON)).toBe(true)
    expect(await last()).toEqual(before)
  })
})
