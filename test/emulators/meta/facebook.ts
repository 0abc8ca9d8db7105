import type { Tell } from './happenings.ts'
import type { Message } from './inbox.ts'
import type { Account } from './instagram.ts'
import type { Person, ScopedIds } from './people.ts'
import type { Gallery, Picture } from './pictures.ts'
import { putByTime } from './shelf.ts'

/** Pages of the New Pages Experience, what is posted on them, and what people say below. */

export interface Page {
  readonly node: 'Page'
  readonly id: string
  name: string
  category: string
  /** The Instagram account that is linked to it. */
  account: Account | null
  /** On its own wall, its ads among them, oldest first. */
  readonly posts: Post[]
  /** Public posts elsewhere that tag it, oldest first. */
  readonly tagged: Post[]
  readonly blocked: Set<Person>
  /** The webhook fields that the app has subscribed; null if it has not subscribed. */
  subscribed: readonly string[] | null
}

export interface Post {
  readonly node: 'PagePost'
  readonly id: string
  /** Whose wall it is on; null for a post on somebody's own. */
  readonly page: Page | null
  readonly author: Page | Person
  message: string
  readonly at: number
  updatedAt: number
  hidden: boolean
  /** An ad that is on no wall. */
  readonly ad: boolean
  readonly pictures: readonly Picture[]
  readonly comments: Comment[]
  privatelyAnswered: Message | null
  deleted: boolean
}

export interface Comment {
  readonly node: 'Comment'
  readonly id: string
  readonly post: Post
  readonly parent: Comment | null
  readonly author: Page | Person
  message: string
  readonly at: number
  hidden: boolean
  readonly picture: Picture | null
  /** Whether Meta thinks little of it, and leaves it out unless told not to. */
  readonly buried: boolean
  privatelyAnswered: Message | null
  deleted: boolean
}

export interface Posting {
  /** A visitor; the Page itself, if absent. */
  by?: Person
  ad?: boolean
  pictures?: readonly (Uint8Array | 'pixel')[]
  /** Unix milliseconds; now, if absent. */
  at?: number
}
export interface Commenting {
  under?: Comment
  picture?: Uint8Array | 'pixel'
  buried?: boolean
  at?: number
}

interface Means {
  now: () => number
  number: () => string
  ids: ScopedIds
  gallery: Gallery
  tell: Tell
}

export type Facebook = ReturnType<typeof newFacebook>

