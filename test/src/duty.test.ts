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

describe('a duty', () => {
  it('never runs twice at once, and once more if it was woken meanwhile', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const gates = [gate(), gate()]
    const one = duty(
      async () => {
        most = Math.max(most, ++running)
        await gates[runs++]?.opened
        running--
      },
      () => {},
    )
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

  it('reports an error and goes on', async () => {
    const errors: unknown[] = []
    let runs = 0
    const one = duty(
      async () => {
        if (++runs === 1) throw new Error('once')
      },
      (error) => errors.push(error),
    )
    one.wake()
    await turn()
    one.wake()
    await turn()
    expect(runs).toBe(2)
    expect(errors).toHaveLength(1)
  })

  it('aborts and finishes before it is stopped, and does not run again', async () => {
    let ended = false
    let runs = 0
    const one = duty(
      async (signal) => {
        runs++
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        await turn()
        ended = true
      },
      () => {},
    )
    one.wake()
    await one.stop()
    one.wake()
    await turn()
    expect([ended, runs]).toEqual([true, 1])
  })
})
