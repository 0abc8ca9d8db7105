/**
 * A background duty: never two runs at once, woken by a clock or by whoever made work for it, finished before the
 * service stops.
 */
export interface Duty {
  /** Run now, or once more after the run that is under way. */
  wake(): void
  /** Abort what can be aborted and wait for the run under way. */
  stop(): Promise<void>
}

export function duty(work: (signal: AbortSignal) => Promise<void>, onError: (error: unknown) => void): Duty {
  const ending = new AbortController()
  let running: Promise<void> | null = null
  let again = false

  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        await work(ending.signal)
      } catch (error) {
        if (!ending.signal.aborted) onError(error)
      }
    } while (again && !ending.signal.aborted)
    running = null
  }

  return {
    wake: () => {
      if (ending.signal.aborted) return
      if (running) again = true
      else running = run()
    },
    stop: async () => {
      ending.abort()
      await running
    },
  }
}
