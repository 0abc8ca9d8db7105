/** What Graph answers when it refuses, in its own words where they are known (sources: shared notes on Meta). */

export interface Answer {
  status: number
  /** Sent as JSON, unless it is a string: that is sent as HTML. */
  body: unknown
  headers?: Record<string, string>
}

/** Thrown where a request is refused. */
export class Refused extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(`Graph answers ${answer.status}`)
    this.answer = answer
  }
}

interface More {
  status?: number
  type?: 'OAuthException' | 'GraphMethodException'
  error_subcode?: number
  is_transient?: boolean
  error_user_title?: string
  error_user_msg?: string
}

function error(code: number, message: string, { status = 400, type = 'OAuthException', ...more }: More = {}): Answer {
  return { status, body: { error: { message, type, code, ...more } } }
}

/** A permission that is missing. GUESS: that Graph answers these, alone of its refusals, with 403. */
const DENIED = 403

const RETRY = 'An unexpected error has occurred. Please retry your request later.'
const ENDED = 'Error validating access token:'
const SLOW = 'For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting.'

const throttled = (code: number, message: string, error_subcode?: number) => (): Answer =>
  // Not 429: every report of a throttle has 400 and the code in the body.
  error(code, `(#${code}) ${message}`, { is_transient: true, ...(error_subcode ? { error_subcode } : {}) })

