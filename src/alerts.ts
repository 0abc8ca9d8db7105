import { describe, type Logger } from './logging.ts'
import type { Store } from './store/index.ts'

export interface AlertParts {
  store: Store
  /** Where staff are called: any URL that takes a POST of plain text (ntfy, a chat's incoming webhook). */
  webhook: string | null
  /** Where staff open the case. */
  consoleUrl: string
  log: Logger
  now: () => Date
}

/**
 * Calls staff for threats and for people at risk, at once and until it worked. Says where to look, never what was
 * written: an alert travels through other people's servers.
 */
export function alerter({ store, webhook, consoleUrl, log, now }: AlertParts) {
  return async (signal: AbortSignal): Promise<void> => {
    for (const decision of await store.queue.toAlert()) {
      const what = decision.escalate === 'safeguarding' ? 'Somebody may be at risk' : 'A possible threat was received'
      const where = decision.item.account.platform
      const text = `${what} (${where}). Open it now: ${consoleUrl}/case/${decision.id}`
      log.warn({ decision: decision.id, escalate: decision.escalate }, 'staff are called')
      try {
        if (webhook) await call(webhook, text, signal)
        await store.queue.alerted(decision.id, webhook ? 'webhook' : 'console', now())
      } catch (error) {
        log.error({ decision: decision.id, ...describe(error) }, 'staff could not be called; trying again')
        return
      }
    }
  }
}

async function call(webhook: string, text: string, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(10_000)])
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  const answer = await fetch(webhook, { method: 'POST', headers, body: text, signal, redirect: 'error' })
  await answer.body?.cancel()
  if (!answer.ok) throw Object.assign(new Error('the alert was not accepted'), { code: String(answer.status) })
}
