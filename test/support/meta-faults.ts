import { describe, expect, it } from 'vitest'
import type { Letter, Order, Outcome, Platform } from '../../adapters/platform.ts'
import type { EndpointName } from '../emulators/meta/endpoints.ts'
import type { Fault } from '../emulators/meta/faults.ts'
import type { Meta } from '../emulators/meta/index.ts'
import type { Answer } from '../emulators/meta/refusals.ts'
import { soon } from './instagram-office.ts'

/** Every way in which a call to Meta can go wrong, and what acting on Facebook and on Instagram owes the service then. */

export const LETTER: Letter = { text: 'Please ring the office on 01632 960100.', links: [] }

export type Expected = Outcome['is'] | 'retry, all'

export interface Write {
  name: EndpointName
  /** A public or a private letter: Meta takes the same one twice. All others may be repeated. */
  once?: 'public' | 'private'
  order(): Promise<Order>
  /** How often it stands: 0 or 1, if all is well. */
  stands(order: Order): number
}

/** Where it is tried. */
export interface Bench {
  meta: Meta
  platform: Platform
  /** For calls that hang: milliseconds enough on a busy machine, and no more. */
  hasty: Platform
  clock: { now: number }
  /** What must not be told. */
  token: string
}

const refusing = (code: number, error_subcode?: number): Answer => ({
  status: 400,
  body: {
    error: { message: `No (${code}).`, type: 'OAuthException', code, ...(error_subcode ? { error_subcode } : {}) },
  },
})

/** Each way to go wrong, and what becomes of a letter, and of what may be repeated. */
export const FAULTS: readonly (readonly [string, Fault, Expected, Expected])[] = [
  // Nothing was done, and nobody can know: it is asked again, or looked for and left to staff.
  ...(['hang', 'reset', 'unknown', 'transient', 'badGateway'] as const).map(
    (fault) => [fault, fault, 'unconfirmed', 'retry'] as const,
  ),
  // It was done.
  ...(['lost', 'truncate'] as const).map((fault) => [fault, fault, 'already-done', 'done'] as const),
  // Meta said no for now.
  ...(
    [
      'appThrottled',
      'userThrottled',
      'pageThrottled',
      'temporarilyThrottled',
      'customThrottled',
      'pagesThrottled',
      'instagramThrottled',
      'messengerThrottled',
      'noToken',
      'badToken',
      'appRemoved',
      'checkpoint',
      'passwordChanged',
      'expired',
      'unconfirmed',
      'invalidToken',
      'sessionInvalid',
      'pageTokenNeeded',
      'proofRequired',
      'proofInvalid',
      'tooFast',
      'denied',
      'capability',
      'roleNeeded',
      'sendingRestricted',
    ] as const
  ).map((fault) => [fault, fault, 'retry, all', 'retry, all'] as const),
  // The letter's own words are at fault, and would be each day anew. Hiding says nothing, and waits.
  ['abusive', 'abusive', 'refused', 'retry, all'],
  // Meta said no.
  ...(
    [
      'outsideWindow',
      'noSuchPerson',
      'unavailable',
      'alreadyReplied',
      'cannotReply',
      'duplicate',
      'deprecated',
      'noThread',
    ] as const
  ).map((fault) => [fault, fault, 'refused', 'refused'] as const),
  ['invalid', refusing(100), 'refused', 'refused'],
  ['never heard of', refusing(77_777), 'refused', 'refused'],
  ['gone', refusing(100, 33), 'gone', 'gone'],
]

/** Those by which Meta lets the app do nothing of the kind. */
export const DENIED: readonly string[] = ['denied', 'capability', 'roleNeeded', 'sendingRestricted']

const nameOf = (outcome: Outcome): Expected => (outcome.is === 'retry' && outcome.all ? 'retry, all' : outcome.is)

/** The undo of an order, which is carried out first. */
export async function undoing(platform: Platform, order: Order): Promise<Order> {
  const outcome = await platform.perform(order, soon())
  if (outcome.is !== 'done') throw new Error(`it was to be done first, and is ${outcome.is}`)
  return { ...order, id: `${order.id}-undo`, undo: true, receipt: outcome.receipt }
}

/**
 * What becomes of each order that meets each fault, that it was sent once, and that trying again, where that is the outcome, leaves
 * it done once.
 * @param begin opens all limits again, and gives the next case people of its own
 * @param expectedOf what is to become of it
 */
