/**
 * Make a call that ends when `stop` aborts or `ms` are over, whichever comes first. It then rejects at once, even if the
 * call itself does not heed its signal: one platform that hangs must hold up neither the others nor the end.
 */
export async function within<T>(ms: number, stop: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ms)])
  signal.throwIfAborted()
  let forget = (): void => {}
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
