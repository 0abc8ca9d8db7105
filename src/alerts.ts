import { within } from '../adapters/deadline.ts'
import { type Danger, dangerOf } from './danger.ts'
import type { Logger } from './logging.ts'
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

const CALL = 10_000

const SAYS: Readonly<Record<Danger, string>> = {
  risk: 'Somebody may be at risk',
  threat: 'A possible threat was received',
  alarm: 'Something may be a threat; the tool is unsure',
  crime: 'Something may be a matter for the police',
}

/**
 * Calls staff for threats and for people at risk, at once and until it worked. Says where to look, never what was
 * written: an alert travels through other people's servers.
 * @throws where the webhook can't be reached or says no: call it again later
 */
export function alerter({ store, webhook, consoleUrl, log, now }: AlertParts) {
  return async (signal: AbortSignal): Promise<void> => {
    for (const { id } of await store.queue.toAlert()) {
      const found = await store.queue.find(id)
      const danger = found && dangerOf(found)
      // An edit may have taken its place meanwhile.
      if (!danger) continue
      const where = found.item.account.platform
      const text = `${SAYS[danger]} (${where}). Open it now: ${consoleUrl}/case/${id}`
      if (webhook) await post(webhook, text, signal)
      await store.queue.alerted(id, webhook ? 'webhook' : 'console', now())
      const told = webhook ? 'staff were called' : 'shown in the console alone: no alert is set up'
      log.warn({ decision: id, danger }, told)
    }
  }
}

/** Something is wrong with the service itself. */
export interface Trouble {
  /** The same as long as it is the same trouble. */
  id: string
  /** What to tell staff, and what once it is over. */
  text: string
  over: string
}

export interface BulletinParts extends Omit<AlertParts, 'store' | 'now'> {
  /** All that is wrong now. */
  troubles: () => Promise<Trouble[]>
}

/**
 * Tells staff what is wrong with the service itself: each trouble once, and once when it is over. What was told is
 * forgotten with the process, so a new start tells it again.
 * @throws as the alerter does
 */
export function bulletin({ webhook, consoleUrl, log, troubles }: BulletinParts) {
  const told = new Map<string, Trouble>()

  return async (signal: AbortSignal): Promise<void> => {
    const tell = async (text: string): Promise<void> => {
      if (webhook) await post(webhook, `${text} ${consoleUrl}/accounts`, signal)
    }
    const present = await troubles()
    for (const trouble of present) {
      if (told.has(trouble.id)) continue
      await tell(trouble.text)
      told.set(trouble.id, trouble)
      log.error({ trouble: trouble.id }, 'the service is in trouble')
    }
    for (const [id, { over }] of told) {
      if (present.some((trouble) => trouble.id === id)) continue
      await tell(over)
      told.delete(id)
      log.info({ trouble: id }, 'a trouble is over')
    }
  }
}

async function post(webhook: string, text: string, stop: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  const answer = await within(CALL, stop, (signal) =>
    fetch(webhook, { method: 'POST', headers, body: text, signal, redirect: 'error' }),
  )
  await answer.body?.cancel()
  if (!answer.ok) throw Object.assign(new Error('the alert was not accepted'), { code: String(answer.status) })
}
