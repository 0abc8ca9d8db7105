import { heeding } from '../../adapters/deadline.ts'

/**
 * Lets so many in at once; the others wait for their turn, in the order they came, until their signal aborts. Whoever was
 * let in must leave.
 */
export type Gate = (signal: AbortSignal) => Promise<() => void>

export function gate(atOnce: number): Gate {
  let free = atOnce
  const waiting = new Set<() => void>()

  const leave = (): void => {
    const [next] = waiting
    if (next) {
      waiting.delete(next)
      next()
    } else free++
  }

  return async (signal) => {
    signal.throwIfAborted()
    if (free > 0) free--
    else {
      let admit = (): void => {}
      const turn = new Promise<void>((resolve) => {
        admit = resolve
      })
      waiting.add(admit)
      try {
        await heeding(signal, () => turn)
      } catch (error) {
        // Admitted in the same moment: the place must not be lost.
        if (!waiting.delete(admit)) leave()
        throw error
      }
    }
    return leave
  }
}
