import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayIn } from '../../../src/day.ts'
import { care, exposure, KEPT_DAYS } from '../../../src/store/care.ts'
import type { Db } from '../../../src/store/db.ts'
import { log } from '../../../src/store/log.ts'
import { people } from '../../../src/store/people.ts'
import { NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const days = (n: number): Date => dayIn('Europe/London', new Date(NOON.getTime() + n * 86_400_000))
const TODAY = days(0)

describe('the day in the office', () => {
  it.each([
    ['Europe/London', '2026-07-01T23:30:00Z', '2026-07-02'],
    ['Europe/London', '2026-12-01T23:30:00Z', '2026-12-01'],
    ['Pacific/Auckland', '2026-12-01T12:00:00Z', '2026-12-02'],
  ])('is the one on the wall: %s, %s', (timezone, at, day) => {
    expect(dayIn(timezone, new Date(at)).toISOString()).toBe(`${day}T00:00:00.000Z`)
  })
})

eachDatabase((open) => {
  let db: Db
  let close: () => Promise<void>
  let [priya, tom] = ['', '']

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    const join = async (name: string): Promise<string> => {
      const joined = await people(db).accept(await people(db).invite(null, NOON), name, 'a long enough password', NOON)
      if (joined === null || typeof joined === 'string') throw new Error('nobody joined')
      return joined.id
    }
    priya = await join('Priya')
    tom = await join('Tom')
  })
  afterAll(() => close())

  it('masks coarse words until somebody chooses otherwise, for themselves alone', async () => {
    expect(await care(db).of(priya, TODAY)).toEqual({ mask: 'letters', enough: null, met: 0, onTill: null })
    await care(db).choose(priya, { mask: 'whole', enough: 20 })
    expect(await care(db).of(priya, TODAY)).toMatchObject({ mask: 'whole', enough: 20 })
    expect(await care(db).of(tom, TODAY)).toMatchObject({ mask: 'letters', enough: null })
    await care(db).choose(priya, { mask: 'letters', enough: null })
  })

  it('counts a thing once a day, and each person’s own', async () => {
    const { record } = exposure(db)
    await record(priya, TODAY, [])
    await record(priya, TODAY, [
      { what: 'a', kind: 'words' },
      { what: 'b', kind: 'picture' },
    ])
    await Promise.all(
      [1, 2].map(() =>
        record(priya, TODAY, [
          { what: 'a', kind: 'unmasked' },
          { what: 'c', kind: 'unmasked' },
        ]),
      ),
    )
    await record(tom, TODAY, [{ what: 'a', kind: 'words' }])
    await record(priya, days(1), [{ what: 'a', kind: 'words' }])
    expect(await care(db).of(priya, TODAY)).toMatchObject({ met: 3 })
    expect(await care(db).of(tom, TODAY)).toMatchObject({ met: 1 })
    expect(await exposure(db).totals(TODAY, days(1))).toEqual({ words: 2, picture: 1, unmasked: 1 })
    expect(await exposure(db).totals(TODAY, days(2))).toEqual({ words: 3, picture: 1, unmasked: 1 })
    expect(await exposure(db).totals(days(2), days(9))).toEqual({ words: 0, picture: 0, unmasked: 0 })
  })

  it('goes on for one day alone', async () => {
    await care(db).goOn(priya, TODAY, 75)
    expect(await care(db).of(priya, TODAY)).toMatchObject({ onTill: 75, mask: 'letters' })
    expect(await care(db).of(priya, days(1))).toMatchObject({ onTill: null })
  })

  it('forgets what was met once the report is made, and is never in the log', async () => {
    await exposure(db).record(tom, days(KEPT_DAYS + 1), [{ what: 'z', kind: 'words' }])
    expect(await exposure(db).totals(TODAY, days(1))).toEqual({ words: 0, picture: 0, unmasked: 0 })
    expect(await exposure(db).totals(days(1), days(2))).toMatchObject({ words: 1 })
    const kinds = (await log(db).page(null, 50)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind !== 'invited' && kind !== 'joined')).toEqual([])
  })

  it('keeps out of the database what is not of its kind', async () => {
    await expect(db.preference.update({ where: { personId: priya }, data: { mask: 'all' } })).rejects.toThrow()
    await expect(
      db.exposure.create({ data: { personId: priya, day: TODAY, what: 'x', kind: 'seen' } }),
    ).rejects.toThrow()
  })
})
