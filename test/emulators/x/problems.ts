import type { Words } from './vocabulary.ts'

/** What X answers when it refuses, in X's own words where they are known (sources: shared notes on X, docs.x.com). */

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
    super(`X answers ${answer.status}`)
    this.answer = answer
  }
}

/** Where a problem is described, and the time in Unix milliseconds. */
export interface Setting {
  words: Words
  now: number
}
type Problem = (setting: Setting) => Answer

const BLANK = 'about:blank'
const WINDOW = 15 * 60_000

function problem(status: number, title: string, detail: string, type = BLANK, more: object = {}): Answer {
  return { status, body: { title, detail, type, status, ...more } }
}

const forbidden = (detail: string): Problem => {
  return () => problem(403, 'Forbidden', detail)
}

export const PROBLEMS = {
  unauthorised: () => problem(401, 'Unauthorized', 'Unauthorized'),
  creditsDepleted: () => ({
    status: 402,
    body: {
      account_id: 1,
      title: 'CreditsDepleted',
      detail: 'Your enrolled account [1] does not have any credits to fulfill this request.',
      // The credits page stayed with the old host in every report of it, whatever the vocabulary.
      type: 'https://api.twitter.com/2/problems/credits',
    },
  }),
  replyRefused: forbidden(
    'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
  ),
  duplicate: forbidden('You are not allowed to create a Tweet with duplicate content.'),
  replyToNothing: forbidden('You attempted to reply to a Tweet that is deleted or not visible to you.'),
  // GUESS: the words for a text that is too long.
  tooLong: forbidden('You are not allowed to create a Tweet that is longer than 280 characters.'),
  notYours: forbidden('You are not authorized to delete this Tweet.'),
  // GUESS: the words for hiding a reply in somebody else's conversation.
  foreignConversation: forbidden('You are not permitted to perform this action.'),
  cannotMessage: forbidden('You cannot send messages to this user.'),
  // GUESS: the title and form; the sentence is that of X's old API (code 64).
  suspended: forbidden('Your account is suspended and is not permitted to access this feature.'),
  // GUESS: the title and form; the sentence is that of X's old API (code 326).
  locked: forbidden(
    'To protect our users from spam and other malicious activity, this account is temporarily locked. Please log in to https://x.com to unlock your account.',
  ),
  // GUESS: the words; the docs only say that a missing scope is a 403.
  missingScope: forbidden('You are not permitted to perform this action: the token lacks a scope that it needs.'),
  clientForbidden: ({ words }) =>
    // GUESS: the body of a call that self-serve plans don't have.
    problem(
      403,
      'Client Forbidden',
      'This endpoint is only available under the Enterprise plan.',
      `${words.problems}client-forbidden`,
      { reason: 'client-not-enrolled', required_enrollment: 'Appropriate Level of API Access' },
    ),
  appPermissions: ({ words }) =>
    problem(
      403,
      'Forbidden',
      'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.',
      `${words.problems}oauth1-permissions`,
    ),
  rateLimited: ({ now }) => ({
    ...problem(429, 'Too Many Requests', 'Too Many Requests'),
    headers: {
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil((now + WINDOW) / 1000)),
    },
  }),
  /** Its x-rate-limit-remaining is not 0: that is how it differs from the rate limit. */
  usageCapped: ({ words }) =>
    problem(429, 'UsageCapExceeded', 'Usage cap exceeded: Monthly product cap', `${words.problems}usage-capped`, {
      period: 'Monthly',
      scope: 'Product',
    }),
  unavailable: () => ({
    status: 503,
    body: '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>',
  }),
  notFound: () => problem(404, 'Not Found', 'Not Found'),
} satisfies Record<string, Problem>

export type ProblemName = keyof typeof PROBLEMS

/** A request that X does not understand; `parameters` names what is wrong with it. */
export function invalid(words: Words, message: string, parameters: Record<string, string[]> = {}): Answer {
  return {
    status: 400,
    body: {
      errors: [{ message, parameters }],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: `${words.problems}invalid-request`,
    },
  }
}

export type Absence = 'missing' | 'unauthorised' | 'suspended'

/** One of `errors` in an answer 200: why a thing that was asked for is not in it. */
export function absent(
  words: Words,
  kind: 'tweet' | 'user',
  parameter: string,
  value: string,
  absence: Absence,
): Record<string, string> {
  const about = { value, resource_type: kind, parameter, resource_id: value }
  const named = kind === 'tweet' ? 'Tweet' : 'User'
  switch (absence) {
    case 'missing':
      return {
        ...about,
        title: 'Not Found Error',
        detail: `Could not find ${kind} with ${parameter}: [${value}].`,
        type: `${words.problems}resource-not-found`,
      }
    case 'unauthorised':
      return {
        ...about,
        title: 'Authorization Error',
        detail: `Sorry, you are not authorized to see the ${named} with ${parameter}: [${value}].`,
        type: `${words.problems}not-authorized-for-resource`,
      }
    case 'suspended':
      return {
        ...about,
        title: 'Forbidden',
        detail: `User has been suspended: [${value}].`,
        type: `${words.problems}resource-not-found`,
      }
  }
}
