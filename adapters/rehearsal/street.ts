import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ItemKind, Media } from '../../moderation/model.ts'
import type { Incoming, PlatformKind } from '../platform.ts'
import { accountOn } from './account.ts'
import { CALLS, createFaults, Fault, type Faults } from './faults.ts'
import { type Ledger, ledgerInJournal, ledgerInVault, type Standing } from './ledger.ts'
import { person } from './people.ts'
import { createScript, type Happening, linksIn, linkTo, pictureOf, type Script } from './script.ts'

export const Settings = z.strictObject({
  /** Another seed is another street. */
  seed: z.int().min(0).default(1),
  /** Mean time between two items, in seconds. */
  everySeconds: z.number().min(0.05).max(600).default(20),
  /** Nobody writes of their own accord: for tests that say() everything themselves. */
  quiet: z.boolean().default(false),
  /** A file to keep what was done in, one JSON object a line, instead of the account's vault. */
  journal: z.string().min(1).optional(),
  /** Calls that are to go wrong, in this order. */
  faults: z.array(z.strictObject({ call: z.enum(CALLS), how: Fault, times: z.int().min(1).default(1) })).default([]),
})

/** A street with a hand on it. The service sees only `kind`; the rest is for whoever tests it. */
export interface Street {
  kind: PlatformKind
  /** Somebody writes, now. @returns the item's id */
  say(kind: ItemKind, text: string, more?: { by?: string; alt?: string }): string
  /** The author changes the words: the same item with a new revision. */
  edit(id: string, text: string): void
  /** The author deletes it. */
  erase(id: string): void
  fail: Faults['plan']
  /** All that was done to the street and not undone, as the platform itself would show it. */
  standing(): Promise<Standing>
}

const clock = () => new Date()

const SILENCE: Script = { between: () => [], find: () => null }

/** @throws Error with a clear sentence if the journal can't be read */
export function createStreet(given: z.input<typeof Settings> = {}): Street {
  const { seed, everySeconds, quiet, journal, faults: planned } = Settings.parse(given)
  const quick = Math.round(everySeconds * 1_000)
  const script = quiet ? SILENCE : createScript(seed, quick)
  const faults = createFaults()
  for (const { call, how, times } of planned) faults.plan(call, how, times)
  const said: { key: string; happening: Happening }[] = []
  const journalled = journal === undefined ? null : ledgerInJournal(journal)
  /** Until an account is made on it, nothing can have been done to the street. */
  let ledger: Ledger = journalled ?? { read: async () => new Map(), write: async () => {} }
  let now = clock

  const happen = (happening: Happening) => said.push({ key: randomUUID(), happening })
  const sayAs = (incoming: Incoming) => {
    const source = incoming.item.kind === 'message' ? 'messages' : 'replies'
    happen({ at: now().getTime(), source, incoming })
  }

  /** The item as it stands; null if there is none, or no longer. */
  function find(id: string): Incoming | null {
    let found = script.find(id, now().getTime())
    for (const { happening } of said) {
      if ('gone' in happening) found = happening.gone === id ? null : found
      else if (happening.incoming.item.id === id) found = happening.incoming
    }
    return found
  }

  function mustFind(id: string): Incoming {
    const found = find(id)
    if (!found) throw new RangeError(`nobody said ${id}`)
    return found
  }

  return {
    kind: {
      name: 'rehearsal',
      create(setup) {
        now = () => setup.now()
        ledger = journalled ?? ledgerInVault(setup.vault)
        return accountOn({ setup, ledger, faults, script, quick, said, find })
      },
    },
    say(kind, text, { by = 'stranger', alt } = {}) {
      const id = `said-${randomUUID()}`
      const author = person(seed, by, 'neighbour')
      const media: Media[] = alt === undefined ? [] : [{ kind: 'image', alt, url: pictureOf(id) }]
      const item = { id, kind, text, writtenAt: now(), links: linksIn(text), media }
      const place = kind === 'message' ? `messages-${author.id}` : 'post-said'
      const conversation = { id: place, ...(kind === 'message' ? {} : { post: 'Good morning, Ambleford.' }), above: [] }
      sayAs({ item, revision: 'first', author, conversation, link: linkTo(id), handle: null })
      return id
    },
    edit(id, text) {
      const { item, ...rest } = mustFind(id)
      sayAs({ ...rest, item: { ...item, text, links: linksIn(text) }, revision: `edited-${randomUUID()}` })
    },
    erase(id) {
      mustFind(id)
      happen({ at: now().getTime(), source: 'reconcile', gone: id })
    },
    fail: (call, how, times) => faults.plan(call, how, times),
    standing: () => ledger.read(),
  }
}