export function holdToFaults<One extends Write>(
  writes: Readonly<Record<string, One>>,
  bench: () => Bench,
  begin: () => void,
  expectedOf: (what: string, write: One, row: (typeof FAULTS)[number]) => Expected,
): void {
  describe.each(Object.entries(writes))('%s', (what, write) => {
    it.each(FAULTS)('meets %s', async (...row) => {
      const [title, fault] = row
      begin()
      const { meta, platform, hasty, clock, token } = bench()
      const order = await write.order()
      const before = meta.writes.length
      meta.faults.once(write.name, fault)

      const outcome = await (title === 'hang' ? hasty : platform).perform(order, soon())
      expect(nameOf(outcome)).toBe(expectedOf(what, write, row))
      const sent = meta.writes.slice(before)
      expect(
        sent.map(({ name }) => name),
        'sent once',
      ).toEqual([write.name])
      const wasDone = title === 'lost' || title === 'truncate'
      expect(write.stands(order)).toBe(Number(wasDone))
      if ('because' in outcome) {
        expect(outcome.because).not.toContain(LETTER.text)
        expect(outcome.because).not.toContain(token)
      }
      if (outcome.is === 'manual') {
        expect(outcome.link).toMatch(/^https:\/\//)
        expect(outcome.words).not.toBe('')
      }
      if (outcome.is !== 'retry') return

      expect(outcome.at.getTime()).toBeGreaterThan(clock.now)
      // By then private replies and messages may have run out of time: that is tried elsewhere.
      if (write.once === 'private') return
      clock.now = outcome.at.getTime()
      const again = await platform.perform({ ...order, attempt: 2 }, soon())
      expect(['done', 'already-done']).toContain(again.is)
      expect(write.stands(order), 'after another try').toBe(1)
      if (write.once) expect(meta.writes.slice(before).filter((one) => one.done)).toHaveLength(1)
    })

    it('gives up when it is told to, and finds on the next try what it had sent', async () => {
      begin()
      const { meta, platform } = bench()
      const order = await write.order()
      const before = meta.writes.length
      meta.faults.once(write.name, 'lost')
      const stop = new AbortController()
      const broken = platform.perform(order, stop.signal)
      while (!meta.writes.slice(before).some((one) => one.done)) await new Promise(setImmediate)
      stop.abort(new Error('stopped'))
      // The answer may have been missed a moment before.
      const rejected = await broken.then(
        () => false,
        () => true,
      )
      if (rejected)
        expect(['done', 'already-done']).toContain((await platform.perform({ ...order, attempt: 2 }, soon())).is)
      expect(write.stands(order)).toBe(1)
      if (write.once) expect(meta.writes.slice(before).filter((one) => one.done)).toHaveLength(1)
    })
  })
}

/** A look that an order rests on, by the call it is. */
export interface Look extends Pick<Write, 'name' | 'order' | 'stands'> {
  attempt: number
  /** What becomes of the order where Meta refuses the look; all such orders wait, if absent. */
  denied?: Expected
}

/** Without its look nothing is written, and it is done on another try. */
export function holdLooksToFaults(looks: Readonly<Record<string, Look>>, bench: () => Bench, begin: () => void): void {
  describe.each(Object.entries(looks))('looking %s', (_, { name, attempt, order: make, stands, denied }) => {
    it.each([
      ['hang', 'retry'],
      ['reset', 'retry'],
      ['lost', 'retry'],
      ['truncate', 'retry'],
      ['transient', 'retry'],
      ['badGateway', 'retry'],
      ['pagesThrottled', 'retry, all'],
      ['instagramThrottled', 'retry, all'],
      ['expired', 'retry, all'],
      ['proofInvalid', 'retry, all'],
      ['denied', denied ?? 'retry, all'],
      ['noThread', 'refused'],
    ] as const)('that meets %s writes nothing', async (fault, expected) => {
      begin()
      const { meta, platform, hasty, clock } = bench()
      const order = { ...(await make()), attempt }
      const before = meta.writes.length
      meta.faults.once(name, fault)
      const outcome = await (fault === 'hang' ? hasty : platform).perform(order, soon())
      expect(nameOf(outcome)).toBe(expected)
      expect(meta.writes.slice(before)).toEqual([])
      if (outcome.is !== 'retry') return
      clock.now = outcome.at.getTime()
      expect(['done', 'already-done']).toContain(
        (await platform.perform({ ...order, attempt: attempt + 1 }, soon())).is,
      )
      expect(stands(order)).toBe(1)
    })
  })
}
