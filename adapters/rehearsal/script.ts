import type { Media } from '../../moderation/model.ts'
import type { Incoming } from '../platform.ts'
import { dice } from './dice.ts'
import { partAt, ROUND, speak } from './parts.ts'
import { POSTS } from './posts.ts'

/**
 * What the street says, as a pure function of the seed and the time.
 *
 * Time is cut into slots of equal length, and each slot holds one item, made from the seed and the slot's number alone.
 * So nothing is remembered: a restarted process finds the same street, and a year of it takes no memory. There are two
 * such lanes: a slow one, forty items a day, which is what the account finds when it first looks; and a quick one, which
 * is heard from then on.
 *
 * Forty slots make a round, and every round has the same parts, so any forty items in a row hold some of everything.
 */
export type SourceName = 'replies' | 'messages' | 'reconcile'

/** Something that can be read at a source from `at` on, in ms since 1970. */
export type Happening = { at: number; source: SourceName } & ({ incoming: Incoming } | { gone: string })

/** What an author does in some slot about what they said in slot `of`. */
interface Urge {
  is: 'deleted' | 'edited'
  of: number
}

export interface Script {
  /** All that happened after `from` and not after `till`, oldest first; the quick lane from `opened` on. */
  between(from: number, till: number, opened: number): Happening[]
  /** The item as first written; null if the street never says it, or its author deleted it by `now`. */
  find(id: string, now: number): Incoming | null
}

const DAY = 86_400_000
const SLOW = DAY / ROUND
/** How many slots the MP's posts are answered for: two posts a day, and three an hour once the street is busy. */
const POST_SPAN = { slow: ROUND / 2, quick: (ROUND * 3) / 2 }
/** How many slots later an item may be edited or deleted. */
const LATER = { least: 3, most: 30 }

/** @param quick the mean time between two items of the quick lane, in ms */
export function createScript(seed: number, quick: number): Script {
  const nameOf = (lane: number, slot: number) => `${seed}-${lane / 1_000}s-${slot}`
  const timeOf = (lane: number, slot: number) => Math.floor((slot + dice(seed, 'when', lane, slot).roll()) * lane)

  function incomingOf(lane: number, slot: number, isAnswered = false): Incoming {
    const id = nameOf(lane, slot)
    const at = timeOf(lane, slot)
    const [part, kind] = partAt(slot)
    const chance = dice(seed, 'words', lane, slot)
    // Seven goes round all twelve posts before any comes back.
    const span = lane === SLOW ? POST_SPAN.slow : POST_SPAN.quick
    const posting = Math.floor(slot / span)
    const post = POSTS[(posting * 7 + seed) % POSTS.length]
    if (!post) throw new RangeError('the MP has nothing to say')
    const { who, text, lang, alt } = speak(part, { seed, lane, slot, kind, post, chance })
    const media: Media[] = alt === undefined ? [] : [{ kind: 'image', alt, url: pictureOf(id) }]
    const item = { id, kind, text, writtenAt: new Date(at), links: linksIn(text), media, ...(lang ? { lang } : {}) }
    const about = { item, author: who, revision: 'first', handle: null }
    if (kind === 'message') {
      const conversation = { id: `messages-${who.id}`, above: [] }
      return { ...about, conversation, link: linkTo(conversation.id) }
    }
    const thread = `post-${lane / 1_000}s-${posting}`
    const previous = !isAnswered && kind === 'reply' && chance.chance(0.15) ? incomingOf(lane, slot - 1, true) : null
    const above =
      previous?.item.kind === 'reply' && previous.conversation?.id === thread && previous.author
        ? [{ handle: previous.author.handle, text: previous.item.text, at: previous.item.writtenAt }]
        : []
    const postedAt = new Date(posting * span * lane)
    return {
      ...about,
      conversation: { id: thread, post: post.text, postedAt, link: linkTo(thread), above },
      link: linkTo(id),
    }
  }

  /** What somebody may do in this slot about something said before. */
  function urge(lane: number, slot: number): Urge | null {
    const chance = dice(seed, 'second thought', lane, slot)
    const luck = chance.roll()
    if (luck > 0.06) return null
    return { is: luck < 0.03 ? 'deleted' : 'edited', of: slot - chance.int(LATER.least, LATER.most) }
  }

  /** The author's second thought about what was said in this slot, and the slot it comes in: there is never a third. */
  function secondThought(lane: number, slot: number) {
    for (let later = slot + LATER.least; later <= slot + LATER.most; later += 1) {
      const thought = urge(lane, later)
      if (thought?.of === slot) return { is: thought.is, in: later }
    }
    return null
  }

  function isDeleted(lane: number, slot: number, now: number): boolean {
    const thought = secondThought(lane, slot)
    return thought?.is === 'deleted' && timeOf(lane, thought.in) <= now
  }

  function happeningsIn(lane: number, slot: number): Happening[] {
    const at = timeOf(lane, slot)
    const incoming = incomingOf(lane, slot)
    const happenings: Happening[] = [{ at, source: sourceOf(lane, slot, incoming), incoming }]
    const thought = urge(lane, slot)
    if (thought && secondThought(lane, thought.of)?.in === slot) happenings.push(rethought(lane, thought, at))
    return happenings
  }

  function rethought(lane: number, { is, of }: Urge, at: number): Happening {
    if (is === 'deleted') return { at, source: 'reconcile', gone: nameOf(lane, of) }
    const { item, ...rest } = incomingOf(lane, of)
    const edited = { ...rest, item: { ...item, text: `${item.text} (Edited: typo.)` }, revision: 'edited' }
    return { at, source: sourceOf(lane, of, edited), incoming: edited }
  }

  /** Now and then a platform forgets to notify: such a reply is found only by going through the threads. */
  const sourceOf = (lane: number, slot: number, { item }: Incoming): SourceName => {
    if (item.kind === 'message') return 'messages'
    return dice(seed, 'missed', lane, slot).chance(0.02) ? 'reconcile' : 'replies'
  }

  function inLane(lane: number, from: number, till: number): Happening[] {
    const found: Happening[] = []
    for (let slot = Math.floor(from / lane); slot * lane <= till; slot += 1) {
      const at = timeOf(lane, slot)
      if (at > from && at <= till) found.push(...happeningsIn(lane, slot))
    }
    return found
  }

  return {
    between: (from, till, opened) =>
      [...inLane(SLOW, from, till), ...inLane(quick, Math.max(from, opened), till)].sort((a, b) => a.at - b.at),

    find(id, now) {
      const [, lane, slot] = (/-([\d.]+)s-(\d+)$/.exec(id) ?? []).map(Number)
      if (!lane || !slot) return null
      const length = Math.round(lane * 1_000)
      if (nameOf(length, slot) !== id || timeOf(length, slot) > now || isDeleted(length, slot, now)) return null
      return incomingOf(length, slot)
    },
  }
}

/** The street has no website; `.example` makes sure that it never gets one. */
export const linkTo = (place: string) => `https://street.example/${place}`
export const pictureOf = (id: string) => `${linkTo('pictures')}/${id}.png`
/** @returns the id of the item that shows the picture */
export const picturedIn = (url: string): string | null => /\/pictures\/([^/]+)\.png$/.exec(url)?.[1] ?? null
export const linksIn = (text: string): string[] => text.match(/https?:\/\/\S+/g) ?? []
