import { describe, expect } from 'vitest'
import type { Order, Platform } from '../../adapters/platform.ts'
import type { ItemKind } from '../../moderation/model.ts'
import type { Comment } from '../emulators/meta/facebook.ts'
import { facebookPage } from '../support/facebook-page.ts'
import { type Harness, platformContract } from './platform.contract.ts'

const DAY = 24 * 3_600_000

async function harness(): Promise<Harness> {
  // What is deleted is looked for once a day.
  let ahead = 0
  const { meta, page, sam, account } = await facebookPage(() => Date.now() + ahead, { requireProof: true })
  const { world } = meta
  const post = world.post(page, 'At the library')
  const platform = account()

  const say = (kind: ItemKind, text: string): string => {
    if (kind === 'message') return world.inbox.receive(sam, page, text).id
    if (kind === 'mention') return world.post(page, text, { by: sam }).id
    return world.comment(post, sam, text).id
  }
  const commentBy = (id: string): Comment | null => {
    const found = world.find(id)
    return found?.node === 'Comment' ? found : null
  }

  const effects = async ({ action, item }: Order): Promise<number> => {
    const comment = commentBy(item?.id ?? '')
    switch (action) {
      case 'hide':
        return Number(comment?.hidden ?? false)
      case 'delete':
      case 'delete-own':
        return Number(comment === null)
      case 'restrict':
        return Number(world.inbox.between(page, sam)?.folder === 'spam')
      case 'block':
        return Number(page.blocked.has(sam))
      case 'redirect':
        return post.comments.filter(({ author, parent, deleted }) => author === page && parent === comment && !deleted)
          .length
      case 'warn':
        return world.inbox.between(page, sam)?.messages.filter(({ author }) => author === page).length ?? 0
      default:
        return 0
    }
  }

  return {
    platform,
    kinds: ['comment', 'mention', 'message'],
    // What the others have just read is read again a day later.
    rests: ['again'],
    say: async (kind, text) => say(kind, text),
    unsay: async (id) => {
      const comment = commentBy(id)
      if (comment) world.delete(comment)
      ahead += DAY
    },
    sayPicture: async () => world.comment(post, sam, 'Look', { picture: 'pixel' }).id,
    ownPost: async () => {
      const { id } = world.comment(post, page, 'Said in haste.')
      return { id, kind: 'comment', revision: id, handle: null }
    },
    effects,
    troubled: async (trouble): Promise<Platform> =>
      account(trouble === 'unavailable' ? { api: 'http://127.0.0.1:9' } : { token: 'wrong' }),
    close: async () => {
      await meta.close()
      expect(meta.violations).toEqual([])
    },
  }
}

describe('Facebook', () => {
  platformContract('facebook', harness)
})
