import pino from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Guarded, guarded } from '../../../src/classifiers/guard.ts'
import { type Adviser, consult } from '../../../src/classifiers/index.ts'
import { AdviserError } from '../../../src/classifiers/trouble.ts'
import { NOON } from '../../builders.ts'
import { hang } from '../stage.ts'
import { aSubject, NEVER } from './stand-in.ts'

const WORDS = 'You are scum, call me on 07700 900123.'
const subject = aSubject(WORDS)
const lines: { level: number; msg: string; error?: string }[] = []
const log = pino({ level: 'debug', base: null }, { write: (line) => lines.push(JSON.parse(line)) })
const MINUTE = 60_000

let time = NOON.getTime()
let calls = 0
let open = 0
let most = 0
let answer: Adviser['advise'] = async () => []

beforeEach(() => {
  time = NOON.getTime()
  calls = 0
  most = 0
  answer = async () => []
  lines.length = 0
})

function judge(limits: { atOnce?: number; perMinute?: number; fair?: number } = {}): Guarded {
  const adviser: Adviser = {
    name: 'Perspective',
    sendsTo: 'example.org',
    advise: async (...given) => {
      calls++
      most = Math.max(most, ++open)
      try {
        return await answer(...given)
      } finally {
        open--
      }
    },
  }
  return guarded(adviser, { atOnce: 4, fair: 10, ...limits, log, now: () => new Date(time), random: () => 1 })
}

const ask = (one: Adviser, deadline = 100) => consult([one], subject, [], deadline, NEVER)
const askMany = (one: Adviser, n: number, deadline = 100) =>
  Promise.all(Array.from({ length: n }, () => ask(one, deadline)))
const fails = (trouble: AdviserError['trouble'], retryAt?: Date) => {
  answer = () => Promise.reject(new AdviserError(trouble, `It has trouble: ${trouble}.`, retryAt))
}

