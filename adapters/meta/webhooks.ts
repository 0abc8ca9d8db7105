import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { within } from '../deadline.ts'
import { PlatformError, type Push, type SourceHint } from '../platform.ts'
import { Refusal, Unconfirmed } from './failure.ts'
import type { Account } from './graph.ts'

/**
 * What Meta tells of its own accord. It says again for a day and a half what it got no 200 for, puts up to a thousand things
 * into one delivery, and tells nothing of adverts: whatever it says is only a reason to look.
 */

/** By the names Meta's dashboard has for what a webhook is for. */
export type Subject = 'page' | 'instagram'

/** What a Page is subscribed to. Its Instagram account is told of by the same subscription, in fields chosen in the dashboard. */
const FIELDS = ['feed', 'mention', 'messages']

/** Reading the Page's name from the vault takes milliseconds, and Meta waits for few seconds. */
const KNOWING = 2000

/** @returns undefined where the office has not set it up: the setting `verify` is missing */
export function push({ settings, page }: Pick<Account, 'settings' | 'page'>, subject: Subject): Push | undefined {
  const { app, verify } = settings
  if (verify === undefined) return undefined

  const ownId = async (signal: AbortSignal): Promise<string | undefined> => {
    try {
      const { id, instagram } = await within(KNOWING, signal, page)
      return subject === 'page' ? id : instagram?.id
    } catch {
      // Heeding what is another's costs a look; leaving out what is ours may cost a mention.
      return undefined
    }
  }

  return {
    greet: (query) => {
      const isAsked = query['hub.mode'] === 'subscribe' && isSame(query['hub.verify_token'] ?? '', verify)
      const challenge = query['hub.challenge'] ?? ''
      return isAsked && /^[\w-]{1,100}$/.test(challenge) ? challenge : null
    },

    heard: async (headers, body, signal) => {
      if (!isSigned(headers['x-hub-signature-256'], body, app.secret)) return null
      const delivery = Delivery.safeParse(parsed(body)).data
      if (delivery?.object !== subject) return []
      // One app, and so one address and one secret, may be for several Pages.
      const own = await ownId(signal)
      const entries = delivery.entry.filter(({ id }) => own === undefined || id === undefined || id === own)
      return once(entries.flatMap(subject === 'page' ? newsOfPage : newsOfInstagram))
    },
  }
}

/**
 * Have Meta tell of the Page. It may be asked for at any time, and again.
 * @returns what staff should know; null where Meta will tell
 * @throws PlatformError 'unauthorised'
 */
export async function subscribe(
  { graph, page }: Pick<Account, 'graph' | 'page'>,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { id } = await page(signal)
    const sending = { method: 'POST', path: `${id}/subscribed_apps`, body: { subscribed_fields: FIELDS } } as const
    await graph.send({ ...sending, bucket: 'pages' }, z.object({ success: z.literal(true) }), signal)
    return null
  } catch (error) {
    if (error instanceof Refusal) return UNTOLD
    const isMeta = error instanceof PlatformError || error instanceof Unconfirmed
    if (!isMeta || (error instanceof PlatformError && error.trouble === 'unauthorised')) throw error
    return UNSURE
  }
}

const UNTOLD =
  'Meta refuses to tell Serjeant at once of what is new, so it only looks by itself. The app needs the permissions pages_manage_metadata and pages_messaging: run "npx serjeant connect facebook" again and allow both.'
const UNSURE =
  'Meta could not be asked to tell at once of what is new. Serjeant looks by itself meanwhile, and asks again tomorrow.'

/** Compared by their hashes, which are of one length: the time it takes says nothing of either. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(expected))
}

/**
 * Over the bytes as they came: Meta escapes all but ASCII and signs that, so what is parsed and written anew has another
 * signature.
 */
function isSigned(signature: string | undefined, body: Uint8Array, secret: string): boolean {
  const given = /^sha256=([0-9a-f]{64})$/.exec(signature ?? '')?.[1]
  if (given === undefined) return false
  return timingSafeEqual(Buffer.from(given, 'hex'), createHmac('sha256', secret).update(body).digest())
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}

/** Meta adds fields and kinds as it likes: what can't be read is left out by itself, never with what stands beside it. */
const several = <T extends z.ZodType>(one: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((all) => all.flatMap((each) => one.safeParse(each).data ?? []))

const Change = z.object({ field: z.string(), value: z.unknown() })

/** Sent, received, read, reacted to: only what somebody wrote is news. */
const Messaging = z.object({
  message: z.object({ is_echo: z.boolean().optional() }).optional(),
  message_edit: z.object({}).optional(),
})

const Entry = z.object({
  id: z.string().optional().catch(undefined),
  changes: several(Change),
  messaging: several(Messaging),
  /** The same, while another of the Page's apps leads the conversation. */
  standby: several(Messaging),
})
type Entry = z.output<typeof Entry>

const Delivery = z.object({ object: z.string(), entry: several(Entry) })

const Feed = z.object({ item: z.string(), verb: z.string() })

const Id = z.string().regex(/^\d{1,40}$/)
const Mention = z.object({ media_id: Id, comment_id: Id.optional() })

/** The source finds by itself what is new, however often it is told that something is. */
const newsIn = (source: string): SourceHint => ({ source, key: '', value: null })

function newsOfPage({ changes, ...entry }: Entry): SourceHint[] {
  const told = changes.flatMap(({ field, value }) => {
    if (field === 'mention') return newsIn('tagged')
    if (field !== 'feed') return []
    const { data } = Feed.safeParse(value)
    // Comments are read with the feed, and so are visitors' posts. What is hidden or shown again is mostly our own doing.
    return data && isWritten(data) ? newsIn('comments') : []
  })
  return [...told, ...newsInInbox(entry)]
}

function newsOfInstagram({ changes, ...entry }: Entry): SourceHint[] {
  const told = changes.flatMap(({ field, value }) => {
    if (field === 'comments') return newsIn('comments')
    return field === 'mentions' ? mentionOf(value) : []
  })
  return [...told, ...newsInInbox(entry)]
}

const LIKES = new Set(['like', 'reaction'])
const WRITTEN = new Set(['add', 'edit', 'edited'])

const isWritten = ({ item, verb }: z.output<typeof Feed>): boolean => WRITTEN.has(verb) && !LIKES.has(item)

/** Nothing lists these: who is not told of one never sees it. */
function mentionOf(value: unknown): SourceHint[] {
  const { data } = Mention.safeParse(value)
  if (!data) return []
  const { media_id: media, comment_id: comment } = data
  const named = comment === undefined ? { media } : { media, comment }
  return [{ source: 'mentions', key: Object.values(named).join(' '), value: named }]
}

function newsInInbox({ messaging, standby }: Pick<Entry, 'messaging' | 'standby'>): SourceHint[] {
  const isNews = ({ message, message_edit }: z.output<typeof Messaging>): boolean =>
    message_edit !== undefined || (message !== undefined && message.is_echo !== true)
  return [...messaging, ...standby].some(isNews) ? [newsIn('messages')] : []
}

function once(hints: readonly SourceHint[]): SourceHint[] {
  return [...new Map(hints.map((hint) => [`${hint.source} ${hint.key}`, hint])).values()]
}
