import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Exchange, type Post, startX, type X } from '../emulators/x/index.ts'
import { madeAt } from '../emulators/x/snowflake.ts'
import { ABUSE, CHATTER, GRAVEST_FIRST, type Gravity, pick } from '../support/pile-on.ts'
import { type OfficeOnX, officeOnX } from '../support/x-office.ts'

/**
 * Everybody writes to an MP at once, on X: where a hide is one of fifty in a quarter of an hour, and everything read is paid
 * for. The service's own parts, the real adapter and the emulated X share one clock, which the tests turn.
 */

// Fifteen seconds of judging; a busy machine takes far longer.
vi.setConfig({ testTimeout: 180_000 })

const MINUTE = 60_000
const QUARTER = 15 * MINUTE
const HOUR = 4 * QUARTER
const HIDES = 50
const HIDE = 'PUT tweets/:id/hidden'
const HANDLE = 'JoHartleyMP'
const PASSWORD = 'correct horse battery staple'

const running: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close()
})

async function town(began: string, ceiling: { day: number; month: number }) {
  const clock = { at: Date.parse(began) }
  const x = await startX({ now: () => clock.at })
  running.push(x)
  const mp = x.world.person(HANDLE, { followers: 40_000 })
  const post = x.world.post(mp, 'I have written to the bus company about the 42.')
  const settings = { ...x.credentialsFor(mp), ceiling }
  const office = await officeOnX({ handle: `@${HANDLE}`, settings, now: () => new Date(clock.at) })
  running.push(office)
  return { clock, x, mp, post, office }
}

/** Somebody new for every post. */
const stranger = (x: X, n: number) => x.world.person(`person${n}`)

const hidesOf = (x: X): Exchange[] => x.writes.filter(({ name }) => name === HIDE)
const hiddenBy = ({ path }: Exchange): string => /(\d+)\/hidden$/.exec(path)?.[1] ?? ''

/** How many fell into each of X's windows: one begins with the first call that it counts, and lasts a quarter of an hour. */
function windowsOf(calls: readonly Exchange[]): number[] {
  const windows: { began: number; calls: number }[] = []
  for (const { at } of calls) {
    const last = windows.at(-1)
    if (last && at < last.began + QUARTER) last.calls++
    else windows.push({ began: at, calls: 1 })
  }
  return windows.map((window) => window.calls)
}

/** The ids of all that is stored, in the words of X; each has been judged. */
async function stored({ store, account }: OfficeOnX): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | null = null; ; ) {
    const page = await store.intake.stored(account.id, after, 500, new Date())
    ids.push(...page.map(({ id }) => id))
    after = page.at(-1)?.place ?? null
    if (after === null) return ids
  }
}

const dollars = (bill: ReadonlyMap<string, number>): number =>
  [...bill.values()].reduce((sum, micros) => sum + micros, 0) / 1_000_000

