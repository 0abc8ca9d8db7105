import prices from './prices.json' with { type: 'json' }

/** The price list's own word. */
export type Price = keyof typeof prices.micros

export type Scope =
  | 'tweet.read'
  | 'users.read'
  | 'tweet.write'
  | 'tweet.moderate.write'
  | 'mute.write'
  | 'block.read'
  | 'block.write'
  | 'dm.read'
  | 'dm.write'

/** One of X's calls: how it is addressed, and what it takes and costs. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Beneath /2/; `:id` and `:target` are filled from `params`. With the method it names a rate limit of X's. */
  path: string
  price: Price
  /** What an answer holds, each charged for once a day; absent where the call itself is charged for. */
  reads?: 'posts' | 'users' | 'messages'
  /** The account's own, at the price of "Owned Reads" if the app belongs to the account. */
  owned?: true
  /** Entries to a page, where X gives them in pages. */
  page?: { least: number; most: number }
  /** What OAuth 2.0 must have granted. */
  scope: Scope
}

const table = <Name extends string>(entries: Record<Name, Endpoint>): Record<Name, Endpoint> => entries

/** Every call that the adapter makes. */
export const X = table({
  me: { method: 'GET', path: 'users/me', price: 'User: Read', reads: 'users', scope: 'users.read' },
  posts: { method: 'GET', path: 'tweets', price: 'Posts: Read', reads: 'posts', scope: 'tweet.read' },
  ownPosts: {
    method: 'GET',
    path: 'users/:id/tweets',
    price: 'Posts: Read',
    reads: 'posts',
    owned: true,
    page: { least: 5, most: 100 },
    scope: 'tweet.read',
  },
  mentions: {
    method: 'GET',
    path: 'users/:id/mentions',
    price: 'Posts: Read',
    reads: 'posts',
    owned: true,
    page: { least: 5, most: 100 },
    scope: 'tweet.read',
  },
  search: {
    method: 'GET',
    path: 'tweets/search/recent',
    price: 'Posts: Read',
    reads: 'posts',
    page: { least: 10, most: 100 },
    scope: 'tweet.read',
  },
  messages: {
    method: 'GET',
    path: 'dm_events',
    price: 'DM Event: Read',
    reads: 'messages',
    page: { least: 1, most: 100 },
    scope: 'dm.read',
  },
  messagesWith: {
    method: 'GET',
    path: 'dm_conversations/with/:id/dm_events',
    price: 'DM Event: Read',
    reads: 'messages',
    page: { least: 1, most: 100 },
    scope: 'dm.read',
  },
  blocked: {
    method: 'GET',
    path: 'users/:id/blocking',
    price: 'Block: Read',
    reads: 'users',
    page: { least: 1, most: 1000 },
    scope: 'block.read',
  },

  hide: { method: 'PUT', path: 'tweets/:id/hidden', price: 'Content: Manage', scope: 'tweet.moderate.write' },
  mute: { method: 'POST', path: 'users/:id/muting', price: 'Privacy: Update', scope: 'mute.write' },
  unmute: { method: 'DELETE', path: 'users/:id/muting/:target', price: 'Mute: Delete', scope: 'mute.write' },
  /** `:id` is the person, here alone. */
  blockMessages: { method: 'POST', path: 'users/:id/dm/block', price: 'Privacy: Update', scope: 'dm.write' },
  unblockMessages: { method: 'POST', path: 'users/:id/dm/unblock', price: 'Privacy: Update', scope: 'dm.write' },
  /** For Enterprise alone. */
  block: { method: 'POST', path: 'users/:id/blocking', price: 'User Interaction: Create', scope: 'block.write' },
  unblock: {
    method: 'DELETE',
    path: 'users/:id/blocking/:target',
    price: 'Interaction: Delete',
    scope: 'block.write',
  },
  post: { method: 'POST', path: 'tweets', price: 'Post: Create', scope: 'tweet.write' },
  deletePost: { method: 'DELETE', path: 'tweets/:id', price: 'Interaction: Delete', scope: 'tweet.write' },
  message: {
    method: 'POST',
    path: 'dm_conversations/with/:id/messages',
    price: 'DM Interaction: Create',
    scope: 'dm.write',
  },
})
