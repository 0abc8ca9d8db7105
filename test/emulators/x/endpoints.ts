/** The calls of X's API that the emulator answers: the scopes OAuth 2 needs, and how often each may be made. */

export interface Endpoint {
  /** Scopes of an OAuth 2 token (X's specification, `security`). */
  scopes: readonly string[]
  /** Calls in 15 minutes for one person (docs.x.com, rate limits of August 2026). */
  rate: number
  /** Calls of one person in 24 hours, where X limits them too. */
  personDay?: number
  /** Calls of the whole app in 24 hours, where X limits them too. */
  appDay?: number
  /** Which expansions its answer may have. */
  about?: 'post' | 'person' | 'message'
}

const READ = ['tweet.read', 'users.read']
const POSTS = { scopes: READ, about: 'post' } as const
const PEOPLE = { scopes: READ, about: 'person' } as const
const MESSAGES = { scopes: [...READ, 'dm.read'], about: 'message' } as const

export const ENDPOINTS = {
  'GET users/me': { ...PEOPLE, rate: 75 },
  'GET users/:id': { ...PEOPLE, rate: 900 },
  'GET users/by/username/:username': { ...PEOPLE, rate: 900 },
  'GET users/:id/mentions': { ...POSTS, rate: 300 },
  'GET users/:id/tweets': { ...POSTS, rate: 900 },
  'GET tweets': { ...POSTS, rate: 5000 },
  'GET tweets/:id': { ...POSTS, rate: 900 },
  'GET tweets/:id/quote_tweets': { ...POSTS, rate: 75 },
  'GET tweets/search/recent': { ...POSTS, rate: 300 },
  'POST tweets': { scopes: [...READ, 'tweet.write'], rate: 100, appDay: 10_000 },
  'DELETE tweets/:id': { scopes: [...READ, 'tweet.write'], rate: 50 },
  'PUT tweets/:id/hidden': { scopes: [...READ, 'tweet.moderate.write'], rate: 50 },
  'GET users/:id/muting': { ...PEOPLE, scopes: [...READ, 'mute.read'], rate: 15 },
  'POST users/:id/muting': { scopes: [...READ, 'mute.write'], rate: 50 },
  'DELETE users/:id/muting/:target': { scopes: [...READ, 'mute.write'], rate: 50 },
  'GET users/:id/blocking': { ...PEOPLE, scopes: [...READ, 'block.read'], rate: 15 },
  'POST users/:id/blocking': { scopes: [...READ, 'block.write'], rate: 50 },
  'DELETE users/:id/blocking/:target': { scopes: [...READ, 'block.write'], rate: 50 },
  'POST users/:id/dm/block': { scopes: [...READ, 'dm.write'], rate: 10, personDay: 400 },
  'POST users/:id/dm/unblock': { scopes: [...READ, 'dm.write'], rate: 10, personDay: 400 },
  'GET dm_events': { ...MESSAGES, rate: 15 },
  'GET dm_conversations/with/:id/dm_events': { ...MESSAGES, rate: 15 },
  'POST dm_conversations/with/:id/messages': { scopes: [...READ, 'dm.write'], rate: 15, personDay: 1440 },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof ENDPOINTS
/** What can be told to fail: besides the calls of the API, signing in and pictures. */
export type Failing = EndpointName | 'POST oauth2/token' | 'POST oauth2/revoke' | 'GET media'

export interface Found {
  name: EndpointName
  params: Record<string, string>
}

const PATTERNS = Object.keys(ENDPOINTS).map((name) => {
  const [method = '', template = ''] = name.split(' ')
  // Only these are words of a path; the rest of its segments are ids and handles.
  const source = template.replaceAll(/:(\w+)/g, (_, key) =>
    key === 'username' ? `(?<${key}>\\w+)` : `(?<${key}>\\d+)`,
  )
  return { name: name as EndpointName, method, pattern: new RegExp(`^/2/${source}$`) }
})

/** Which call a request is, or null where X has no such address. */
export function endpointOf(method: string, path: string): Found | null {
  for (const { name, method: its, pattern } of PATTERNS) {
    const match = its === method ? pattern.exec(path) : null
    if (match) return { name, params: { ...match.groups } }
  }
  return null
}
