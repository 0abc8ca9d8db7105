import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { SourceHint } from '../../../adapters/platform.ts'
import { accounts } from '../../../src/store/accounts.ts'
import type { Db } from '../../../src/store/db.ts'
import { forgetting } from '../../../src/store/forgetting.ts'
import { hints } from '../../../src/store/hints.ts'
import { intake } from '../../../src/store/intake.ts'
import { LeaseLost, type Pass, sources } from '../../../src/store/sources.ts'
import { anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const SECOND = 1000
const HOUR = 3_600_000
const after = (ms: number): Date => new Date(NOON.getTime() + ms)
const ALL = 10_000

const news = (source: string): SourceHint => ({ source, key: '', value: null })
const mention = (media: string): SourceHint => ({ source: 'mentions', key: media, value: { media } })

eachDatabase((open) => {
  let db: Db
  let close: () => Promise<void>
  let accountId: string

  beforeAll(async () => {
    const opened = await open()
    ;({ prisma: db } = opened)
    close = () => opened.close()
  })
  afterAll(() => close())

  let round = 0
  beforeEach(async () => {
    const [row] = await accounts(db).configure([{ platform: 'meta', handle: `@mp-${++round}`, mode: 'perform' }], NOON)
    if (!row) throw new Error('no account')
    accountId = row.id
    await accounts(db).readFrom(accountId, ['comments', 'mentions'], NOON)
  })

  const keep = (told: SourceHint[], now = NOON) => hints(db).keep(accountId, told, now)
  const kept = (source: string, most = ALL) => hints(db).of({ accountId, source }, most)
  const nextAt = async (source: string): Promise<Date> => {
    const where = { accountId_name: { accountId, name: source } }
    return (await db.source.findUniqueOrThrow({ where })).nextAt
  }
  const lease = async (source: string, now = NOON): Promise<Pass> => {
    const due = await sources(db).lease(now, 'w', 60_000)
    for (const other of due.filter((one) => one.source !== source)) await sources(db).giveBack(other, now)
    const pass = due.find((one) => one.accountId === accountId && one.source === source)
    if (!pass) throw new Error(`${source} is not due`)
    return pass
  }
  /** A pass that went well, and after which the source is to wait. */
  const pass = async (source: string, over: Date, next: Date, rest: Date | null = null): Promise<void> => {
    await sources(db).release(await lease(source), over, next, null, null, rest)
  }

  it('keeps what has no value once for each source, however often it is told', async () => {
    expect(await keep([news('comments'), news('comments'), { ...news('comments'), key: 'another' }])).toBe(0)
    for (let n = 0; n < 50; n++) expect(await keep([news('comments')])).toBe(0)
    expect(await kept('comments')).toEqual([{ key: '', value: null, times: 51 }])
    expect(await kept('mentions')).toEqual([])
  })

  it('keeps a delivery that comes twice once', async () => {
    await keep([mention('1'), mention('2')])
    await keep([mention('2'), mention('1'), mention('3')], after(1))
    expect((await kept('mentions')).map(({ key, times }) => [key, times])).toEqual([
      ['1', 2],
      ['2', 2],
      ['3', 1],
    ])
    expect((await kept('mentions', 2)).map(({ value }) => value)).toEqual([{ media: '1' }, { media: '2' }])
  })

  it('is not filled by a flood, and says how much is lost', async () => {
    const flood = (from: number): SourceHint[] => Array.from({ length: 1500 }, (_, n) => mention(String(from + n)))
    expect(await keep(flood(0))).toBe(0)
    expect(await keep(flood(1500))).toBe(1000)
    expect(await kept('mentions')).toHaveLength(2000)
    // What is kept is told again without loss, and what has no value always has room.
    expect(await keep(flood(0))).toBe(0)
    expect(await keep([news('mentions'), news('comments'), mention('one too many')])).toBe(1)
    expect(await kept('comments')).toHaveLength(1)
  })

  it('keeps nothing that is too long, that has no name, or that no source asks for', async () => {
    expect(await keep([mention('9'.repeat(201)), { ...mention('1'), value: { media: '9'.repeat(1000) } }])).toBe(2)
    expect(await keep([{ ...mention('1'), key: '' }])).toBe(1)
    expect(await keep([news('elsewhere')])).toBe(0)
    expect(await db.hint.count({ where: { accountId } })).toBe(0)
    // A sign that the database can't hold stops nothing.
    expect(await keep([{ ...mention('a\0b'), value: { media: 'a\0b' } }])).toBe(0)
    expect(await kept('mentions')).toHaveLength(1)
  })

  it('asks a source at once that would have waited', async () => {
    await pass('comments', NOON, after(HOUR))
    await pass('mentions', NOON, after(HOUR))
    await keep([news('comments')], after(30 * SECOND))
    expect(await nextAt('comments')).toEqual(after(30 * SECOND))
    expect(await nextAt('mentions')).toEqual(after(HOUR))
    await lease('comments', after(30 * SECOND))
  })

  it('lets a source breathe, however much is told', async () => {
    await pass('comments', NOON, after(HOUR))
    for (let n = 1; n <= 5; n++) await keep([news('comments')], after(n * SECOND))
    expect(await nextAt('comments')).toEqual(after(10 * SECOND))
  })

  it('asks nobody earlier than a platform wants to be asked', async () => {
    await pass('comments', NOON, after(HOUR), after(HOUR))
    await keep([news('comments')], after(20 * SECOND))
    expect(await nextAt('comments')).toEqual(after(HOUR))
    await sources(db).release(await lease('mentions'), NOON, after(HOUR), 'Meta asks for fewer calls.')
    await keep([mention('1')], after(20 * SECOND))
    expect(await nextAt('mentions')).toEqual(after(HOUR))
    // The next pass that goes well ends that.
    await sources(db).release(await lease('comments', after(HOUR)), after(HOUR), after(2 * HOUR), null)
    expect(await nextAt('comments')).toEqual(after(HOUR + 10 * SECOND))
  })

  it('forgets a hint with the page that deals with it, and with nothing else', async () => {
    await keep([mention('1'), mention('2')])
    const under = await lease('mentions')
    const [first, second] = await kept('mentions')
    if (!first || !second) throw new Error('not kept')
    // Told again while the page was read: it may be older than that.
    await keep([mention('2')])
    expect(await intake(db).store(under, aPage([anIncoming()]), NOON, [first, second])).toBe(1)
    expect((await kept('mentions')).map(({ key }) => key)).toEqual(['2'])
    await sources(db).release(under, NOON, after(HOUR), null)
    expect(await nextAt('mentions')).toEqual(after(10 * SECOND))
  })

  it('loses no hint with a lease, nor with a page that could not be stored', async () => {
    await keep([mention('1')])
    const late = await lease('mentions')
    await lease('mentions', after(61 * SECOND))
    const store = intake(db).store(late, aPage([anIncoming()]), NOON, await kept('mentions'))
    await expect(store).rejects.toThrow(LeaseLost)
    expect(await kept('mentions')).toHaveLength(1)
  })

  it('forgets it though an item beside it had to be set aside', async () => {
    await keep([mention('1')])
    const under = await lease('mentions')
    const bad = anIncoming({ item: { kind: 'no such kind' as 'reply' } })
    expect(await intake(db).store(under, aPage([bad, anIncoming()]), NOON, await kept('mentions'))).toBe(1)
    expect(await kept('mentions')).toEqual([])
  })

  it('is told of several things at once by several deliveries', async () => {
    const both = [mention('1'), news('comments'), news('mentions'), mention('2')]
    await Promise.all(Array.from({ length: 12 }, (_, n) => keep(n % 2 === 0 ? both : both.toReversed())))
    expect((await kept('mentions')).map(({ key, times }) => [key, times])).toEqual([
      ['', 12],
      ['1', 12],
      ['2', 12],
    ])
  })

  it('leaves nothing behind when a platform is purged', async () => {
    await keep([mention('1')])
    await forgetting(db).purge('meta', false, NOON, () => {})
    expect(await db.hint.count()).toBe(0)
  })
})
