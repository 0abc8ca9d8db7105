import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { timely } from '../../adapters/deadline.ts'

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }))

describe('a timely signal', () => {
  it('ends at its time whatever the collector does', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const collecting = setInterval(collect, 5)
    const reason = await aborted(timely(60, new AbortController().signal))
    clearInterval(collecting)
    expect(reason).toMatchObject({ name: 'TimeoutError' })
  })

  it('ends with the other signal, or at once if that has ended', async () => {
    const stop = new AbortController()
    const waiting = aborted(timely(60_000, stop.signal))
    stop.abort('the service stops')
    expect(await waiting).toBe('the service stops')
    expect(timely(60_000, stop.signal).aborted).toBe(true)
  })
})
