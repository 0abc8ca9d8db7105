import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CarryOut, confirming } from '../../../src/store/confirming.ts'
import type { Db } from '../../../src/store/db.ts'
import { NotAllowed } from '../../../src/store/index.ts'
import { log } from '../../../src/store/log.ts'
import { NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

/** What takes two different people. */

const [PRIYA, TOM] = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b'] as const
const later = (hours: number): Date => new Date(NOON.getTime() + hours * 3_600_000)

eachDatabase((open) => {
  let db: Db
  let close: () => Promise<void>
  let done: string[]
  let refuses = false

  const stop: CarryOut = async (tx, asked, by) => {
    await tx.setting.create({ data: { name: asked.subject, value: true, changedBy: by, changedAt: NOON } })
    if (refuses) throw new NotAllowed('It can’t be stopped.')
    done.push(asked.subject)
    return [{ kind: 'stopped', actor: by, body: { second: asked.id } }]
  }
  const second = () => confirming(db, { 'stop-all': stop })
  const ask = (subject: string, by: string = PRIYA, at = NOON) =>
    second().ask({ kind: 'stop-all', subject, why: 'A leak' }, by, at)
  const logged = async (most: number) =>
    (await log(db).page(null, most)).map(({ kind, actor }) => [kind, actor]).reverse()

  beforeAll(async () => {
    done = []
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
  })
  afterAll(() => close())

  it('is done once another agrees, in one step with the log, and never twice', async () => {
    const asked = await ask('one')
    expect(await second().waiting(NOON)).toMatchObject([{ id: asked.id, askedBy: PRIYA, why: 'A leak' }])
    await expect(second().agree(asked.id, PRIYA, NOON)).rejects.toThrow('somebody else')
    expect(done).toEqual([])

    const both = await Promise.allSettled([second().agree(asked.id, TOM, NOON), second().agree(asked.id, TOM, NOON)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(done).toEqual(['one'])
    expect(await second().waiting(NOON)).toEqual([])
    expect(await logged(3)).toEqual([
      ['second-asked', PRIYA],
      ['second-agreed', TOM],
      ['stopped', TOM],
    ])
    expect(JSON.stringify((await log(db).page(null, 3)).map(({ body }) => body))).not.toContain('A leak')
  })

  it('is asked for once, whoever asks and however many at once', async () => {
    const all = await Promise.all([ask('two'), ask('two', TOM), ask('two')])
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(await second().about('stop-all', 'two', NOON)).toMatchObject({ id: all[0].id })
    await second().cancel(all[0].id, PRIYA, NOON)
    expect(await second().about('stop-all', 'two', NOON)).toBeNull()
  })

  it('goes on waiting where it can’t be carried out', async () => {
    const asked = await ask('three')
    refuses = true
    await expect(second().agree(asked.id, TOM, NOON)).rejects.toThrow('can’t be stopped')
    refuses = false
    expect(await db.setting.count({ where: { name: 'three' } })).toBe(0)
    expect(await second().waiting(NOON)).toHaveLength(1)
    await second().cancel(asked.id, TOM, NOON)
    expect(await logged(1)).toEqual([['second-declined', TOM]])
    await expect(second().agree(asked.id, TOM, NOON)).rejects.toThrow('waits no longer')
  })

  it('expires after a day, and can be asked for again', async () => {
    const asked = await ask('four')
    await expect(second().agree(asked.id, TOM, later(24))).rejects.toThrow('expired')
    expect(await second().waiting(later(24))).toEqual([])
    const again = await ask('four', TOM, later(25))
    expect(again.id).not.toBe(asked.id)
    expect(await logged(2)).toEqual([
      ['second-expired', 'tool'],
      ['second-asked', TOM],
    ])
    await second().expire(later(60))
    expect(await logged(1)).toEqual([['second-expired', 'tool']])
    await second().expire(later(61))
    expect(await logged(2)).not.toEqual([
      ['second-expired', 'tool'],
      ['second-expired', 'tool'],
    ])
  })

  it('is held by the database itself: nobody agrees with themselves', async () => {
    const asked = await ask('five')
    const data = { state: 'agreed', settledBy: PRIYA, settledAt: NOON }
    await expect(db.secondOpinion.update({ where: { id: asked.id }, data })).rejects.toThrow()
  })

  it('is refused where nothing says how to carry it out', async () => {
    const wish = { kind: 'permanent-block', subject: 'x', why: '' } as const
    await expect(second().ask(wish, PRIYA, NOON)).rejects.toThrow('Nothing says')
  })
})
