import { createRequire } from 'node:module'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { PERSPECTIVE_OVER, perspective } from '../../../src/classifiers/perspective.ts'
import { NOON } from '../../builders.ts'
import { aSubject, NEVER } from './stand-in.ts'

/** The real client and the real axios, but for the very last step: nothing goes out to Google. */
interface Request {
  url: string
  params: unknown
  data: string
  timeout: number
  maxRedirects: number
}
type Adapter = (request: Request) => Promise<unknown>
const require = createRequire(import.meta.url)
const axios = createRequire(require.resolve('perspective-api-client'))('axios') as { defaults: { adapter: unknown } }
const before = axios.defaults.adapter

const requests: Request[] = []
let respond: (request: Request) => unknown

beforeEach(() => {
  requests.length = 0
  respond = () => scores(0.1, 0.1, 0.1)
  const adapter: Adapter = async (request) => {
    requests.push(request)
    return respond(request)
  }
  axios.defaults.adapter = adapter
})
afterAll(() => {
  axios.defaults.adapter = before
})

const summary = (value: number) => ({ summaryScore: { value, type: 'PROBABILITY' } })
const scores = (TOXICITY: number, INSULT: number, SEVERE_TOXICITY: number) =>
  answer({
    attributeScores: {
      TOXICITY: summary(TOXICITY),
      INSULT: summary(INSULT),
      SEVERE_TOXICITY: summary(SEVERE_TOXICITY),
    },
  })
const answer = (data: unknown) => ({ status: 200, data, headers: {}, config: {} })
const refused = (status: number) => {
  const response = { status, data: { error: { message: 'key AIza-secret is wrong for You are scum' } } }
  return Promise.reject(Object.assign(new Error('Request failed'), { isAxiosError: true, response }))
}

let now = NOON
const ask = (text: string, stop = NEVER) =>
  perspective({ key: 'AIza-secret', now: () => now }).advise(aSubject(text), [], stop)
const sent = () => requests.map(({ data }) => JSON.parse(data) as { comment: { text: string } })

describe('Perspective', () => {
  it('is sent the words as they are, as English, not to be kept', async () => {
    const text = 'I <3 you <b>idiot</b>, you are the worst'
    await ask(text)
    expect(sent()).toEqual([
      {
        comment: { text },
        languages: ['en'],
        requestedAttributes: { TOXICITY: {}, INSULT: {}, SEVERE_TOXICITY: {} },
        doNotStore: true,
      },
    ])
    expect(requests[0]).toMatchObject({ params: { key: 'AIza-secret' }, maxRedirects: 0, timeout: 30_000 })
  })

  it('is sent no half characters', async () => {
    await ask('You are the worst \ud83d')
    expect(sent()[0]?.comment.text).toBe('You are the worst \ufffd')
  })

  it.each([
    ['nothing', ''],
    ['blanks', ' \n\u200b '],
    ['more bytes than it takes, in fewer characters', `the ${'é'.repeat(10_300)}`],
    ['another language', 'Sie sind eine Schande für dieses Land und sollten zurücktreten'],
  ])('has nothing to say of %s', (_, text) => {
    const judge = perspective({ key: 'AIza-secret', now: () => now })
    expect(judge.suits?.(aSubject(text), [])).toBe(false)
    expect(judge.suits?.(aSubject('You are the worst'), [])).toBe(true)
  })

  it.each<[string, number, number, number, unknown[]]>([
    ['nothing', 0.69, 0.69, 0.69, []],
    ['something mild', 0.7, 0.2, 0.1, [{ concern: 'abuse', gravity: 'mild', score: 0.45, spans: [] }]],
    ['something mild', 0.5, 0.79, 0.69, [{ concern: 'abuse', gravity: 'mild' }]],
    ['a plain insult', 0.8, 0.2, 0.1, [{ concern: 'abuse', gravity: 'plain', score: 0.6 }]],
    ['a plain insult', 0.2, 0.8, 0.1, [{ concern: 'abuse', gravity: 'plain' }]],
    ['a plain insult', 0.2, 0.2, 0.7, [{ concern: 'abuse', gravity: 'plain' }]],
    ['nothing grave', 1, 1, 1, [{ concern: 'abuse', gravity: 'plain', score: 0.6, detector: 'perspective' }]],
  ])('finds %s at %d, %d, %d', async (_, toxicity, insult, severe, found) => {
    respond = () => scores(toxicity, insult, severe)
    const findings = await ask('You are the worst')
    expect(findings).toMatchObject(found)
    expect(findings).toHaveLength(found.length)
  })

  it.each<[string, () => unknown, string, RegExp]>([
    ['a wrong key', () => refused(403), 'misconfigured', /key.*\(403\)/],
    ['too much asked', () => refused(429), 'throttled', /\(429\)/],
    ['a server that is ill', () => refused(503), 'unavailable', /\(503\)/],
    ['a text it won’t take', () => refused(400), 'unusable', /\(400\)/],
    ['a redirect', () => refused(302), 'misconfigured', /isn’t followed/],
    ['no network', () => Promise.reject(new Error('getaddrinfo for AIza-secret')), 'unavailable', /can’t be reached/],
    ['an odd answer', () => answer({ attributeScores: {} }), 'unavailable', /isn’t understood/],
    ['scores out of range', () => scores(7, 0, 0), 'unavailable', /isn’t understood/],
  ])('says of %s what is wrong, and neither key nor words', async (_, how, trouble, says) => {
    respond = how
    const error = await ask('You are scum').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'AdviserError', trouble, message: expect.stringMatching(says) })
    expect(`${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toMatch(
      /AIza|scum/,
    )
  })

  it('is waited for no longer than it is told, though the client knows no end', async () => {
    respond = () => new Promise(() => {})
    await expect(ask('You are the worst', AbortSignal.timeout(30))).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('is asked until the last second of 2026, by the given clock, and never after', async () => {
    now = new Date('2026-12-31T23:59:59.999Z')
    expect(await ask('You are the worst')).toEqual([])
    now = new Date('2027-01-01T00:00:00Z')
    await expect(ask('You are the worst')).rejects.toMatchObject({ trouble: 'over', message: PERSPECTIVE_OVER })
    expect(requests).toHaveLength(1)
    now = NOON
  })
})
