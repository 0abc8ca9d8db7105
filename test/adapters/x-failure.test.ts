import fc from 'fast-check'
import { ApiResponseError } from 'twitter-api-v2'
import { describe, expect, it } from 'vitest'
import { failureOf, type Reason, Refusal, refusalOf, wordsOf } from '../../adapters/x/failure.ts'
import { isMisunderstood } from '../../adapters/x/vocabulary.ts'
import { NOON } from '../builders.ts'
import { PROBLEMS, type ProblemName } from '../emulators/x/problems.ts'
import { WORDS } from '../emulators/x/vocabulary.ts'

/** What X's own words are taken for, in either vocabulary and with words left out. */

const REASONS: Partial<Record<ProblemName, Reason>> = {
  replyRefused: 'not-summoned',
  duplicate: 'duplicate',
  replyToNothing: 'gone',
  foreignConversation: 'forbidden',
  cannotMessage: 'forbidden',
  notYours: 'forbidden',
  tooLong: 'forbidden',
  missingScope: 'permission',
  appPermissions: 'permission',
  clientForbidden: 'tier',
  notFound: 'gone',
}

describe.each(['tweet', 'post'] as const)('in the words of %s', (vocabulary) => {
  it.each(Object.entries(REASONS))('%s is %s', (name, reason) => {
    const { status, body } = PROBLEMS[name as ProblemName]({ words: WORDS[vocabulary], now: NOON.getTime() })
    expect(refusalOf(status, body)).toMatchObject({ reason, status })
  })

  it('a name that X does not know is told from a value that it does not take', () => {
    const { fields } = WORDS[vocabulary]
    const refusal = (message: string): string =>
      wordsOf({ title: 'Invalid Request', detail: 'One or more parameters was invalid.', errors: [{ message }] }).all
    expect(isMisunderstood(refusal(`The query parameter [${fields}] is not one of [expansions]`))).toBe(true)
    expect(
      isMisunderstood(refusal('The `expansions` query parameter value [referenced_tweets.id] is not one of')),
    ).toBe(true)
    expect(isMisunderstood(refusal('The `since_id` query parameter value [7] is not valid'))).toBe(false)
    expect(isMisunderstood(refusal('The `pagination_token` query parameter value [abc] is not valid'))).toBe(false)
  })
})

it.each([
  ['in a title alone', 402, { title: 'CreditsDepleted' }],
  ['in a type alone', 429, { type: 'https://api.x.com/2/problems/usage-capped' }],
  ['in no words', 402, undefined],
  ['in the words of a spending limit', 403, { title: 'SpendCapReached', detail: 'You have reached your spend cap.' }],
])('what is used up is told %s', (_, status, data) => {
  const error = failing(status, data)
  expect(error).toMatchObject({ trouble: 'throttled', retryAt: new Date(NOON.getTime() + 3_600_000) })
  expect(String(error)).toMatch(/console/)
})

it('credits that are used up are told with what to do, and that nobody need start anything again', () => {
  expect(failing(402, { title: 'CreditsDepleted' })).toMatchObject({
    message:
      'X has stopped: the prepaid credits are used up. Buy more in X’s developer console. Serjeant tries again every hour by itself.',
  })
})

it('an account that is stopped is told from another that is', () => {
  const stopped = failing(403, { detail: 'Your account is suspended and is not permitted to access this feature.' })
  expect(stopped).toMatchObject({ trouble: 'unauthorised', message: expect.stringMatching(/suspended or locked/) })
  expect(failing(403, { detail: 'User has been suspended: [9].' })).toBeInstanceOf(Refusal)
})

it('whatever X says, nothing of it is passed on but to those who ask', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.jsonValue(), fc.boolean(), (status, data, writes) => {
      const secret = 'kept-secret'
      const error = failing(status, { detail: secret, errors: [data, { message: secret }], title: data }, writes)
      expect(`${error.message} ${error.stack}`).not.toContain(secret)
      expect(error.cause).toBeUndefined()
      wordsOf(data)
    }),
  )
})

/** As if the library had thrown: its own error needs a request that was made. */
function failing(status: number, data: unknown, writes = false): Error {
  const refused = Object.assign(Object.create(ApiResponseError.prototype), { code: status, data })
  return failureOf(refused, { writes, now: NOON, retryAt: undefined })
}
