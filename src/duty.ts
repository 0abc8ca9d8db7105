import { backoff } from './pace.ts'

/**
 * A background duty: never two runs at once, woken by a clock or by whoever made work for it, finished before the
 * service stops.
 */
export interface Duty {
  /** Run now, or once more after the run that is under way. Unheard for a while after a failure: let a clock wake it too. */
  wake(): void
  /** Abort what can be aborted and wait for the run under way. */
  stop(): Promise<void>
}

export interface DutyParts {
  work: (signal: AbortSignal) => Promise<void>
  /** Told of the first failure in a row and of every tenth: what fails for a night must not fill the disk. */
  failed: (error: unknown) => void
  now: () => Date
  random: () => number
}

/** After failures in a row a duty rests, so that what can't be done is not tried every second. Milliseconds. */
const REST = { first: 2_000, most: 60_000 }

export function duty({ work, failed, now, random }: DutyParts): Duty {
  const ending = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let failures = 0
  let restsTill = 0

  /** A clock that is set back must not make a minute's rest a day's. */
  const resting = (): boolean => {
    const left = restsTill - now().getTime()
    return left > 0 && left <= REST.most
  }

  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        await work(ending.signal)
        failures = 0
      } catch (error) {
        if (ending.signal.aborted) break
        restsTill = now().getTime() + backoff(failures, random(), REST)
        if (failures++ % 10 === 0) failed(error)
      }
    } while (again && !ending.signal.aborted && !resting())
    running = null
  }

  return {
    wake: () => {
      if (ending.signal.aborted) return
      if (running) again = true
      else if (!resting()) running = run()
    },
    stop: async () => {
      ending.abort()
      await running
    },
  }
}