export const REFUSALS = {
  noToken: () => error(104, 'An access token is required to request this resource.'),
  badToken: () => error(190, 'Invalid OAuth access token - Cannot parse access token'),
  appRemoved: () => error(190, `${ENDED} The user has not authorized application 1234567890.`, { error_subcode: 458 }),
  checkpoint: () =>
    error(
      190,
      `${ENDED} You cannot access the app till you log in to www.facebook.com and follow the instructions given.`,
      {
        error_subcode: 459,
      },
    ),
  passwordChanged: () =>
    error(
      190,
      `${ENDED} The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.`,
      { error_subcode: 460 },
    ),
  expired: () => error(190, `${ENDED} Session has expired.`, { error_subcode: 463 }),
  unconfirmed: () =>
    error(190, `${ENDED} Sessions for the user are not allowed because the user is not a confirmed user.`, {
      error_subcode: 464,
    }),
  invalidToken: () => error(190, `${ENDED} The access token is invalid.`, { error_subcode: 467 }),
  sessionInvalid: () => error(102, 'Session key invalid or no longer valid'),
  pageTokenNeeded: () => error(190, '(#190) This method must be called with a Page Access Token'),
  proofRequired: () =>
    error(100, 'API calls from the server require an appsecret_proof argument', { type: 'GraphMethodException' }),
  proofInvalid: () =>
    error(100, 'Invalid appsecret_proof provided in the API argument', { type: 'GraphMethodException' }),
  appTokenNeeded: () =>
    error(
      100,
      '(#100) You must provide an app access token, or a user access token that is an owner or developer of the app',
    ),
  badSecret: () => error(1, 'Error validating client secret.'),
  /** GUESS: the words. */
  badGrantType: () => error(1, 'Invalid grant_type.'),

  unknown: () => error(1, 'An unknown error occurred', { status: 500 }),
  transient: () => error(2, RETRY, { status: 500, is_transient: true }),
  appThrottled: throttled(4, 'Application request limit reached'),
  userThrottled: throttled(17, 'User request limit reached'),
  pageThrottled: throttled(32, 'Page request limit reached'),
  temporarilyThrottled: throttled(341, 'Application limit reached'),
  customThrottled: throttled(613, 'Calls to this api have exceeded the rate limit.'),
  pagesThrottled: throttled(
    80001,
    `There have been too many calls to this Page account. Wait a bit and try again. ${SLOW}`,
    2446079,
  ),
  instagramThrottled: throttled(
    80002,
    `There have been too many calls to this Instagram account. Wait a bit and try again. ${SLOW}`,
    2446079,
  ),
  messengerThrottled: throttled(
    80006,
    `There have been too many calls to this Messenger account. Wait a bit and try again. ${SLOW}`,
    2446079,
  ),

  capability: () => error(3, '(#3) Application does not have the capability to make this API call.'),
  denied: () => error(200, '(#200) Permissions error', { status: DENIED }),
  newPagesOnly: () =>
    error(200, 'Permissions error', {
      error_subcode: 2069030,
      is_transient: false,
      error_user_title: 'New Pages Experience Is Not Supported',
      error_user_msg: 'This endpoint is not supported in the new Pages experience.',
    }),
  blockedListDenied: () =>
    error(
      283,
      '(#283) Requires any of the pages_read_engagement, pages_read_user_content, pages_manage_ads and pages_manage_metadata permissions to manage the object',
      { status: DENIED },
    ),
  /** What Standard Access says of a message to somebody without a role on the app. GUESS: the words and the code. */
  roleNeeded: () =>
    error(
      200,
      '(#200) App does not have Advanced Access to pages_messaging permission, and recipient user does not have role on app',
      { status: DENIED },
    ),
  /** GUESS: the words; code 12 is in the changelog of v22.0. */
  deprecated: () => error(12, '(#12) Page recommendations are deprecated for versions v22.0 and higher'),
  abusive: () =>
    error(368, 'The action attempted has been deemed abusive or is otherwise disallowed', { is_transient: false }),
  /** The same code where it was not the words: Meta's pages don't name the subcode, and all who met it report it so. */
  tooFast: () =>
    error(
      368,
      'It looks like you were misusing this feature by going too fast. You’ve been temporarily blocked from using it.',
      { error_subcode: 1390008, is_transient: false },
    ),
  duplicate: () => error(506, 'Duplicate status message'),

  outsideWindow: () =>
    error(
      10,
      '(#10) This message is sent outside of allowed window. Learn more about the new policy here: https://developers.facebook.com/docs/messenger-platform/policy-overview',
      { error_subcode: 2018278 },
    ),
  sendingRestricted: () =>
    // GUESS: the words; the subcode was added to Meta's table on 2026-06-25.
    error(10, '(#10) This Page is temporarily restricted from sending messages.', { error_subcode: 1893063 }),
  noSuchPerson: () => error(100, '(#100) No matching user found', { error_subcode: 2018001 }),
  unavailable: () => error(551, "(#551) This person isn't available right now.", { error_subcode: 1545041 }),
  alreadyReplied: () => error(10900, '(#10900) Activity already replied to'),
  cannotReply: () => error(10903, "(#10903) This user can't reply to this activity"),
  noThread: () => error(1, 'Instagram Direct thread not found between business and consumer'),

  badGateway: () => ({
    status: 502,
    body: '<html><head><title>502</title></head><body>Sorry, something went wrong.</body></html>',
  }),
} satisfies Record<string, () => Answer>

export type RefusalName = keyof typeof REFUSALS

export function refuse(name: RefusalName): never {
  throw new Refused(REFUSALS[name]())
}

/** A request that Graph does not understand. */
export function invalid(message: string): never {
  throw new Refused(error(100, `(#100) ${message}`))
}

export function unknownPath(path: string): never {
  throw new Refused(error(2500, `Unknown path components: ${path}`))
}

export function syntax(message: string): never {
  throw new Refused(error(2500, message))
}

export function unknownField(field: string, node: string): never {
  invalid(`Tried accessing nonexisting field (${field}) on node type (${node})`)
}

/** Gone, another's, or beyond what this token may see: Graph does not tell which. */
export function absent(id: string, method: string): never {
  throw new Refused(
    error(
      100,
      `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
      { type: 'GraphMethodException', error_subcode: 33 },
    ),
  )
}

export function needsPermission(scope: string): never {
  throw new Refused(
    error(
      10,
      `(#10) This endpoint requires the '${scope}' permission or the 'Page Public Content Access' feature. Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages and https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS for details.`,
      { status: DENIED },
    ),
  )
}
