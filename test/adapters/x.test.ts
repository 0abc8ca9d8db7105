import { describe, expect } from 'vitest'
import type { Order, Platform } from '../../adapters/platform.ts'
import type { ItemKind } from '../../moderation/model.ts'
import { type Person, type Post, startX } from '../emulators/x/index.ts'
import { accountOn } from '../support/x-account.ts'
import { type Harness, platformContract } from './platform.contract.ts'

const HOUR = 3_600_000

async function harness(): Promise<Harness> {
  // The contract reads every source to its end, over and over: X would ask for patience.
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const x = await startX({ limits: false, now })
  const { world } = x
  const mp = world.person('JoHartleyMP', { name: 'Jo Hartley MP' })
  const sam = world.person('SamOrdinary')
  const post = world.post(mp, 'I have written to the bus company.')
  const settings = { ceiling: { day: 1000, month: 10_000 } }
  const platform = accountOn(x, mp, { settings, now: () => new Date(now()) })
  let hours: NodeJS.Timeout | undefined

  const publicly = (kind: ItemKind, text: string): Post => {
    if (kind === 'mention') return world.post(sam, text, { mentionsTyped: [mp] })
    return world.post(sam, text, kind === 'quote' ? { quotes: post } : { replyTo: post })
  }
  const find = (id: string): Post => {
    const found = world.postById(id)
    if (!found) throw new Error(`X knows no post ${id}`)
    return found
  }
  const answersTo = (id: string): number => {
    const under = world.postsBy(mp).filter(({ replyTo }) => replyTo?.id === id)
    return under.length
  }
  const wrote = (whom: Person | null): number => {
    return whom ? world.messagesBetween(mp, whom).filter(({ from }) => from === mp).length : 0
  }

  const effects = async ({ action, item, author }: Order): Promise<number> => {
    const id = item?.id ?? ''
    const whom = world.personById(author?.id ?? '')
    switch (action) {
      case 'hide':
        return Number(find(id).life.hidden)
      case 'mute':
        return Number(whom !== null && world.muted.has(mp, whom))
      case 'restrict':
        return Number(whom !== null && world.messagesBlocked.has(mp, whom))
      case 'block':
        return Number(whom !== null && world.blocked.has(mp, whom))
      case 'delete-own':
        return Number(find(id).life.deleted)
      default:
        // Whoever has not named the account is answered under the account's own post.
        return item?.kind === 'message'
          ? wrote(whom)
          : answersTo(id) + (item?.kind === 'reply' ? answersTo(post.id) : 0)
    }
  }

  return {
    platform,
    kinds: ['reply', 'mention', 'quote', 'message'],
    say: async (kind, text) => (kind === 'message' ? world.message(sam, mp, text) : publicly(kind, text)).id,
    // X puts the handle of whoever is answered in front, and the address of what is quoted behind. In front of a mention
    // its author typed it.
    reads: (kind, text) => {
      if (kind === 'message') return text
      const quote = world.postsBy(sam).find(({ quotes }) => quotes === post)
      return kind === 'quote' ? `${text} ${quote?.sent.urls[0]?.url}` : `@${mp.handle} ${text}`
    },
    // What X says is gone is looked for once more after an hour: here one passes every moment.
    unsay: async (id) => {
      world.delete(find(id))
      hours ??= setInterval(() => (ahead += HOUR), 50)
    },
    sayPicture: async () => world.post(sam, 'Look', { replyTo: post, media: [{ alt: 'A red dot' }] }).id,
    ownPost: async () => {
      const { id } = world.post(mp, 'Posted in haste.')
      return { id, kind: 'reply', revision: id, handle: null }
    },
    effects,
    troubled: async (trouble): Promise<Platform> => {
      if (trouble === 'unavailable') return accountOn(x, mp, { settings: { api: 'http://127.0.0.1:9' } })
      return accountOn(x, mp, { settings: { access: { token: 'wrong', secret: 'wrong' } } })
    },
    close: async () => {
      clearInterval(hours)
      await x.close()
      expect(x.violations).toEqual([])
    },
  }
}

describe('X', () => {
  platformContract('x', harness)
})
