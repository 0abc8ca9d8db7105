import { type Call, flagIn, isOpen, momentIn, type Parameters, textIn } from './call.ts'
import type { Scope } from './endpoints.ts'
import type { Comment, Post } from './facebook.ts'
import { type InstagramComment, isShown } from './instagram.ts'
import type { Shown } from './nodes.ts'
import { needsPermission, refuse } from './refusals.ts'

/** The lists that hang on nodes: newest first, where nothing else is said. */

export interface Edge<Node> {
  /** What Meta's specification says the list holds. */
  of: string
  items: (thing: Node, call: Call, parameters: Parameters) => readonly Shown[]
  /** How many at once: usually, and at most. */
  size?: { usual: number; most: number }
  /** Whether more than `most` is refused rather than cut. */
  refuses?: true
  /** What `summary` tells. */
  summary?: (thing: Node, call: Call, parameters: Parameters, total: number) => object
}
type Edges = {
  [Name in Shown['node']]?: Readonly<Record<string, Edge<Extract<Shown, { node: Name }>>>>
}

/** Instagram's comments come by fifty. */
const FIFTY = { usual: 50, most: 50 }
const POSTS = { of: 'PagePost', refuses: true } as const

const comments = <Node extends Post | Comment>(): Edge<Node> => ({
  of: 'Comment',
  items: commentsOn,
  summary: (_thing, _call, parameters, total) => ({
    order: textIn(parameters, 'order') ?? 'ranked',
    total_count: total,
    can_comment: true,
  }),
})

export const EDGES: Edges = {
  User: {
    accounts: {
      of: 'Page',
      items: ({ grant }) => [...grant.tasks].flatMap(([page, tasks]) => (tasks.size > 0 ? page : [])),
    },
    permissions: {
      of: 'Permission',
      items: ({ grant }) => [...grant.scopes].map((permission) => ({ node: 'Permission', permission })),
    },
  },

  Page: {
    feed: {
      ...POSTS,
      items: (page, { grant }, parameters) =>
        newestFirst(page.posts).filter((post) => {
          const mayRead = post.author === page || grant.scopes.has('pages_read_user_content')
          return !post.ad && mayRead && (!post.hidden || flagIn(parameters, 'include_hidden'))
        }),
    },
    posts: { ...POSTS, items: (page) => newestFirst(page.posts).filter(({ ad, author }) => !ad && author === page) },
    published_posts: {
      ...POSTS,
      items: (page) => newestFirst(page.posts).filter(({ ad, author }) => !ad && author === page),
    },
    ads_posts: {
      of: 'PagePost',
      items: (page, _call, parameters) => {
        const since = momentIn(parameters, 'since') ?? 0
        const until = momentIn(parameters, 'until') ?? Infinity
        return newestFirst(page.posts).filter(({ ad, at }) => ad && at >= since && at <= until)
      },
    },
    tagged: { of: 'PagePost', items: (page) => newestFirst(page.tagged) },
    // GUESS: the refusal of any edge that the New Pages Experience does not have.
    visitor_posts: { of: 'PagePost', items: () => refuse('newPagesOnly') },
    ratings: { of: 'Recommendation', items: () => refuse('deprecated') },
    blocked: {
      of: 'Profile',
      items: (page, { world, grant }, parameters) => {
        const scopes = ['pages_read_engagement', 'pages_read_user_content', 'pages_manage_metadata'] as const
        if (!scopes.some((scope) => grant.scopes.has(scope))) refuse('blockedListDenied')
        const only = textIn(parameters, 'user') ?? textIn(parameters, 'uid')
        return [...page.blocked]
          .reverse()
          .map((person) => ({ node: 'Profile' as const, id: world.idOf(person, page), name: person.name }))
          .filter(({ id }) => only === undefined || id === only)
      },
    },
    conversations: {
      of: 'UnifiedThread',
      items: (page, call, parameters) => {
        const onInstagram = textIn(parameters, 'platform')?.toLowerCase() === 'instagram'
        needsAll(
          call,
          onInstagram
            ? ['instagram_basic', 'instagram_manage_messages']
            : ['pages_messaging', 'pages_manage_metadata', 'pages_read_engagement'],
        )
        const side = onInstagram ? page.account : page
        if (!side) return []
        // GUESS: without a folder it is the inbox alone.
        const folder = textIn(parameters, 'folder') ?? 'inbox'
        const user = textIn(parameters, 'user_id')
        return call.world.inbox
          .of(side)
          .filter((one) => isOpen(call, one.person))
          .filter((one) => one.folder === folder)
          .filter((one) => user === undefined || call.world.idOf(one.person, side) === user)
      },
    },
    subscribed_apps: {
      of: 'Application',
      items: ({ subscribed }, { app }) => (subscribed ? [{ node: 'Application', ...app, subscribed }] : []),
    },
  },

  PagePost: {
    comments: comments<Post>(),
    attachments: {
      of: 'StoryAttachment',
      items: (post) => post.pictures.map((picture) => ({ node: 'StoryAttachment', post, picture })),
    },
  },
  Comment: { comments: comments<Comment>() },

  UnifiedThread: { messages: { of: 'UnifiedMessage', items: ({ messages }) => newestFirst(messages) } },

  IGUser: {
    media: {
      of: 'IGMedia',
      items: ({ media }, _call, parameters) => {
        const since = momentIn(parameters, 'since') ?? 0
        const until = momentIn(parameters, 'until') ?? Infinity
        return newestFirst(media).filter(({ at }) => at >= since && at <= until)
      },
    },
    tags: { of: 'IGMedia', items: ({ tagged }) => newestFirst(tagged) },
  },
  IGMedia: {
    comments: {
      of: 'IGComment',
      size: FIFTY,
      items: ({ comments: all }) => newestFirst(all).filter((one) => !one.parent && isShown(one)),
    },
  },
  IGComment: {
    replies: {
      of: 'IGComment',
      size: FIFTY,
      // GUESS: answers come oldest first.
      items: (comment: InstagramComment) =>
        comment.medium.comments.filter((one) => one.parent === comment && isShown(one)),
    },
  },
}

function commentsOn(thing: Post | Comment, _call: Call, parameters: Parameters): Comment[] {
  const order = textIn(parameters, 'order')?.toLowerCase()
  const stream = textIn(parameters, 'filter')?.toLowerCase() === 'stream'
  // GUESS: inclusive, and by the time of the comment.
  const since = momentIn(parameters, 'since') ?? 0
  const post = thing.node === 'PagePost' ? thing : thing.post
  const all = post.comments.filter((comment) => {
    const belongs = thing.node === 'Comment' ? comment.parent === thing : stream || !comment.parent
    // Meta: to get all comments, set filter=stream or use order.
    const shown = stream || order !== undefined || !comment.buried
    return belongs && shown && !comment.deleted && comment.at >= since
  })
  return order === 'reverse_chronological' ? all.reverse() : all
}

/** @throws Refused */
function needsAll({ grant }: Call, scopes: readonly Scope[]): void {
  for (const scope of scopes) if (!grant.scopes.has(scope)) needsPermission(scope)
}

function newestFirst<Thing extends { readonly at: number; deleted?: boolean }>(things: readonly Thing[]): Thing[] {
  return things.filter(({ deleted }) => !deleted).reverse()
}
