import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Order, Outcome, Platform } from '../../adapters/platform.ts'
import { actor } from '../../src/act.ts'
import { poller, type Served } from '../../src/poll.ts'
import { aFinding, anAuthor } from '../builders.ts'
import { aStage, aStep, hang, LETTER, type Stage, until } from './stage.ts'

let stage: Stage
let staff = ''
beforeAll(async () => {
  stage = await aStage()
  const token = await stage.store.people.invite(null, stage.now())
  const person = await stage.store.people.accept(token, 'Priya', 'correct horse battery staple', stage.now())
  if (person === null || typeof person === 'string') throw new Error('nobody joined')
  staff = person.id
})
afterAll(() => stage.close())

const DAY = 86_400_000
const LEASE = 150_001
const done = async (): Promise<Outcome> => ({ is: 'done', receipt: null })

/** Somebody who carries out what is queued, and the orders as the platform was given them. */
async function acting(
  perform: Platform['perform'],
  may: () => true | Date = () => true,
  isStopped: () => boolean = () => false,
) {
  const orders: Order[] = []
  const account = await stage.account({
    perform: (order, signal) => {
      orders.push({ ...order })
      return perform(order, signal)
    },
  })
  const { store, log, now } = stage
  const work = actor({ store, account, worker: 'here', log, now, mayRedirect: async () => may(), isStopped })
  const run = (signal: AbortSignal = new AbortController().signal): Promise<void> => work(signal)
  return { account, orders, run }
}

const actionsOf = async (decisionId: string) => (await stage.store.queue.find(decisionId))?.actions ?? []
const hidden = (account: Served) => stage.decide(account, [aStep('hide')])

