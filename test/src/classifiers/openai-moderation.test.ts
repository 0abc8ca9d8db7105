import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Picture } from '../../../adapters/platform.ts'
import { openAiModeration } from '../../../src/classifiers/openai-moderation.ts'
import { NOON } from '../../builders.ts'
import { type Asked, aSubject, json, NEVER, type StandIn, standIn, status } from './stand-in.ts'

let server: StandIn
beforeAll(async () => {
  server = await standIn()
})
beforeEach(() => {
  server.asked.length = 0
})
afterAll(() => server.close())

const CATEGORIES =
  'harassment harassment/threatening hate hate/threatening illicit illicit/violent self-harm self-harm/intent self-harm/instructions sexual sexual/minors violence violence/graphic'.split(
    ' ',
  )
const IN_PICTURES = [
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'violence',
  'violence/graphic',
]

/** As the endpoint answers: a score for each category, and what it was applied to. */
function scored(given: Record<string, number>, { input }: { input: { type: string }[] }) {
  const types = new Set(input.map(({ type }) => (type === 'text' ? 'text' : 'image')))
  const applied = (category: string) => [...types].filter((type) => type === 'text' || IN_PICTURES.includes(category))
  const each = <T>(value: (category: string) => T) => Object.fromEntries(CATEGORIES.map((name) => [name, value(name)]))
  return {
    id: 'modr-1',
    model: 'omni-moderation-2024-09-26',
    results: [
      {
        flagged: false,
        categories: each((name) => (given[name] ?? 0) > 0.5),
        category_scores: each((name) => given[name] ?? 0.001),
        category_applied_input_types: each(applied),
      },
    ],
  }
}

const inputOf = ({ body }: Asked) =>
  body as unknown as { input: { type: string; text?: string; image_url?: { url: string } }[] }

function ask(scores: Record<string, number>, text = 'You are the worst', pictures: Picture[] = []) {
  server.reply((response, asked) => json(scored(scores, inputOf(asked)))(response, asked))
  const judge = openAiModeration({ key: 'sk-secret', url: server.url, now: () => NOON })
  return judge.advise(aSubject(text), pictures, NEVER)
}

const picture = (type = 'image/png', byte = 1): Picture => ({ bytes: new Uint8Array([byte, 2, 3]), type })

describe('OpenAI moderation', () => {
  it('is asked for its model of texts and pictures, with the key in the header', async () => {
    expect(await ask({}, 'You are the worst \ud83d')).toEqual([])
    expect(server.asked).toEqual([
      {
        path: '/v1/moderations',
        authorization: 'Bearer sk-secret',
        body: { model: 'omni-moderation-latest', input: [{ type: 'text', text: 'You are the worst \ufffd' }] },
      },
    ])
  })

  it('sees one picture a request, as it takes no more, and four at most, of the kinds it reads', async () => {
    const pictures = [picture(), picture('image/gif'), ...[2, 3, 4, 5].map((n) => picture('image/jpeg', n))]
    await ask({}, 'Look at these', pictures)
    const inputs = server.asked.map((asked) => inputOf(asked).input)
    expect(inputs).toHaveLength(4)
    expect(inputs.filter((input) => input.some(({ type }) => type === 'text'))).toHaveLength(1)
    const urls = inputs.map((input) =>
      input.filter(({ type }) => type === 'image_url').map(({ image_url }) => image_url?.url),
    )
    expect(urls.every((one) => one.length === 1)).toBe(true)
    const expected = ['png;base64,AQID', 'jpeg;base64,AgID', 'jpeg;base64,AwID', 'jpeg;base64,BAID']
    expect(new Set(urls.flat())).toEqual(new Set(expected.map((rest) => `data:image/${rest}`)))
  })

  it('is asked about a picture without words, and not about nothing', async () => {
    await ask({}, '  ', [picture()])
    expect(server.asked.map((asked) => inputOf(asked).input.map(({ type }) => type))).toEqual([['image_url']])
    const judge = openAiModeration({ key: 'sk-secret', url: server.url, now: () => NOON })
    const said = [aSubject(' '), aSubject('Hello')].map((subject) => judge.suits?.(subject, [picture('image/gif')]))
    expect([...said, judge.suits?.(aSubject(''), [picture()])]).toEqual([false, true, true])
  })

  it.each<[string, Record<string, number>, unknown[]]>([
    ['nothing in ordinary heat', { harassment: 0.79, violence: 0.99, illicit: 0.99 }, []],
    ['abuse', { harassment: 0.8 }, [{ concern: 'abuse', gravity: 'mild' }]],
    ['a threat', { 'harassment/threatening': 0.7 }, [{ concern: 'threat', gravity: 'mild' }]],
    ['hatred', { hate: 0.9 }, [{ concern: 'discrimination', gravity: 'mild' }]],
    [
      'a threat against a group',
      { 'hate/threatening': 0.9, hate: 0.9 },
      [{ concern: 'threat' }, { concern: 'discrimination' }],
    ],
    [
      'somebody who means to harm themselves',
      { 'self-harm/intent': 0.6, 'self-harm': 0.3 },
      [{ concern: 'at-risk', gravity: 'plain', escalate: 'safeguarding' }],
    ],
    ['distress', { 'self-harm': 0.6 }, [{ concern: 'at-risk', gravity: 'mild', score: 0.45 }]],
    [
      'an attack, and nobody at risk, in "kill yourself"',
      { 'self-harm': 0.9, harassment: 0.9 },
      [{ concern: 'abuse' }],
    ],
    ['a child that may need help', { 'sexual/minors': 0.5 }, [{ concern: 'at-risk', gravity: 'mild' }]],
    ['advice on weapons', { 'illicit/violent': 0.9 }, [{ concern: 'unlawful' }]],
  ])('finds %s', async (_, scores, found) => {
    const findings = await ask(scores)
    expect(findings).toMatchObject(found)
    expect(findings).toHaveLength(found.length)
  })

  it('counts for a picture only what it says it applied to the picture', async () => {
    const scores = { sexual: 0.9, 'violence/graphic': 0.9, hate: 0.99, harassment: 0.99 }
    const found = await ask(scores, '', [picture()])
    expect(found.map(({ concern }) => concern)).toEqual(['graphic-imagery', 'graphic-imagery'])
    expect(found).toMatchObject([{ gravity: 'plain', score: 0.6, version: 'omni-moderation-2024-09-26' }, {}])
  })

  it('says what is wrong without the key or the words', async () => {
    server.reply(status(401))
    const judge = openAiModeration({ key: 'sk-secret', url: server.url, now: () => NOON })
    const error = await judge.advise(aSubject('You are scum'), [], NEVER).catch((reason: Error) => reason)
    expect(error).toMatchObject({ name: 'AdviserError', trouble: 'misconfigured' })
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toMatch(/sk-secret|scum/)
    server.reply(json({ model: 'x', results: [] }))
    await expect(judge.advise(aSubject('You are scum'), [], NEVER)).rejects.toThrow('isn’t understood')
  })
})
