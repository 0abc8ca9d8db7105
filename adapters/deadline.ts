import { setMaxListeners } from 'node:events'

/**
 * Make a call that ends when `stop` aborts or `ms` are over, whichever comes first. It then rejects at once, even if the
 * call itself does not heed its signal: one platform that hangs must hold up neither the others nor the end.
 *
 * `AbortSignal.any` with `AbortSignal.timeout` would be shorter, and may never fire: nothing but the collector's mood keeps
 * such a timeout alive (nodejs/node#57736).
 */
export async function within<T>(ms: number, stop: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  stop.throwIfAborted()
  const ending = new AbortController()
  const end = (): void => ending.abort(stop.reason)
  const timer = setTimeout(() => ending.abort(new DOMException('It took too long', 'TimeoutError')), ms)
  // The end of the service ends many calls at once; Node would take their listeners for a leak.
  setMaxListeners(0, stop)
  stop.addEventListener('abort', end, { once: true })
  try {
    return await heeding(ending.signal, call)
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', end)
  }
}

/** Make a call that rejects as soon as `signal` aborts, even if the call itself does not heed it. */
export async function heeding<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  let forget = (): void => {}
  // Many may wait for one signal; Node would take their listeners for a leak.
  setMaxListeners(0, signal)
  const over = new Promise<never>((_, reject) => {
    const end = (): void => reject(signal.reason)
    signal.addEventListener('abort', end, { once: true })
    forget = () => signal.removeEventListener('abort', end)
  })
  try {
    return await Promise.race([call(signal), over])
  } finally {
    forget()
  }
}

/**
 * The same as a signal, for what takes no more: it aborts when `stop` does or `ms` are over. The timer is kept, and keeps no
 * process alive.
 */
export function timely(ms: number, stop?: AbortSignal | null): AbortSignal {
  const ending = new AbortController()
  if (stop?.aborted) ending.abort(stop.reason)
  const timer = setTimeout(() => ending.abort(new DOMException('It took too long', 'TimeoutError')), ms)
  timer.unref()
  stop?.addEventListener('abort', () => ending.abort(stop.reason), { once: true })
  return ending.signal
}