describe('acting', () => {
  it('does nothing by itself to somebody who seemed to be at risk since', async () => {
    const { account, orders, run } = await acting(done)
    const by = { author: anAuthor({ id: 'in-need' }) }
    const { id } = await stage.decide(account, [aStep('hide')], {}, [], by)
    await stage.decide(account, [], { atRisk: true, escalate: 'safeguarding' }, [], by)
    await run()
    expect(orders).toEqual([])
    const [hide] = await actionsOf(id)
    expect(hide).toMatchObject({ state: 'refused', because: expect.stringContaining('at risk') })
  })

  it('does nothing either to somebody of whom that shows while others leased with them are seen to', async () => {
    const by = { author: anAuthor({ id: 'in-need-now' }) }
    const { account, orders, run } = await acting(async () => {
      await stage.decide(account, [], { atRisk: true, escalate: 'safeguarding' }, [], by)
      return { is: 'done', receipt: null }
    })
    const first = await hidden(account)
    // What was ordered first comes first.
    stage.pass(1000)
    const { id } = await stage.decide(account, [aStep('hide')], {}, [], by)
    await run()
    expect(orders).toHaveLength(1)
    expect(await actionsOf(first.id)).toMatchObject([{ state: 'done' }])
    expect(await actionsOf(id)).toMatchObject([{ state: 'refused', because: expect.stringContaining('at risk') }])
  })

  it('looks again, with what it had prepared, after a call that was broken off', async () => {
    const { account, orders, run } = await acting(async ({ attempt }) => {
      if (attempt === 1) throw new Error('the line was cut')
      return { is: 'already-done', receipt: null }
    })
    const { id } = await hidden(account)
    await run()
    await run()
    expect(orders.map(({ attempt }) => attempt)).toEqual([1])
    stage.pass(LEASE)
    await run()
    expect(orders.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(orders[1]?.prepared).toEqual(orders[0]?.prepared)
    expect(await actionsOf(id)).toMatchObject([{ state: 'done', attempts: 2 }])
  })

  it('shows staff what broke off twenty times', async () => {
    const { account, orders, run } = await acting(() => Promise.reject(new Error('always')))
    const { id } = await hidden(account)
    for (let n = 0; n < 25; n++) {
      await run()
      stage.pass(LEASE)
    }
    expect(orders).toHaveLength(20)
    const because = 'It broke off every time it was tried. Look on the platform.'
    expect(await actionsOf(id)).toMatchObject([{ state: 'unconfirmed', because }])
    expect((await stage.store.outbox.byHand()).map((one) => one.decisionId)).toContain(id)
  })

  it('shows staff what broke off and is three days old', async () => {
    const { account, run } = await acting(() => Promise.reject(new Error('always')))
    const { id } = await hidden(account)
    await run()
    expect(await actionsOf(id)).toMatchObject([{ state: 'running' }])
    stage.pass(3 * DAY)
    await run()
    expect(await actionsOf(id)).toMatchObject([{ state: 'unconfirmed' }])
  })

  it('gives up what the platform puts off for three days, and says what it said', async () => {
    const later = (): Date => new Date(stage.now().getTime() + DAY)
    const { account, run } = await acting(async () => ({ is: 'retry', at: later(), because: 'It is busy.' }))
    const { id } = await hidden(account)
    for (let day = 0; day < 4; day++) {
      await run()
      stage.pass(DAY)
    }
    const because = 'Given up after three days: It is busy.'
    expect(await actionsOf(id)).toMatchObject([{ state: 'refused', because }])
  })

  it('counts those days from when it was agreed to, and anew when it is tried again', async () => {
    const later = (): Date => new Date(stage.now().getTime() + DAY)
    const { account, run } = await acting(async () => ({ is: 'retry', at: later(), because: 'It is busy.' }))
    const { id } = await stage.decide(account, [aStep('block', 'propose')], { outcome: 'propose', act: 'block' })
    const days = async (count: number): Promise<void> => {
      for (let day = 0; day < count; day++) {
        await run()
        stage.pass(DAY)
      }
    }
    stage.pass(4 * DAY)
    const agreed = stage.now()
    await stage.store.queue.answer(id, staff, { answer: 'agreed' }, null, agreed)
    await days(3)
    expect(await actionsOf(id)).toMatchObject([{ state: 'queued', begunAt: agreed }])
    await days(1)
    const [givenUp] = await actionsOf(id)
    expect(givenUp).toMatchObject({ state: 'refused', because: 'Given up after three days: It is busy.' })
    const again = stage.now()
    await stage.store.outbox.again(givenUp?.id ?? '', staff, again)
    await days(1)
    expect(await actionsOf(id)).toMatchObject([{ state: 'queued', begunAt: again, createdAt: givenUp?.createdAt }])
  })

  it('asks once where no order of a kind will be taken, and begins with the gravest when the time comes', async () => {
    let isFull = true
    const till = new Date(stage.now().getTime() + 15 * 60_000)
    const { account, orders, run } = await acting(async () =>
      isFull ? { is: 'retry', at: till, because: 'X takes fifty in a quarter of an hour.', all: true } : done(),
    )
    const mild = await stage.decide(account, [aStep('hide')], {}, [aFinding({ gravity: 'mild' })])
    await stage.decide(account, [aStep('hide')], {}, [aFinding({ gravity: 'plain' })])
    await run()
    await run()
    expect(orders).toHaveLength(1)
    const grave = await stage.decide(account, [aStep('hide')], {}, [aFinding({ gravity: 'grave' })])
    expect(await actionsOf(mild.id)).toMatchObject([{ state: 'queued', runAt: till, attempts: 0 }])
    isFull = false
    stage.pass(15 * 60_000)
    await run()
    expect(orders.slice(1).map(({ item }) => item?.id)).toHaveLength(3)
    expect(orders[1]?.item?.id).toBe(grave.item.externalId)
    expect(orders.at(-1)?.item?.id).toBe(mild.item.externalId)
  })

  it('takes up what waited for a sign-in as soon as the account is let in again', async () => {
    const MINUTE = 60_000
    const hour = (): Date => new Date(stage.now().getTime() + 60 * MINUTE)
    let isIn = false
    const { account, orders, run } = await acting(async () =>
      isIn ? done() : { is: 'retry', at: hour(), because: 'X has signed Serjeant out.', all: true },
    )
    const first = await hidden(account)
    await run()
    const second = await hidden(account)
    stage.pass(MINUTE)
    await run()
    expect(orders).toHaveLength(1)
    isIn = true
    account.probedAt = null
    stage.pass(MINUTE)
    const { store, log, now } = stage
    const parts = { random: () => 0, breaches: () => 0, broke: () => {}, arrived: () => {} }
    const served = new Map([[account.id, account]])
    const polls = poller({ store, served, worker: 'here', timezone: 'Europe/London', log, now, ...parts })
    await polls.tick(new AbortController().signal)
    await polls.settled()
    const [waiting] = await actionsOf(second.id)
    expect(waiting).toMatchObject({ state: 'queued', runAt: now(), because: null })
    await run()
    for (const { id } of [first, second]) expect(await actionsOf(id)).toMatchObject([{ state: 'done' }])
  })

  it.each<[string, Platform['perform']]>([
    ['heeds its signal', (_, signal) => hang(signal)],
    ['does not heed its signal', () => new Promise<never>(() => {})],
  ])('stops at once while a platform hangs that %s, and leaves the order to be looked at again', async (_, perform) => {
    const { account, orders, run } = await acting(perform)
    const { id } = await hidden(account)
    const stop = new AbortController()
    const running = run(stop.signal)
    await until(() => orders.length === 1)
    stage.pass(3 * DAY)
    stop.abort()
    await running
    expect(await actionsOf(id)).toMatchObject([{ state: 'running', attempts: 1 }])
  })

  it('puts the redirects off that are too many, and counts no try', async () => {
    let may: true | Date = new Date(stage.now().getTime() + DAY)
    const { account, orders, run } = await acting(done, () => may)
    const { id } = await stage.decide(account, [aStep('redirect')])
    await run()
    await run()
    expect(orders).toEqual([])
    expect(await actionsOf(id)).toMatchObject([
      { state: 'queued', attempts: 0, runAt: may, because: 'Enough redirects for now.' },
    ])
    may = true
    stage.pass(DAY)
    await run()
    expect(orders).toMatchObject([{ action: 'redirect', attempt: 1 }])
  })

  it('puts off all that wait at once, however many, and leases none of them in turn', async () => {
    let may: true | Date = new Date(stage.now().getTime() + DAY / 24)
    const { account, orders, run } = await acting(done, () => may)
    const decided = []
    for (let n = 0; n < 25; n++) decided.push((await stage.decide(account, [aStep('redirect')])).id)
    const lease = vi.spyOn(stage.store.outbox, 'lease')
    await run()
    // The first ten together, then nothing is left that is due.
    expect(lease).toHaveBeenCalledTimes(2)
    for (const id of decided)
      expect(await actionsOf(id)).toMatchObject([
        { state: 'queued', attempts: 0, runAt: may, because: 'Enough redirects for now.' },
      ])
    stage.pass(60 * 60_000)
    may = true
    await run()
    expect(orders).toHaveLength(25)
    lease.mockRestore()
  })

  it('counts one redirect that does for many as one, sent when it was written', async () => {
    const written = stage.now()
    let nth = 0
    const { account, run } = await acting(async () => {
      const receipt = { post: `post ${Math.floor(nth / 3)}` }
      return { is: nth++ % 3 === 0 ? 'done' : 'already-done', receipt }
    })
    const sent = (since: number) => stage.store.outbox.redirects(account.id, new Date(since))
    for (let n = 0; n < 6; n++) {
      await stage.decide(account, [aStep('redirect')])
      await run()
      stage.pass(10 * 60_000)
    }
    const times = [30, 0].map((minutes) => new Date(written.getTime() + minutes * 60_000))
    expect(await sent(written.getTime() - 1)).toEqual(times)
    expect(await sent(written.getTime() + 60_000)).toEqual(times.slice(0, 1))
    expect(await sent(stage.now().getTime() - 15 * 60_000)).toEqual([])
  })

  it('leaves to staff a redirect that waited for days', async () => {
    const { account, orders, run } = await acting(done, () => new Date(stage.now().getTime() + DAY))
    const { id } = await stage.decide(account, [aStep('redirect')])
    await run()
    stage.pass(3 * DAY)
    await run()
    expect(orders).toEqual([])
    expect(await actionsOf(id)).toMatchObject([{ state: 'refused', because: expect.stringMatching(/by hand/) }])
  })

  it('sends the redirect before a block that a person agreed to, however many went before', async () => {
    const { account, orders, run } = await acting(done, () => new Date(stage.now().getTime() + DAY))
    const { id } = await stage.decide(account, [aStep('block', 'propose')], { outcome: 'propose', act: 'block' })
    await stage.store.queue.answer(id, staff, { answer: 'agreed' }, { letter: LETTER, everyDays: 30 }, stage.now())
    await run()
    expect(orders.map(({ action }) => action)).toEqual(['redirect', 'block'])
  })
})

describe('a standard answer that a person agreed to', () => {
  it('is not sent to somebody who has come to be at risk since', async () => {
    const { account, orders, run } = await acting(done)
    const by = { author: anAuthor({ id: 'in-need-since' }) }
    const { id } = await stage.decide(account, [aStep('redirect', 'propose')], { outcome: 'propose' }, [], by)
    await stage.store.queue.answer(id, staff, { answer: 'agreed' }, null, stage.now())
    await stage.decide(account, [], { atRisk: true, escalate: 'safeguarding' }, [], by)
    await run()
    expect(orders).toEqual([])
    expect(await actionsOf(id)).toMatchObject([{ state: 'refused' }])
  })
})

describe('while staff have stopped the tool', () => {
  it('nothing leaves but what takes something back, and the rest goes when they let it', async () => {
    let stopped = false
    const { account, orders, run } = await acting(
      done,
      () => true,
      () => stopped,
    )
    const first = await hidden(account)
    await run()
    const [hide] = await actionsOf(first.id)
    if (!hide) throw new Error('nothing was queued')
    stopped = true
    const second = await hidden(account)
    await stage.store.queue.undoAction(hide.id, staff, stage.now())
    await run()
    expect(orders.map(({ action, undo }) => [action, undo])).toEqual([
      ['hide', false],
      ['hide', true],
    ])
    expect(await actionsOf(second.id)).toMatchObject([{ state: 'queued', attempts: 0 }])
    stopped = false
    await run()
    expect(await actionsOf(second.id)).toMatchObject([{ state: 'done', attempts: 1 }])
  })
})