describe('1,500 mentions and replies in an hour, 200 of them to be hidden', () => {
  it('are all read and judged, and hidden unattended, the gravest first, within X’s limit and the office’s ceiling', async () => {
    const CEILING = 4
    const { clock, x, mp, post, office } = await town('2026-11-24T20:00:00Z', { day: CEILING, month: 60 })
    const began = clock.at
    const written: Post[] = []
    const gravity = new Map<string, Gravity>()
    /** Most come at once: half of all in the first quarter of the hour. */
    const whenComes = (n: number): number => began + HOUR * (n / 1500) ** 2
    const write = (n: number): void => {
      const by = stranger(x, n)
      const at = whenComes(n)
      if (n % 15 === 3 || n % 15 === 11) {
        const worst = pick(['threat', 'insult', 'death wish', 'insult', 'insult'] as const, gravity.size)
        const abuse = x.world.post(by, pick(ABUSE[worst], n), { at, replyTo: post })
        gravity.set(abuse.id, worst)
        written.push(abuse)
      } else {
        const how = n % 50 === 0 ? { quotes: post } : n % 2 === 0 ? { replyTo: post } : { mentionsTyped: [mp] }
        written.push(x.world.post(by, pick(CHATTER, n), { at, ...how }))
      }
    }

    const said = new Set<string>()
    for (let n = 0; clock.at < began + 4 * HOUR; clock.at += 2 * MINUTE) {
      for (; n < 1500 && whenComes(n) <= clock.at; n++) write(n)
      await office.turn()
      for (const { note } of await office.sources()) if (note !== null) said.add(note)
      expect(dollars(await office.bill(new Date(clock.at)))).toBeLessThanOrEqual(CEILING)
      const isOver = n === 1500 && x.world.hiddenReplies(mp).length === 200 && (await stored(office)).length === 1500
      if (isOver) break
    }

    expect(gravity.size).toBe(200)
    expect((await stored(office)).toSorted()).toEqual(written.map(({ id }) => id).toSorted())
    const hides = hidesOf(x)
    expect(hides.filter(({ status }) => status !== 200)).toEqual([])
    expect(hides.map(hiddenBy).toSorted()).toEqual([...gravity.keys()].toSorted())
    expect(x.writes).toHaveLength(hides.length)

    expect(Math.max(...windowsOf(hides))).toBe(HIDES)
    expect(x.reads.filter(({ status }) => status === 429)).toEqual([])

    // Whatever was known by then, and is graver, went before.
    const decided = new Map((await office.cases()).map(({ item, decidedAt }) => [item.externalId, decidedAt.getTime()]))
    const rank = (id: string): number => GRAVEST_FIRST.indexOf(gravity.get(id) ?? 'insult')
    const overtaken = hides.flatMap((hide, n) => {
      const later = hides.slice(n + 1).map(hiddenBy)
      const waiting = later.filter((id) => (decided.get(id) ?? 0) <= hide.at)
      return waiting.filter((id) => rank(id) < rank(hiddenBy(hide)))
    })
    expect(overtaken).toEqual([])
    const waits = (which: Gravity): number =>
      Math.max(
        ...hides
          .filter((hide) => gravity.get(hiddenBy(hide)) === which)
          .map((hide) => hide.at - madeAt(hiddenBy(hide))),
      )
    expect(waits('insult')).toBeGreaterThan(QUARTER)

    expect(
      [...said].some((note) => /^X has cost \$\d\.\d\d of today’s \$4\.00, so Serjeant looks every/.test(note)),
    ).toBe(true)
    const bill = await office.bill(new Date(began))
    expect(bill.get('Content: Manage')).toBe(200 * 5000)
    // What is read twice on one day is charged for once: the posts themselves, and the account's own.
    expect(bill.get('Owned Reads')).toBeLessThanOrEqual((1500 + 10) * 1000)
    expect(await office.store.log.verify()).toMatchObject({ ok: true })
    expect(x.violations).toEqual([])
  })
})

