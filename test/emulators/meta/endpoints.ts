/** The calls of the Graph API that the emulator answers, and what each of them needs. */

export type Scope =
  | 'pages_show_list'
  | 'pages_read_engagement'
  | 'pages_read_user_content'
  | 'pages_manage_engagement'
  | 'pages_manage_metadata'
  | 'pages_manage_posts'
  | 'pages_messaging'
  | 'business_management'
  | 'instagram_basic'
  | 'instagram_manage_comments'
  | 'instagram_manage_messages'

export type Task = 'MODERATE' | 'MESSAGING' | 'CREATE_CONTENT' | 'ADVERTISE' | 'ANALYZE' | 'MANAGE'

/** Whose calls are counted together: the `type` in X-Business-Use-Case-Usage. */
export type Bucket = 'pages' | 'instagram' | 'messenger'

export interface Endpoint {
  /** Permissions that the token must carry, all of them. */
  scopes: readonly Scope[]
  /** Tasks of which whoever made the token must have one on the Page, if any is named. */
  tasks?: readonly Task[]
  bucket: Bucket
  /** What somebody's own token, which is not a Page's, gets: nothing and no error, or the thing itself. */
  toUsers?: 'nothing' | 'allowed'
}

const PAGE = { bucket: 'pages' } as const
const TALK = { scopes: ['pages_messaging'], bucket: 'messenger' } as const
const INSTAGRAM = {
  scopes: ['instagram_basic'],
  bucket: 'instagram',
  tasks: ['MODERATE', 'MANAGE', 'CREATE_CONTENT'],
} as const
const IG_COMMENTS = {
  scopes: ['instagram_basic', 'instagram_manage_comments'],
  bucket: 'instagram',
  tasks: ['MODERATE', 'MANAGE', 'CREATE_CONTENT'],
} as const
const READ_POSTS = { ...PAGE, scopes: ['pages_read_engagement'], toUsers: 'nothing' } as const
const METADATA = { ...PAGE, scopes: ['pages_manage_metadata'], tasks: ['MODERATE', 'MANAGE'] } as const
/** Which permission blocking needs is not settled: Meta's guide names these two, so the strictest reading is both. GUESS. */
const BLOCK = { ...PAGE, scopes: ['pages_manage_engagement', 'pages_manage_metadata'], tasks: ['MODERATE'] } as const
const REPLY = { ...PAGE, scopes: ['pages_manage_engagement'], tasks: ['CREATE_CONTENT'] } as const

export const ENDPOINTS = {
  'GET User': { ...PAGE, scopes: [], toUsers: 'allowed' },
  'GET User/accounts': { ...PAGE, scopes: ['pages_show_list'], toUsers: 'allowed' },
  'GET User/permissions': { ...PAGE, scopes: [], toUsers: 'allowed' },

  'GET Page': { ...PAGE, scopes: [], toUsers: 'allowed' },
  'GET Page/feed': READ_POSTS,
  'GET Page/posts': READ_POSTS,
  'GET Page/published_posts': READ_POSTS,
  // GUESS: the tasks.
  'GET Page/ads_posts': { ...READ_POSTS, tasks: ['ADVERTISE', 'CREATE_CONTENT', 'MANAGE'] },
  'GET Page/visitor_posts': READ_POSTS,
  'GET Page/ratings': READ_POSTS,
  'GET Page/tagged': { ...PAGE, scopes: ['pages_read_engagement', 'pages_read_user_content'], toUsers: 'nothing' },
  'GET Page/blocked': { ...PAGE, scopes: [], tasks: ['MODERATE'] },
  'POST Page/blocked': BLOCK,
  'DELETE Page/blocked': BLOCK,
  'GET Page/conversations': { bucket: 'messenger', scopes: [], tasks: ['MESSAGING', 'MODERATE'] },
  'POST Page/messages': { bucket: 'messenger', scopes: [], tasks: ['MESSAGING'] },
  'POST Page/moderate_conversations': { bucket: 'messenger', scopes: [], tasks: ['MESSAGING'] },
  'GET Page/subscribed_apps': METADATA,
  'POST Page/subscribed_apps': METADATA,
  'DELETE Page/subscribed_apps': METADATA,

  'GET PagePost': READ_POSTS,
  'POST PagePost': { ...PAGE, scopes: ['pages_manage_posts'], tasks: ['CREATE_CONTENT'] },
  'DELETE PagePost': { ...PAGE, scopes: ['pages_manage_posts'], tasks: ['CREATE_CONTENT', 'MODERATE'] },
  'GET PagePost/attachments': READ_POSTS,
  'GET PagePost/comments': READ_POSTS,
  'POST PagePost/comments': REPLY,
  'GET Comment': READ_POSTS,
  'POST Comment': { ...PAGE, scopes: ['pages_manage_engagement'], tasks: ['MODERATE'] },
  // Which scope depends on whose comment it is.
  'DELETE Comment': { ...PAGE, scopes: [], tasks: ['MODERATE'] },
  'GET Comment/comments': READ_POSTS,
  'POST Comment/comments': REPLY,

  'GET UnifiedThread': { ...TALK, scopes: [], tasks: ['MESSAGING', 'MODERATE'] },
  'GET UnifiedThread/messages': { ...TALK, scopes: [], tasks: ['MESSAGING', 'MODERATE'] },
  'GET UnifiedMessage': { ...TALK, scopes: [], tasks: ['MESSAGING', 'MODERATE'] },

  'GET IGUser': INSTAGRAM,
  'GET IGUser/media': INSTAGRAM,
  'GET IGUser/tags': IG_COMMENTS,
  'POST IGUser/mentions': IG_COMMENTS,
  'POST IGUser/moderate_conversations': { bucket: 'messenger', scopes: [], tasks: ['MESSAGING'] },
  'GET IGMedia': INSTAGRAM,
  'POST IGMedia': IG_COMMENTS,
  'GET IGMedia/comments': IG_COMMENTS,
  'POST IGMedia/comments': IG_COMMENTS,
  'GET IGComment': IG_COMMENTS,
  'POST IGComment': IG_COMMENTS,
  'DELETE IGComment': IG_COMMENTS,
  'GET IGComment/replies': IG_COMMENTS,
  'POST IGComment/replies': IG_COMMENTS,
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof ENDPOINTS
/** What can be told to fail: besides the calls of Graph on a node, those on tokens, and pictures. */
export type Failing = EndpointName | 'GET debug_token' | 'GET oauth/access_token' | 'GET cdn'

export function endpointNamed(method: string, node: string, edge: string | null): EndpointName | null {
  const name = `${method} ${node}${edge === null ? '' : `/${edge}`}`
  return name in ENDPOINTS ? (name as EndpointName) : null
}
