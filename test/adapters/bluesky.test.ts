import { randomUUID } from 'node:crypto'
import { describe, inject } from 'vitest'
import type { Order, Platform } from '../../adapters/platform.ts'
import type { ItemKind } from '../../moderation/model.ts'
import { keyOf, PIXEL, type Posted, townOn } from '../support/bluesky.ts'
import { officeOf, vaultInMemory } from '../support/bluesky-account.ts'
import { type Harness, platformContract } from './platform.contract.ts'

const info = inject('bluesky')

const lists = (list: unknown, uri: string): number => (Array.isArray(list) && list.includes(uri) ? 1 : 0)

async function harness(): Promise<Harness> {
  if (!info) throw new Error('no Bluesky servers')
  const town = townOn(info)
  const mp = await town.person('mp', 'Jo Hartley MP')
  const sam = await town.person('sam', 'Sam Ordinary')
  await mp.openMessages()
  const post = await mp.say('I have written to the bus company.')
  const platform = await officeOf(town, mp)

  const publicly = (kind: ItemKind, text: string): Promise<Posted> => {
    if (kind === 'mention') return sam.say(text, { naming: mp.did })
    return sam.say(text, kind === 'quote' ? { quoting: post } : { to: post })
  }
  const say = async (kind: ItemKind, text: string): Promise<string> => {
    if (kind !== 'message') return (await publicly(kind, text)).uri
    const { convoId, messageId } = await sam.write(mp.did, text)
    return `${convoId}/${messageId}`
  }

  const recordOf = async (collection: string, uri: string): Promise<Record<string, unknown>> => {
    const where = { repo: mp.did, collection, rkey: keyOf(uri) }
    const found = await mp.agent.com.atproto.repo.getRecord(where).catch(() => null)
    return found?.data.value ?? {}
  }
  const effects = async ({ action, item, author }: Order): Promise<number> => {
    const uri = item?.id ?? ''
    const did = author?.id ?? ''
    switch (action) {
      case 'hide': {
        const hidden = await recordOf('app.bsky.feed.threadgate', post.uri)
        const detached = await recordOf('app.bsky.feed.postgate', post.uri)
        return lists(hidden['hiddenReplies'], uri) + lists(detached['detachedEmbeddingUris'], uri)
      }
      case 'mute':
        return Number((await mp.agent.getProfile({ actor: did })).data.viewer?.muted)
      case 'block': {
        const { records } = await mp.agent.app.bsky.graph.block.list({ repo: mp.did })
        return records.filter(({ value }) => value.subject === did).length
      }
      case 'report':
        return Math.min((await town.reports(uri)).length, 1)
      case 'delete-own':
        return Object.keys(await recordOf('app.bsky.feed.post', uri)).length === 0 ? 1 : 0
      default: {
        const { records } = await mp.agent.app.bsky.feed.post.list({ repo: mp.did })
        return records.filter(({ value }) => value.reply?.parent.uri === uri).length
      }
    }
  }

  return {
    platform,
    kinds: ['reply', 'mention', 'quote', 'message'],
    say,
    unsay: sam.unsay,
    sayPicture: async () => (await sam.say('Look', { to: post, picture: { bytes: PIXEL, alt: 'A red dot' } })).uri,
    ownPost: async () => {
      const { uri, cid } = await mp.say('Posted in haste.')
      return { id: uri, kind: 'reply', revision: cid, handle: null }
    },
    settle: town.sync,
    effects,
    troubled: async (trouble): Promise<Platform> => {
      if (trouble === 'unavailable')
        return officeOf(town, mp, { settings: { service: 'http://127.0.0.1:9', publicAppView: 'http://127.0.0.1:9' } })
      return officeOf(town, mp, { password: randomUUID(), vault: vaultInMemory() })
    },
    close: async () => {},
  }
}

describe.skipIf(!info)('Bluesky', () => {
  platformContract('bluesky', harness, {
    'a NUL': 'the AppView shows no post that holds one',
    'a lone surrogate': 'JSON in UTF-8 has no place for one: it arrives replaced',
    restrict: 'Bluesky knows no restricting',
    'ten thousand characters': 'Bluesky takes 300 letters in a post',
  })
})
