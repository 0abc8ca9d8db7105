import type { FetchRequest, Incoming, Json, Page, Platform, Stored } from '../../adapters/platform.ts'
import type { Post } from '../emulators/x/index.ts'

const keyOf = ({ item, revision }: Incoming): string => `${item.id} ${revision}`

/** The service's side of reading: keeps what is read and where each source stands. A new adapter on it is a new process. */
export function service() {
  const signal = new AbortController().signal
  const stored = new Map<string, Incoming>()
  const cursors = new Map<string, Json>()
  const gone = new Set<string>()
  const list = (): Stored[] =>
    [...stored.values()].map(({ item, revision }, index) => ({
      id: item.id,
      revision,
      kind: item.kind,
      gone: gone.has(item.id),
      place: String(index).padStart(6, '0'),
    }))

  /** One call, its page stored. */
  const step = async (platform: Platform, source: string): Promise<Page> => {
    const request: FetchRequest = {
      source,
      cursor: cursors.get(source) ?? null,
      known: async (keys) => new Set(keys.filter((key) => stored.has(key) && !gone.has(key.split(' ')[0] ?? ''))),
      stored: async (after, most) =>
        list()
          .filter(({ place }) => after === null || place > after)
          .slice(0, most),
      hints: [],
      signal,
    }
    const page = await platform.fetch(request)
    for (const one of page.items) {
      stored.set(keyOf(one), one)
      gone.delete(one.item.id)
    }
    for (const id of page.gone) gone.add(id)
    cursors.set(source, JSON.parse(JSON.stringify(page.cursor)) as Json)
    return page
  }

  return {
    stored,
    gone,
    step,
    texts: (): string[] => [...stored.values()].map(({ item }) => item.text),
    ids: (): Set<string> => new Set([...stored.values()].map(({ item }) => item.id)),
    itemOf: (post: Post): Incoming | undefined => stored.get(`${post.life.ids[0]} ${post.id}`),
    /** Until the source has no more to give. @returns the last page */
    read: async (platform: Platform, source: string): Promise<Page> => {
      for (let calls = 0; calls < 200; calls++) {
        const page = await step(platform, source)
        if (!page.more) return page
      }
      throw new Error(`${source} never comes to an end`)
    },
  }
}
