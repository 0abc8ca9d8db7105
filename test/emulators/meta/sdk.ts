import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'

/**
 * Meta's own SDK, sent to the emulator, as its tests drive it. It carries no types; only what they call is written
 * here. Its own transport would put the token into every address, know no time limit, and lose the proof on page two.
 */

type Params = Record<string, unknown>

interface Api {
  call(method: string, path: string | string[], params?: Params): Promise<unknown>
}
export interface Row {
  id: string
  [field: string]: unknown
  update(fields: string[], params?: Params): Promise<unknown>
}
export interface Cursor extends Array<Row> {
  hasNext(): boolean
  next(): Promise<Cursor>
}
type List = (fields?: string[], params?: Params) => Promise<Cursor>
type Write = (fields?: string[], params?: Params) => Promise<Params>

interface Own {
  read(fields: string[], params?: Params): Promise<Row>
  update: Write
  delete: Write
}
interface Discussed extends Own {
  getComments: List
  createComment: Write
}
interface PageNode extends Own {
  getFeed: List
  getPosts: List
  getPublishedPosts: List
  getAdsPosts: List
  getTagged: List
  getBlocked: List
  createBlocked: Write
  deleteBlocked(params: Params): Promise<unknown>
  getConversations: List
  createMessage: Write
  createModerateConversation: Write
  getSubscribedApps: List
  createSubscribedApp: Write
  deleteSubscribedApps(params?: Params): Promise<unknown>
}
interface InstagramUser extends Own {
  getMedia: List
  getTags: List
  createMention: Write
}
interface Kind<Node> {
  new (id: string, data: object, parent: undefined, api: Api): Node
  readonly Fields: Readonly<Record<string, string>>
}
interface Sdk {
  FacebookAdsApi: new (token: string, locale: string, crashReporter: boolean) => Api & { accessToken: string }
  Page: Kind<PageNode>
  PagePost: Kind<Discussed>
  Comment: Kind<Discussed>
  UnifiedThread: Kind<Own & { getMessages: List }>
  IGUser: Kind<InstagramUser>
  IGMedia: Kind<Own & { getComments: List; createComment: Write }>
  IGComment: Kind<Own & { getReplies: List; createReply: Write }>
  Profile: Kind<Own>
  User: Kind<Own & { getAccounts: List }>
}

const require = createRequire(import.meta.url)
export const sdk = require('facebook-nodejs-business-sdk') as Sdk

/** A refusal of Graph's. */
export class GraphRefusal extends Error {
  readonly status: number
  readonly error: { code: number; message: string; error_subcode?: number }
  constructor(status: number, error: GraphRefusal['error']) {
    super(error.message)
    this.status = status
    this.error = error
  }
}

export interface Reached {
  url: string
  version: string
  token: string
  /** Proofs are sent, if it is given. */
  secret?: string
  /** Milliseconds. */
  patience?: number
}

/** The SDK's transport: all of its objects and cursors end here. */
export class GraphApi extends sdk.FacebookAdsApi {
  readonly #to: Reached
  constructor(to: Reached) {
    // False: no crash reporter, which would swallow every exception of the process.
    super(to.token, 'en_GB', false)
    this.#to = to
  }

  override async call(method: string, path: string | string[], params: Params = {}): Promise<unknown> {
    const { url: base, version, token, secret, patience = 5000 } = this.#to
    const url = new URL(typeof path === 'string' ? path : `${base}/${version}/${path.join('/')}`)
    url.searchParams.delete('access_token')
    // The SDK adds the node's own id to all that it writes.
    const sent = Object.entries(params).filter(
      ([key, value]) => value !== undefined && !(key === 'id' && value === path[0]),
    )
    if (secret) sent.push(['appsecret_proof', createHmac('sha256', secret).update(token).digest('hex')])
    if (method !== 'POST') {
      for (const [key, value] of sent) {
        url.searchParams.set(key, typeof value === 'string' ? value : JSON.stringify(value))
      }
    }
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(patience),
      ...(method === 'POST' ? { body: JSON.stringify(Object.fromEntries(sent)) } : {}),
    })
    const body = JSON.parse(await response.text()) as { error?: GraphRefusal['error'] }
    if (body.error) throw new GraphRefusal(response.status, body.error)
    return body
  }
}