describe('a ceiling that is too small', () => {
  it('stops the reading, tells staff why, and lets it go on after midnight UTC where it stopped', async () => {
    const { clock, x, post, office } = await town('2026-11-24T22:00:00Z', { day: 0.3, month: 60 })
    const READING = 0.225
    const written: string[] = []
    for (let n = 0; n < 300; n++) {
      const at = clock.at + n
      written.push(x.world.post(stranger(x, n), pick(CHATTER, n), { at, replyTo: post }).id)
    }
    // Later than X may show a post out of order: what is that new is looked at twice, and twice paid for at midnight.
    clock.at += 5 * MINUTE

    const midnight = Date.parse('2026-11-25T00:00:00Z')
    for (; clock.at < midnight; clock.at += 10 * MINUTE) await office.turn()
    const before = await stored(office)
    expect(before.length).toBeGreaterThan(0)
    expect(before.length).toBeLessThan(300)
    expect(dollars(await office.bill(new Date(midnight - 1)))).toBeLessThanOrEqual(READING)
    const mentions = (await office.sources()).find(({ name }) => name === 'mentions')
    expect(mentions?.trouble ?? mentions?.note).toMatch(/^X has cost \$0\.\d\d .*midnight UTC/)

    /** Of the day that has just begun: what was read on it, and what that cost. */
    const nextDay = async (from: number) => {
      const sofar = (await stored(office)).length
      for (clock.at = from + MINUTE; clock.at < from + HOUR; clock.at += 10 * MINUTE) await office.turn()
      const bill = await office.bill(new Date(clock.at))
      return { read: (await stored(office)).length - sofar, paid: (bill.get('Owned Reads') ?? 0) / 1000 }
    }
    for (let from = midnight, left = 300 - before.length; left > 0; from += 24 * HOUR) {
      const { read, paid } = await nextDay(from)
      expect(read).toBeGreaterThan(0)
      // It did not begin anew: what was read yesterday would have to be paid for again.
      expect(paid).toBeLessThanOrEqual(read + 5)
      left -= read
    }
    expect((await stored(office)).toSorted()).toEqual(written.toSorted())
    expect(x.violations).toEqual([])
  })
})

describe('a block, which X lets no program set', () => {
  it('is left to staff, and found done, and taken back, without anybody having to say so', async () => {
    const { clock, x, mp, post, office } = await town('2026-11-24T12:00:00Z', { day: 5, month: 60 })
    const abuser = stranger(x, 1)
    const abuse = x.world.post(abuser, pick(ABUSE['death wish'], 1), { replyTo: post })
    clock.at += MINUTE
    await office.turn()
    const decision = async () => {
      const [found] = await office.cases()
      if (!found) throw new Error('nothing was found')
      return found
    }
    const { id } = await decision()
    const now = (): Date => new Date(clock.at)
    const { store } = office
    const staff = await store.people.accept(await store.people.invite(null, now()), 'Priya Nair', PASSWORD, now())
    if (staff === null || staff === 'name-taken') throw new Error('nobody joined')
    const { reviewId } = await store.queue.answer(id, staff.id, { answer: 'agreed' }, null, now())
    /** All blocks and unblocks, as they stand now. */
    const blocks = async () =>
      ((await store.queue.find(id))?.actions ?? [])
        .filter(({ kind }) => kind === 'block')
        .map(({ state, because, link }) => ({ state, because, link }))

    await office.turn()
    expect(abuse.life.hidden).toBe(true)
    const link = `https://x.com/i/user/${abuser.id}`
    const byHand = { state: 'manual', because: expect.stringContaining(`“Block @${abuser.handle}”`), link }
    expect(await blocks()).toEqual([byHand])

    /** Go on for an hour, as the service does. */
    const anHour = async (): Promise<void> => {
      for (const end = clock.at + HOUR; clock.at < end; clock.at += 5 * MINUTE) await office.turn()
    }
    await anHour()
    expect(await blocks()).toEqual([byHand])
    x.world.block(mp, abuser)
    await anHour()
    const seen = { state: 'done', because: expect.stringContaining('Seen on the platform') }
    expect(await blocks()).toMatchObject([seen])

    await store.queue.takeBack(reviewId, staff.id, now())
    await anHour()
    const unblock = { state: 'manual', because: expect.stringContaining(`“Unblock @${abuser.handle}”`), link }
    expect(await blocks()).toMatchObject([seen, unblock])
    x.world.unblock(mp, abuser)
    await anHour()
    await anHour()
    expect(await blocks()).toMatchObject([seen, seen])

    expect(x.writes.filter(({ name }) => name !== HIDE)).toEqual([])
    expect(hidesOf(x)).toHaveLength(1)
    const list = (await office.bill(now())).get('Block: Read') ?? 0
    expect(list).toBeLessThanOrEqual(1000)
    expect(await store.log.verify()).toMatchObject({ ok: true })
    expect(x.violations).toEqual([])
  })
})