describe('a judge on a leash', () => {
  it('is asked no more than so much at once, and everything is asked', async () => {
    answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2))
      return []
    }
    const advice = await askMany(judge({ atOnce: 4 }), 40, 5000)
    expect(advice.every(({ unheard }) => unheard.length === 0)).toBe(true)
    expect([calls, most]).toEqual([40, 4])
  })

  it('that hangs costs the first batch its deadline, and the next ones nothing', async () => {
    answer = (_, __, stop) => hang(stop)
    const one = judge()
    const first = performance.now()
    expect((await askMany(one, 50)).every(({ unheard }) => unheard[0] === 'Perspective')).toBe(true)
    expect(performance.now() - first).toBeLessThan(5000)
    const asked = calls
    expect(asked).toBeLessThan(10)
    const second = performance.now()
    await askMany(one, 50, 20_000)
    expect(performance.now() - second).toBeLessThan(5000)
    expect(calls).toBe(asked)
    expect(one.isResting()).toBe(true)
    expect(one.trouble()).toBe('It did not answer in time.')
  })

  it('that heeds no signal blocks nobody for good', async () => {
    answer = () => new Promise(() => {})
    const one = judge({ atOnce: 1 })
    for (let n = 0; n < 3; n++) await ask(one, 20)
    expect(one.isResting()).toBe(true)
    time += MINUTE
    answer = async () => []
    expect(await ask(one)).toEqual({ findings: [], unheard: [] })
  })

  it('is tried with one call after its rest, and rests longer each time', async () => {
    fails('unavailable')
    const one = judge()
    for (let n = 0; n < 5; n++) await ask(one)
    expect(calls).toBe(3)
    const rests: number[] = []
    for (let n = 0; n < 6; n++) {
      const before = time
      while (one.isResting()) time += MINUTE
      rests.push((time - before) / MINUTE)
      calls = 0
      await askMany(one, 10)
      expect(calls).toBe(1)
    }
    expect(rests).toEqual([1, 2, 4, 8, 15, 15])
    time += 15 * MINUTE
    answer = async () => []
    expect((await ask(one)).unheard).toEqual([])
    expect(one.trouble()).toBeNull()
  })

  it('says its trouble once, and once that it is over, and never what was written', async () => {
    answer = () => Promise.reject(new Error(`could not send ${WORDS} with sk-secret`))
    const one = judge()
    for (let n = 0; n < 20; n++) {
      await ask(one)
      time += MINUTE
    }
    answer = async () => []
    time += 15 * MINUTE
    await ask(one)
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [40, 'an optional judge does not answer'],
      [30, 'an optional judge answers again'],
    ])
    expect(JSON.stringify(lines)).not.toMatch(/scum|07700|sk-secret/)
  })

  it('that asks to be left alone is, but for no longer than an hour', async () => {
    fails('throttled', new Date(time + 10 * MINUTE))
    const one = judge()
    await ask(one)
    time += 9 * MINUTE
    expect(one.isResting()).toBe(true)
    time += MINUTE
    expect(one.isResting()).toBe(false)
    fails('throttled', new Date('2099-01-01'))
    await ask(one)
    time += 60 * MINUTE
    expect(one.isResting()).toBe(false)
  })

  it('whose key is wrong is asked once, and then left alone', async () => {
    fails('misconfigured')
    await askMany(judge({ atOnce: 1 }), 10)
    expect(calls).toBe(1)
  })

  it('that is over is never asked again', async () => {
    fails('over')
    const one = judge()
    await ask(one)
    time += 365 * 24 * 60 * MINUTE
    expect((await ask(one)).unheard).toEqual(['Perspective'])
    expect(calls).toBe(1)
  })

  it('can’t be silenced by what strangers write, and is found out where it only babbles', async () => {
    fails('unusable')
    const one = judge()
    for (let n = 0; n < 9; n++) await ask(one)
    expect([one.isResting(), one.trouble(), lines]).toEqual([false, null, []])
    await ask(one)
    expect([one.isResting(), one.trouble()]).toEqual([false, 'It has trouble: unusable.'])
    expect(lines).toHaveLength(1)
  })

  it('is asked no more often than its service allows, without being blamed', async () => {
    const one = judge({ perMinute: 3 })
    for (let n = 0; n < 5; n++) await ask(one)
    expect([calls, one.isResting(), one.trouble()]).toEqual([3, false, null])
    time += MINUTE
    await ask(one)
    expect(calls).toBe(4)
  })

  it('shows no sign of life by what it isn’t asked about, and isn’t missed there', async () => {
    fails('unavailable')
    const adviser: Adviser = { name: 'picky', sendsTo: null, suits: ({ item }) => item.text !== '', advise: answer }
    const one = guarded(adviser, { atOnce: 4, fair: 10, log, now: () => new Date(time), random: () => 1 })
    for (let n = 0; n < 3; n++) {
      await ask(one)
      expect(await consult([one], aSubject(''), [], 100, NEVER)).toEqual({ findings: [], unheard: [] })
    }
    expect([one.isResting(), one.trouble()]).toEqual([true, 'It has trouble: unavailable.'])
  })

  it('is not blamed for a call that waited too long for its turn', async () => {
    const one = judge({ atOnce: 2, fair: 60_000 })
    for (let n = 0; n < 3; n++) {
      let answers = 0
      answer = (_, __, stop) => (++answers <= 2 ? Promise.resolve([]) : hang(stop))
      const heard = (await askMany(one, 20)).filter(({ unheard }) => unheard.length === 0)
      expect(heard).toHaveLength(2)
    }
    expect([one.isResting(), one.trouble()]).toEqual([false, null])
  })

  it('is not blamed when the service stops', async () => {
    const one = judge()
    for (let n = 0; n < 5; n++) {
      const ending = new AbortController()
      answer = (_, __, stop) => hang(stop)
      const asking = consult([one], subject, [], 20_000, ending.signal)
      ending.abort()
      await expect(asking).rejects.toThrow('aborted')
    }
    expect([one.isResting(), one.trouble()]).toEqual([false, null])
  })
})
