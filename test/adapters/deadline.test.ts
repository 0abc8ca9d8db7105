import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { within } from '../../adapters/deadline.ts'

const never = new AbortController().signal
/** A call that does not heed its signal. */
const deaf = (): Promise<never> => new Promise(() => {})

describe('a call with a deadline', () => {
  it('gives what the call gives', async () => {
    expect(await within(1000, never, async () => 7)).toBe(7)
    await expect(within(1000, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('ends at its deadline, even if the call does not', async () => {
    await expect(within(10, never, deaf)).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('ends at its deadline whatever the collector does', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const call = within(60, new AbortController().signal, deaf)
    const collecting = setInterval(collect, 10)
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
    clearInterval(collecting)
  })

  it('ends when it is stopped, even if the call does not', async () => {
    const stop = new AbortController()
    const call = within(60_000, stop.signal, deaf)
    stop.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('is not begun once it is stopped', async () => {
    let calls = 0
    const call = within(1000, AbortSignal.abort(), async () => calls++)
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    expect(calls).toBe(0)
  })
})
