import { describe, expect, it } from 'vitest'
import { duty } from '../../src/duty.ts'

function gate() {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const NOON = Date.parse('2026-11-24T12:00:00Z')

/** A duty with a clock of its own, and what it said of its failures. */
function aDuty(work: (signal: AbortSignal) => Promise<void>) {
  let time = NOON
  const errors: unknown[] = []
  const one = duty({ work, failed: (error) => errors.push(error), now: () => new Date(time), random: () => 1 })
  const pass = (ms: number): void => {
    time += ms
  }
  return { ...one, errors, pass }
}

describe('a duty', () => {
  it('never runs twice at once, and once more if it was woken meanwhile', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const gates = [gate(), gate()]
    const one = aDuty(async () => {
      most = Math.max(most, ++running)
      await gates[runs++]?.opened
      running--
    })
    one.wake()
    one.wake()
    one.wake()
    await turn()
    expect(runs).toBe(1)
    gates[0]?.open()
    await turn()
    expect(runs).toBe(2)
    gates[1]?.open()
    await one.stop()
    expect([runs, most]).toEqual([2, 1])
  })

  it('reports an error, rests, and goes on', async () => {
    let runs = 0
    const one = aDuty(async () => {
      if (++runs === 1) throw new Error('once')
    })
    one.wake()
    one.wake()
    await turn()
    one.wake()
    await turn()
    expect(runs).toBe(1)
    one.pass(2000)
    one.wake()
    await turn()
    expect(runs).toBe(2)
    expect(one.errors).toHaveLength(1)
  })

  it('rests longer with every failure, a minute at most, and tells of the first and of every tenth', async () => {
    let runs = 0
    const one = aDuty(async () => {
      runs++
      throw new Error('always')
    })
    for (let second = 0; second < 600; second++) {
      one.wake()
      await turn()
      one.pass(1000)
    }
    // At 0, 2, 6, 14, 30 and 62 seconds, and then each minute.
    expect(runs).toBe(14)
    expect(one.errors).toHaveLength(2)
  })

  it('does not rest any longer once it worked', async () => {
    let broken = true
    const one = aDuty(async () => {
      if (broken) throw new Error('for now')
    })
    for (const works of [false, false, true, false]) {
      broken = !works
      one.wake()
      await turn()
      one.pass(4000)
    }
    expect(one.errors).toHaveLength(2)
  })

  it('aborts and finishes before it is stopped, and does not run again', async () => {
    let ended = false
    let runs = 0
    const one = aDuty(async (signal) => {
      runs++
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      await turn()
      ended = true
    })
    one.wake()
    await one.stop()
    one.wake()
    await turn()
    expect([ended, runs]).toEqual([true, 1])
  })
})
