import { createHmac, randomBytes } from 'node:crypto'
import type { Scope, Task } from './endpoints.ts'
import type { Page } from './facebook.ts'
import { type Answer, REFUSALS, type RefusalName, refuse } from './refusals.ts'

/** Tokens: of people, of system users, of Pages and of the app. One app, with its secret. */

const ALL_SCOPES: readonly Scope[] = [
  'pages_show_list',
  'pages_read_engagement',
  'pages_read_user_content',
  'pages_manage_engagement',
  'pages_manage_metadata',
  'pages_manage_posts',
  'pages_messaging',
  'business_management',
  'instagram_basic',
  'instagram_manage_comments',
  'instagram_manage_messages',
]
const ALL_TASKS: readonly Task[] = ['MODERATE', 'MESSAGING', 'CREATE_CONTENT', 'ADVERTISE', 'ANALYZE', 'MANAGE']

/** How a token can end before its time. */
export type Ending = Extract<
  RefusalName,
  'appRemoved' | 'checkpoint' | 'passwordChanged' | 'unconfirmed' | 'invalidToken' | 'sessionInvalid'
>

/** A token and what it is good for. It may be changed at any time: `grant.scopes.delete('pages_messaging')`. */
export interface Grant {
  readonly token: string
  readonly type: 'USER' | 'SYSTEM_USER' | 'PAGE'
  /** Of a Page's token. */
  readonly page: Page | null
  readonly userId: string
  readonly name: string
  readonly scopes: Set<Scope>
  /** What whoever made the token may do, on each Page that it reaches. */
  readonly tasks: ReadonlyMap<Page, Set<Task>>
  /** Unix milliseconds. */
  readonly issuedAt: number
  /** Unix milliseconds; 0: never. */
  expiresAt: number
  /** When the app may see no more of what is theirs, though the token lives on. Unix milliseconds; 0: never. */
  dataAccessEndsAt: number
  ended: Ending | null
  /** The token from which a Page's was got: they end together. */
  readonly from: Grant | null
}