export function newFacebook({ now, number, ids, gallery, tell }: Means) {
  const pages: Page[] = []
  const things = new Map<string, Page | Post | Comment>()

  const from = (author: Page | Person, page: Page): object => ({
    id: 'node' in author ? author.id : ids.of(author, page),
    name: author.name,
  })
  const hang = (one: Uint8Array | 'pixel'): Picture => gallery.hang(one === 'pixel' ? undefined : one)

  const put = (page: Page | null, author: Page | Person, message: string, posting: Posting): Post => {
    const at = posting.at ?? now()
    const owner = page?.id ?? author.id
    const post: Post = {
      node: 'PagePost',
      id: `${owner}_${number()}`,
      page,
      author,
      message,
      at,
      updatedAt: at,
      hidden: false,
      ad: posting.ad ?? false,
      pictures: (posting.pictures ?? []).map(hang),
      comments: [],
      privatelyAnswered: null,
      deleted: false,
    }
    things.set(post.id, post)
    return post
  }

  /** No `feed` happening for ads: Meta tells nothing of those. */
  const tellOf = (post: Post, verb: string, more: object): void => {
    if (!post.page || post.ad) return
    tell({
      of: post.page,
      field: 'feed',
      value: { post_id: post.id, verb, created_time: Math.floor(now() / 1000), ...more },
    })
  }
  const tellOfComment = (comment: Comment, verb: string): void => {
    const { post, author, parent } = comment
    if (!post.page) return
    tellOf(post, verb, {
      item: 'comment',
      comment_id: comment.id,
      parent_id: parent?.id ?? post.id,
      from: from(author, post.page),
      message: comment.message,
    })
  }

  return {
    page: (name: string): Page => {
      const page: Page = {
        node: 'Page',
        id: String(100_000_000_000_001 + pages.length),
        name,
        category: 'Politician',
        account: null,
        posts: [],
        tagged: [],
        blocked: new Set(),
        subscribed: null,
      }
      pages.push(page)
      things.set(page.id, page)
      return page
    },

    /** @throws Error if the visitor is blocked */
    post: (page: Page, message: string, posting: Posting = {}): Post => {
      if (posting.by && page.blocked.has(posting.by)) throw new Error(`${posting.by.name} is blocked by ${page.name}`)
      const post = put(page, posting.by ?? page, message, posting)
      putByTime(page.posts, post)
      tellOf(post, 'add', { item: 'status', message, from: from(post.author, page), published: 1 })
      return post
    },

    /** A public post on somebody's own wall that tags the Page. */
    tag: (page: Page, by: Person, message: string, posting: Omit<Posting, 'by' | 'ad'> = {}): Post => {
      const post = put(null, by, message, posting)
      putByTime(page.tagged, post)
      return post
    },

    /** @throws Error if whoever writes it is blocked */
    comment: (post: Post, author: Page | Person, message: string, facts: Commenting = {}): Comment => {
      if (!('node' in author) && post.page?.blocked.has(author)) {
        throw new Error(`${author.name} is blocked by ${post.page.name}`)
      }
      const comment: Comment = {
        node: 'Comment',
        id: `${post.id.split('_')[1]}_${number()}`,
        post,
        // Answers to an answer stand below the comment that both belong to.
        parent: facts.under ? (facts.under.parent ?? facts.under) : null,
        author,
        message,
        at: facts.at ?? now(),
        hidden: false,
        picture: facts.picture ? hang(facts.picture) : null,
        buried: facts.buried ?? false,
        privatelyAnswered: null,
        deleted: false,
      }
      putByTime(post.comments, comment)
      things.set(comment.id, comment)
      tellOfComment(comment, 'add')
      return comment
    },

    /** As its author edits it. A comment has no time of change: whoever read it before sees no sign of it. */
    edit: (thing: Post | Comment, message: string): void => {
      thing.message = message
      if (thing.node === 'Comment') tellOfComment(thing, 'edited')
      else {
        thing.updatedAt = now()
        tellOf(thing, 'edited', { item: 'status', message })
      }
    },

    hide: (thing: Post | Comment, hidden: boolean): void => {
      if (thing.hidden === hidden) return
      thing.hidden = hidden
      const verb = hidden ? 'hide' : 'unhide'
      if (thing.node === 'Comment') tellOfComment(thing, verb)
      else tellOf(thing, verb, { item: 'status' })
    },

    /** Answers go with what they answer. */
    delete: (thing: Post | Comment): void => {
      if (thing.deleted) return
      thing.deleted = true
      if (thing.node === 'PagePost') {
        tellOf(thing, 'remove', { item: 'status' })
        return
      }
      for (const other of thing.post.comments) if (other.parent === thing) other.deleted = true
      tellOfComment(thing, 'remove')
    },

    /** Somebody names the Page in a comment elsewhere. GUESS: the payload, which Meta documents nowhere. */
    mention: (page: Page, by: Person, message: string): void =>
      tell({ of: page, field: 'mention', value: { item: 'comment', verb: 'add', sender_name: by.name, message } }),

    /** As staff do it in the app. */
    block: (page: Page, whom: Person): void => void page.blocked.add(whom),
    unblock: (page: Page, whom: Person): void => void page.blocked.delete(whom),

    pages: (): readonly Page[] => pages,
    /** What that id names and is not gone. */
    find: (id: string): Page | Post | Comment | null => {
      const thing = things.get(id)
      if (!thing || thing.node === 'Page') return thing ?? null
      const gone = thing.deleted || (thing.node === 'Comment' && thing.post.deleted)
      return gone ? null : thing
    },
  }
}
