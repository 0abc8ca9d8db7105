import type { Page } from './facebook.ts'
import type { Tell } from './happenings.ts'
import type { Message } from './inbox.ts'
import type { Person, ScopedIds } from './people.ts'
import type { Gallery, Picture } from './pictures.ts'
import { putByTime } from './shelf.ts'

/** Instagram accounts that are linked to a Page, their media, and what people say below. */

export interface Account {
  readonly node: 'IGUser'
  readonly id: string
  readonly page: Page
  handle: string
  name: string
  /** Oldest first. */
  readonly media: Medium[]
  /** Media of others on which it is tagged, oldest first. */
  readonly tagged: Medium[]
  readonly blocked: Set<Person>
  /** People whose comments only they themselves see until staff approve them. */
  readonly restricted: Set<Person>
}

export interface Medium {
  readonly node: 'IGMedia'
  readonly id: string
  readonly owner: Account | Person
  readonly caption: string
  readonly at: number
  commentsOpen: boolean
  ageGated: boolean
  readonly picture: Picture
  readonly comments: InstagramComment[]
}

export interface InstagramComment {
  readonly node: 'IGComment'
  readonly id: string
  readonly medium: Medium
  readonly parent: InstagramComment | null
  readonly author: Account | Person
  readonly text: string
  readonly at: number
  hidden: boolean
  /** By staff, though its author is restricted. */
  approved: boolean
  privatelyAnswered: Message | null
  deleted: boolean
}

export interface Publishing {
  /** Unix milliseconds; now, if absent. */
  at?: number
  ageGated?: boolean
  picture?: Uint8Array
  /** Accounts that are tagged on it. */
  tags?: readonly Account[]
}

interface Means {
  now: () => number
  number: () => string
  ids: ScopedIds
  gallery: Gallery
  tell: Tell
}

export type Instagram = ReturnType<typeof newInstagram>

export function newInstagram({ now, number, ids, gallery, tell }: Means) {
  const accounts: Account[] = []
  const things = new Map<string, Account | Medium | InstagramComment>()
  const idOf = (prefix: string): string => `${prefix}${number().padStart(10, '0')}`

  const blocks = (medium: Medium, author: Account | Person): boolean =>
    !('node' in author) && 'node' in medium.owner && medium.owner.blocked.has(author)

  const tellMentions = (text: string, medium: Medium, author: Account | Person, comment?: InstagramComment): void => {
    for (const account of accounts) {
      if (!names(text, account.handle) || author === account || medium.owner === account) continue
      const value = { media_id: medium.id, ...(comment ? { comment_id: comment.id } : {}) }
      tell({ of: account, field: 'mentions', value })
    }
  }

  return {
    /** Link an account to the Page. */
    account: (page: Page, handle: string): Account => {
      const account: Account = {
        node: 'IGUser',
        id: idOf('1784140'),
        page,
        handle,
        name: page.name,
        media: [],
        tagged: [],
        blocked: new Set(),
        restricted: new Set(),
      }
      page.account = account
      accounts.push(account)
      things.set(account.id, account)
      return account
    },

    publish: (owner: Account | Person, caption: string, facts: Publishing = {}): Medium => {
      const medium: Medium = {
        node: 'IGMedia',
        id: idOf('1790000'),
        owner,
        caption,
        at: facts.at ?? now(),
        commentsOpen: true,
        ageGated: facts.ageGated ?? false,
        picture: gallery.hang(facts.picture),
        comments: [],
      }
      things.set(medium.id, medium)
      if ('node' in owner) putByTime(owner.media, medium)
      for (const account of facts.tags ?? []) putByTime(account.tagged, medium)
      tellMentions(caption, medium, owner)
      return medium
    },

    /** @throws Error if comments are off, or whoever writes it is blocked */
    comment: (
      medium: Medium,
      author: Account | Person,
      text: string,
      facts: { under?: InstagramComment; at?: number } = {},
    ): InstagramComment => {
      if (blocks(medium, author)) throw new Error(`${author.name} is blocked`)
      if (!medium.commentsOpen) throw new Error('comments are off')
      const comment: InstagramComment = {
        node: 'IGComment',
        id: idOf('1800000'),
        medium,
        parent: facts.under ? (facts.under.parent ?? facts.under) : null,
        author,
        text,
        at: facts.at ?? now(),
        hidden: false,
        approved: false,
        privatelyAnswered: null,
        deleted: false,
      }
      putByTime(medium.comments, comment)
      things.set(comment.id, comment)
      const { owner } = medium
      if ('node' in owner && isShown(comment)) {
        const value = {
          id: comment.id,
          text,
          from: { id: 'node' in author ? author.id : ids.of(author, owner), username: author.handle },
          media: { id: medium.id, media_product_type: 'FEED' },
          ...(comment.parent ? { parent_id: comment.parent.id } : {}),
        }
        tell({ of: owner, field: 'comments', value })
      }
      tellMentions(text, medium, author, comment)
      return comment
    },

    delete: (comment: InstagramComment): void => {
      comment.deleted = true
      for (const other of comment.medium.comments) if (other.parent === comment) other.deleted = true
    },

    /** As staff do it in the app. */
    restrict: (account: Account, whom: Person): void => void account.restricted.add(whom),
    unrestrict: (account: Account, whom: Person): void => void account.restricted.delete(whom),
    approve: (comment: InstagramComment): void => {
      comment.approved = true
    },
    block: (account: Account, whom: Person): void => void account.blocked.add(whom),
    unblock: (account: Account, whom: Person): void => void account.blocked.delete(whom),

    /** What that id names, is not gone and not withheld. */
    find: (id: string): Account | Medium | InstagramComment | null => {
      const thing = things.get(id) ?? null
      return thing?.node === 'IGComment' && !isShown(thing) ? null : thing
    },
  }
}

/** Whether Meta hands it out: not those on age-gated media, nor by people who are restricted. */
export function isShown({ deleted, approved, author, medium }: InstagramComment): boolean {
  if (deleted || medium.ageGated) return false
  const { owner } = medium
  const restricted = !('node' in author) && 'node' in owner && owner.restricted.has(author)
  return approved || !restricted
}

/** Whether a text names the account. */
export function names(text: string, handle: string): boolean {
  return text.toLowerCase().includes(`@${handle.toLowerCase()}`)
}