export interface GrantFacts {
  scopes?: readonly Scope[]
  tasks?: readonly Task[]
  /** Unix milliseconds; 0: never. */
  expiresAt?: number
  dataAccessEndsAt?: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SHORT_LIFE = 2 * HOUR
/** Not quite sixty days, as Meta's own answers have it. */
const LONG_LIFE_SECONDS = 5_183_944
/** GUESS: about ninety days, from memory. */
const DATA_ACCESS = 90 * DAY

export type Tokens = ReturnType<typeof newTokens>

/** @param now Unix milliseconds */
export function newTokens(now: () => number) {
  const app = { id: '700000000000001', name: 'Serjeant', secret: randomBytes(16).toString('hex') }
  const appToken = `${app.id}|${app.secret}`
  const grants = new Map<string, Grant>()

  const add = (grant: Omit<Grant, 'token' | 'issuedAt' | 'ended'>): Grant => {
    const made: Grant = { ...grant, token: `EAA${randomBytes(60).toString('hex')}`, issuedAt: now(), ended: null }
    grants.set(made.token, made)
    return made
  }
  const tasksOn = (pages: readonly Page[], tasks: readonly Task[]) =>
    new Map(pages.map((page) => [page, new Set(tasks)]))
  const proofOf = (token: string): string => createHmac('sha256', app.secret).update(token).digest('hex')

  const user = (pages: readonly Page[], facts: GrantFacts = {}): Grant =>
    add({
      type: 'USER',
      page: null,
      userId: String(10_240_000_000_000_000n + BigInt(grants.size)),
      name: 'Office manager',
      scopes: new Set(facts.scopes ?? ALL_SCOPES),
      tasks: tasksOn(pages, facts.tasks ?? ALL_TASKS),
      expiresAt: facts.expiresAt ?? now() + SHORT_LIFE,
      dataAccessEndsAt: facts.dataAccessEndsAt ?? now() + DATA_ACCESS,
      from: null,
    })

  const systemUser = (pages: readonly Page[], facts: GrantFacts = {}): Grant =>
    add({
      type: 'SYSTEM_USER',
      page: null,
      userId: String(12_200_000_000_000_000n + BigInt(grants.size)),
      name: 'Serjeant',
      scopes: new Set(facts.scopes ?? ALL_SCOPES),
      tasks: tasksOn(pages, facts.tasks ?? ALL_TASKS),
      expiresAt: facts.expiresAt ?? 0,
      // GUESS: a system user's access to data does not end.
      dataAccessEndsAt: facts.dataAccessEndsAt ?? 0,
      from: null,
    })

  /** The Page's token that somebody's own token opens; null if they have no task on the Page. */
  const pageTokenOf = (grant: Grant, page: Page): Grant | null => {
    if (!grant.tasks.get(page)?.size) return null
    const known = [...grants.values()].find((one) => one.from === grant && one.page === page)
    if (known) return known
    const isShort = grant.type === 'USER' && grant.expiresAt - grant.issuedAt <= SHORT_LIFE
    return add({
      ...grant,
      type: 'PAGE',
      page,
      // One from a token of sixty days does not end.
      expiresAt: isShort ? grant.expiresAt : 0,
      from: grant,
    })
  }

  const endingOf = (grant: Grant): RefusalName | null => {
    const ended = grant.ended ?? grant.from?.ended
    if (ended) return ended
    return grant.expiresAt !== 0 && grant.expiresAt <= now() ? 'expired' : null
  }

  const secondsOf = (moment: number): number => Math.floor(moment / 1000)

  return {
    app,
    appToken,
    user,
    systemUser,
    pageTokenOf,
    proofOf,

    /** A Page's token as a system user's opens it: it never ends. */
    page: (page: Page, facts: GrantFacts = {}): Grant => {
      const made = pageTokenOf(systemUser([page], facts), page)
      if (!made) throw new Error('somebody without a task on the Page opens no token of it')
      if (facts.expiresAt !== undefined) made.expiresAt = facts.expiresAt
      return made
    },

    /** The server's: who calls. @throws Refused */
    callerOf: (token: string | undefined): Grant => {
      if (token === undefined || token === '') return refuse('noToken')
      const grant = grants.get(token)
      if (!grant) return refuse('badToken')
      const ending = endingOf(grant)
      return ending ? refuse(ending) : grant
    },

    /** @param required whether the app asks for a proof with every call. @throws Refused */
    checkProof: (token: string, proof: unknown, required: boolean): void => {
      if (proof === undefined) {
        if (required) refuse('proofRequired')
      } else if (proof !== proofOf(token)) refuse('proofInvalid')
    },

    /** GET /oauth/access_token: a token of sixty days for one of hours. */
    exchange: (query: Readonly<Record<string, unknown>>): Answer => {
      if (query['client_id'] !== app.id || query['client_secret'] !== app.secret) return REFUSALS.badSecret()
      switch (query['grant_type']) {
        case 'client_credentials':
          return { status: 200, body: { access_token: appToken, token_type: 'bearer' } }
        case 'fb_exchange_token': {
          const short = grants.get(String(query['fb_exchange_token']))
          if (short?.type !== 'USER') return REFUSALS.badToken()
          const ending = endingOf(short)
          if (ending) return REFUSALS[ending]()
          const long = add({ ...short, expiresAt: now() + LONG_LIFE_SECONDS * 1000 })
          const body = { access_token: long.token, token_type: 'bearer', expires_in: LONG_LIFE_SECONDS }
          return { status: 200, body }
        }
        default:
          return REFUSALS.badGrantType()
      }
    },

    /**
     * GET /debug_token. A token cannot look at itself: it takes the app's. (A user's would do if they have a role on
     * the app, which is not emulated.)
     */
    debug: (by: string | undefined, input: unknown): Answer => {
      if (by === undefined) return REFUSALS.noToken()
      if (by !== appToken) return REFUSALS.appTokenNeeded()
      const about = { app_id: app.id, application: app.name }
      const grant = grants.get(String(input))
      if (!grant) {
        const error = { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' }
        return { status: 200, body: { data: { error, is_valid: false, scopes: [] } } }
      }
      const ending = endingOf(grant)
      const refusal = ending && errorIn(REFUSALS[ending]())
      const scopes = [...grant.scopes]
      const pages = grant.page ? [grant.page] : [...grant.tasks.keys()]
      const data = {
        ...about,
        type: grant.type,
        ...(grant.page ? { profile_id: grant.page.id } : {}),
        user_id: grant.userId,
        ...(refusal ? { error: { code: refusal.code, message: refusal.message, subcode: refusal.error_subcode } } : {}),
        is_valid: !refusal,
        issued_at: secondsOf(grant.issuedAt),
        expires_at: secondsOf(grant.expiresAt),
        data_access_expires_at: secondsOf(grant.dataAccessEndsAt),
        scopes,
        granular_scopes: scopes.map((scope) => granular(scope, pages)),
      }
      return { status: 200, body: { data } }
    },
  }
}

interface GraphError {
  code: number
  message: string
  error_subcode?: number
}

function errorIn({ body }: Answer): GraphError {
  return (body as { error: GraphError }).error
}

/** Permissions of Instagram name accounts, those of Pages name Pages. */
function granular(scope: Scope, pages: readonly Page[]): { scope: Scope; target_ids?: string[] } {
  if (scope === 'business_management') return { scope }
  const targets = pages.flatMap((page) => (scope.startsWith('instagram') ? (page.account ?? []) : page))
  return { scope, target_ids: targets.map(({ id }) => id) }
}
