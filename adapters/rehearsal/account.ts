import { z } from 'zod'
import {
  type FetchRequest,
  type Incoming,
  type Page,
  type Platform,
  PlatformError,
  type PlatformSetup,
} from '../platform.ts'
import { type Faults, refuse } from './faults.ts'
import { deedKey, type Ledger } from './ledger.ts'
import { CAPABILITIES, isLetter, perform } from './perform.ts'
import { drawStreet } from './picture.ts'
import { type Happening, picturedIn, type Script } from './script.ts'

const SOURCES = [
  { name: 'replies', pace: 'live' },
  { name: 'messages', pace: 'live' },
  { name: 'reconcile', pace: 'slow' },
] as const

const NOTES = [
  'This is a rehearsal: the people are invented, and nothing leaves this computer.',
  'Hiding works on replies, quotes and comments; mentions and messages can’t be hidden.',
  'Reports to the platform are made by hand, so that you can see how such a task looks.',
]

const DAY = 86_400_000
/** How many slots of the quick lane go into a page. */
const PAGE = 100

/** Where a source was read up to. */
const Cursor = z.object({
  /** When somebody first looked: the quick lane is heard from then on. In ms since 1970, as is `till`. */
  opened: z.number(),
  till: z.number(),
  /** The last thing said by hand that was read. */
  said: z.string().nullable(),
})

/** One account on the street, and what it is made of. */
export interface Parts {
  setup: PlatformSetup
  ledger: Ledger
  faults: Faults
  script: Script
  quick: number
  said: readonly { key: string; happening: Happening }[]
  find: (id: string) => Incoming | null
}

export function accountOn(parts: Parts): Platform {
  const { setup, faults } = parts
  return {
    name: 'rehearsal',
    handle: setup.handle,
    sources: SOURCES,

    async probe(signal) {
      refuse(await faults.meet('probe', signal))
      return { handle: setup.handle, capabilities: CAPABILITIES, notes: NOTES }
    },

    async fetch(request) {
      refuse(await faults.meet('fetch', request.signal))
      return read(parts, request)
    },

    prepare: ({ id, action, undo }) => (isLetter(action) && !undo ? { letter: `letter-${id}` } : null),

    perform: (order, signal) => perform(parts, order, signal),

    async image(url, maxBytes, signal) {
      const fault = await faults.meet('image', signal)
      if (fault === 'gone') return null
      refuse(fault)
      const id = picturedIn(url)
      if (id === null || !parts.find(id)) return null
      const bytes = drawStreet(id)
      return bytes.length > maxBytes ? null : { bytes, type: 'image/png' }
    },

    close: async () => {},
  }
}

async function read({ setup, ledger, script, quick, said }: Parts, { source, cursor }: FetchRequest): Promise<Page> {
  if (!SOURCES.some(({ name }) => name === source))
    throw new PlatformError('unexpected', `The rehearsal has no source "${source}".`)
  const now = setup.now().getTime()
  const from = cursor === null ? { opened: now, till: now - DAY, said: null } : Cursor.safeParse(cursor).data
  if (!from) throw new PlatformError('unexpected', 'The rehearsal did not write this cursor.')

  // Pages end at a time, not at a number of items: two items of one moment are never parted. Never backwards, should
  // the clock be set back. Before the opening only the slow lane is heard, so that day is one page.
  const till = Math.max(from.till, Math.min(now, Math.max(from.till + PAGE * quick, from.opened)))
  const unheard = said.slice(said.findIndex(({ key }) => key === from.said) + 1)
  const happenings = [
    ...script.between(from.till, till, from.opened),
    ...unheard.map(({ happening }) => happening),
  ].filter((happening) => happening.source === source)

  const standing = await ledger.read()
  const isSilenced = (author: Incoming['author'], at: number) => {
    const block = author && standing.get(deedKey({ action: 'block', target: author.id }))
    return block ? block.at <= at : false
  }
  return {
    items: happenings.flatMap((one) =>
      'incoming' in one && !isSilenced(one.incoming.author, one.at) ? one.incoming : [],
    ),
    gone: happenings.flatMap((one) => ('gone' in one ? one.gone : [])),
    cursor: { opened: from.opened, till, said: unheard.at(-1)?.key ?? from.said },
    more: till < now,
  }
}
