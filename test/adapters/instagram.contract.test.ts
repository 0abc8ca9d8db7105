import { describe, expect } from 'vitest'
import type { Order, Platform } from '../../adapters/platform.ts'
import type { ItemKind } from '../../moderation/model.ts'
import { startMeta } from '../emulators/meta/index.ts'
import type { InstagramComment } from '../emulators/meta/instagram.ts'
import { platformOn } from '../support/instagram-office.ts'
import { type Harness, platformContract } from './platform.contract.ts'

const DAY = 24 * 3_600_000

async function harness(): Promise<Harness> {
  // What is deleted is looked for once a day.
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const meta = await startMeta({ now, requireProof: true, engaged: 10_000 })
  const { world } = meta
  const { instagram, inbox } = world
  const page = world.page('Jo Hartley MP')
  const account = instagram.account(page, 'johartleymp')
  const sam = world.person('Sam Ordinary')
  const post = instagram.publish(account, 'At the library')
  const { token } = meta.tokens.page(page)
  const on = (settings: Record<string, unknown> = {}, as = token): Platform =>
    platformOn(meta, as, () => new Date(now()), settings)
  const platform = on()

  const say = (kind: ItemKind, text: string): string => {
    if (kind === 'message') return inbox.receive(sam, account, text).id
    if (kind === 'mention') return instagram.publish(sam, text, { tags: [account] }).id
    return instagram.comment(post, sam, text).id
  }
  const commentBy = (id: string): InstagramComment | null => {
    const found = instagram.find(id)
    return found?.node === 'IGComment' ? found : null
  }
  const wrote = (): number =>
    inbox.between(account, sam)?.messages.filter(({ author }) => author === account).length ?? 0

  const effects = async ({ action, item }: Order): Promise<number> => {
    const comment = commentBy(item?.id ?? '')
    switch (action) {
      case 'hide':
        return Number(comment?.hidden ?? false)
      case 'delete':
      case 'delete-own':
        return Number(comment === null)
      case 'close-comments':
        return Number(!post.commentsOpen)
      case 'restrict':
        return Number(inbox.between(account, sam)?.folder === 'spam')
      case 'block':
        return Number(account.blocked.has(sam))
      case 'redirect':
        return post.comments.filter(
          ({ author, parent, deleted }) => author === account && parent === comment && !deleted,
        ).length
      case 'warn':
        return wrote()
      default:
        return 0
    }
  }

  return {
    platform,
    kinds: ['comment', 'mention', 'message'],
    say: async (kind, text) => say(kind, text),
    unsay: async (id) => {
      const comment = commentBy(id)
      if (comment) instagram.delete(comment)
      ahead += DAY
    },
    sayPicture: async () => instagram.publish(sam, 'Look', { tags: [account] }).id,
    ownPost: async () => {
      const { id } = instagram.comment(post, account, 'Said in haste.')
      return { id, kind: 'comment', revision: id, handle: null }
    },
    effects,
    troubled: async (trouble) => (trouble === 'unavailable' ? on({ api: 'http://127.0.0.1:9' }) : on({}, 'wrong')),
    close: async () => {
      await meta.close()
      expect(meta.violations).toEqual([])
    },
  }
}

describe('Instagram', () => {
  platformContract('instagram', harness)
})
