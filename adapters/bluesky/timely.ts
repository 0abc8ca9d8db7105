/**
 * A signal that aborts when `stop` does or `ms` are over. `AbortSignal.any` with `AbortSignal.timeout` would be shorter, and may
 * never fire: nothing but the collector's mood keeps such a timeout alive (nodejs/node#57736). A timer is kept.
 */
export function timely(ms: number, stop?: AbortSignal | null): AbortSignal {
  const ending = new AbortController()
  if (stop?.aborted) ending.abort(stop.reason)
  const timer = setTimeout(() => ending.abort(new DOMException('It took too long', 'TimeoutError')), ms)
  timer.unref()
  stop?.addEventListener('abort', () => ending.abort(stop.reason), { once: true })
  return ending.signal
}
