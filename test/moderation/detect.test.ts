import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { DETECTORS, RULES } from '../../moderation/detect/index.ts'
import { pattern } from '../../moderation/detect/rules.ts'
import { COPY, likeness } from '../../moderation/detect/similar.ts'
import { judge } from '../../moderation/judge.ts'
import type { Author, Concern, Context, Finding, Item } from '../../moderation/model.ts'
import { anAuthor, anItem, NOON, OFFICE } from '../builders.ts'

const before = (minutes: number, text: string, handle?: string) => ({
  text,
  at: new Date(NOON.getTime() - minutes * 60_000),
  ...(handle !== undefined && { handle }),
})

interface Given {
  item?: Partial<Item>
  author?: Partial<Author> | null
  context?: Partial<Context>
}

function findings(text: string, { item, author, context }: Given = {}): Finding[] {
  const judgement = judge(
    {
      item: anItem({ text, writtenAt: NOON, ...item }),
      author: author === null ? null : anAuthor(author),
      context: { earlier: [], others: [], ...context },
    },
    OFFICE,
    RULES,
  )
  expect(judgement.failed).toBeUndefined()
  return judgement.findings
}

const isBreach = ({ concern }: Finding): boolean => concern !== 'casework' && concern !== 'at-risk'
/** The breach a policy would see first, if any would see one at all. */
const breach = (found: readonly Finding[]): Finding | undefined =>
  found.filter((finding) => isBreach(finding) && finding.score >= 0.3).sort((a, b) => b.score - a.score)[0]
const about = (found: readonly Finding[], concern: Concern): Finding | undefined =>
  found.find((finding) => finding.concern === concern)

const texts = (n: number, text: string) => Array.from({ length: n }, (_, i) => before((n - i) * 30, text))
const fake = (author: Partial<Author>, text = 'Follow me for updates') => breach(findings(text, { author }))
const link = (url: string) => breach(findings(url, { item: { links: [url] } }))
const picture = (alt: string) => breach(findings('Look', { item: { media: [{ kind: 'image', alt }] } }))

describe('sentences', () => {
  const rows = readFileSync(path.resolve(import.meta.dirname, '../cases/phrases.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))

  test.each(rows)('%s: %s', (kind = '', text = '') => {
    const found = findings(text)
    if (kind === 'free') expect(breach(found)).toBeUndefined()
    else if (kind === 'calm') expect(breach(found) ?? about(found, 'at-risk')).toBeUndefined()
    else if (kind === 'at-risk' || kind === 'casework') expect(about(found, kind)?.score).toBeGreaterThanOrEqual(0.5)
    else expect(breach(found)?.concern).toBe(kind)
  })
})

describe('every detector', () => {
  it('has a name of its own and a version', () => {
    expect(new Set(DETECTORS.map(({ name }) => name)).size).toBe(DETECTORS.length)
    for (const { version } of DETECTORS) expect(version).not.toBe('')
  })
})

describe('the language of rules', () => {
  test.each([
    ['get out', 'get, out', true],
    ['get out', 'target outing', false],
    ["you're", 'youre', true],
    ['rat .. her', 'a rat bit her', true],
    ['rat .. her', 'rather than her', false],
    ['rat .. her', 'a rat. I told her', false],
    ['dick ?head', 'dickhead', true],
    ['you {foul}', 'you tosser', true],
  ])('%j on %j: %s', (rule, text, matches) => {
    expect(pattern(rule).test(text)).toBe(matches)
  })

  it('refuses a list of words that is not there', () => {
    expect(() => pattern('{nothing}')).toThrow('{nothing}')
  })
})

describe('threats', () => {
  it('go to the police and are grave', () => {
    expect(breach(findings('I will kill you'))).toMatchObject({ gravity: 'grave', escalate: 'police' })
  })

  it('that the author tells of are no breach, but somebody is at risk', () => {
    const found = findings('Someone messaged me saying "I know where you live, I will kill you". What do I do?')
    expect(breach(found)).toBeUndefined()
    expect(about(found, 'at-risk')).toMatchObject({ escalate: 'police' })
  })

  test.each(['Zabiję cię', 'سأقتلك', 'Je vais te tuer', 'Seni öldüreceğim', 'Я тебя убью', "Dw i'n mynd i dy ladd"])(
    'are heard in other languages: %s',
    (text) => {
      expect(breach(findings(text))?.concern).toBe('threat')
    },
  )
})

describe('harassment', () => {
  it("is not the office's own number, nor the author's", () => {
    expect(breach(findings('Ring her at the office, 01632 960100'))).toBeUndefined()
    expect(breach(findings('Please ring me on 07700 900123 about my visa'))).toBeUndefined()
    expect(breach(findings('Ring her at home, 07700 900123'))).toMatchObject({
      concern: 'harassment',
      gravity: 'grave',
    })
  })

  it('rests on every address and number, so that masking hides them all, and on none of the office itself', () => {
    const text =
      'Priya Nair lives at 27 Tollgate House, flat 12, AM1 2AB, and her mobile is 07700 900456. Office: 01632 960100.'
    const spans = findings(text).flatMap((finding) => (finding.concern === 'harassment' ? finding.spans : []))
    const shown = Array.from(text, (char, i) =>
      spans.some(({ start, end }) => start <= i && i < end) ? '' : char,
    ).join('')
    for (const secret of ['27 Tollgate House', 'flat 12', 'AM1 2AB', '07700 900456'])
      expect(shown).not.toContain(secret)
    expect(shown).not.toMatch(/Tollgate|2AB|900456/)
    expect(shown).toContain('01632 960100')
  })

  it("isn't the address where the office receives people", () => {
    const text = 'Tom Walsh, 14 Mill Lane, red door. Pop round and bring friends.'
    const subject = { item: anItem({ text }), author: anAuthor(), context: { earlier: [], others: [] } }
    const published = { ...OFFICE, public: { ...OFFICE.public, address: '14 Mill Lane, Ambleford' } }
    expect(breach(judge(subject, OFFICE, RULES).findings)?.concern).toBe('harassment')
    expect(breach(judge(subject, published, RULES).findings)).toBeUndefined()
  })

  it('is the end of a hunt that earlier messages began', () => {
    const earlier = [before(60, 'which road is hers then'), before(30, 'someone said larkrise')]
    expect(breach(findings('found it. number 9', { context: { earlier } }))).toMatchObject({ escalate: 'police' })
    expect(breach(findings('found it. number 9'))).toBeUndefined()
  })
})

describe('persistence', () => {
  it("is spam when one person floods without a need, and isn't when a need stands behind it", () => {
    expect(breach(findings('Hartley out!!', { context: { earlier: texts(6, 'Hartley OUT') } }))?.concern).toBe('spam')
    const chasing = texts(6, 'Any news on my PIP appeal? Ref 4471')
    expect(breach(findings('Any news on my PIP appeal? Ref 4471', { context: { earlier: chasing } }))).toBeUndefined()
  })

  it('is at most looked at when it asks again for an answer', () => {
    const text = 'tick tock. answer the question. i will do this under every post till you crack'
    expect(breach(findings(text))).toMatchObject({ concern: 'spam', gravity: 'mild' })
    expect(
      breach(findings('ANSWER THE QUESTION', { context: { earlier: texts(4, 'Answer the question') } })),
    ).toBeUndefined()
  })

  it("isn't one text from many people", () => {
    const text = "I've signed: stop live exports. Please do too."
    const others = Array.from({ length: 9 }, (_, i) => before(i, text, `@person${i}`))
    expect(breach(findings(text, { context: { others } }))).toBeUndefined()
  })

  it('is seen through small changes, and not between strangers', () => {
    const [edited = 0, other = 1] = likeness('You never answer, do you? Shame on you!', [
      '@JoHartleyMP you never answer do you... Shame on you 🙂',
      'When will the bus to Stanmere come back?',
    ])
    expect(edited).toBeGreaterThan(COPY)
    expect(other).toBeLessThan(0.1)
    expect(likeness('🤡', ['🤡🤡'])).toEqual([1])
    expect(likeness('', [''])).toEqual([0])
  })
})

describe('profiles', () => {
  it('that bear the name and office of the MP are fake', () => {
    expect(fake({ handle: '@jo_hartley_mp_', displayName: 'Jo Hartley MP', bio: 'Official account' })).toMatchObject({
      concern: 'fake-profile',
      gravity: 'grave',
    })
  })

  it("that are labelled, verified, the office's own or only namesakes are free", () => {
    expect(fake({ displayName: 'Jo Hartley MP (parody)' })).toBeUndefined()
    expect(fake({ displayName: 'Jo Hartley MP', verified: true })).toBeUndefined()
    expect(fake({ handle: 'JoHartleyMP', displayName: 'Jo Hartley MP' })).toBeUndefined()
    expect(fake({ displayName: 'Jo Hartley', bio: 'Florist in Pellbrook' })).toBeUndefined()
    expect(fake({ handle: '@majohartleymple', displayName: 'Major Hartley', bio: 'Office worker' })).toBeUndefined()
    expect(fake({ createdAt: NOON, followers: 0, posts: 0, hasAvatar: false })).toBeUndefined()
  })

  test.each(['Al', '王伟', 'Brown', 'Al Le', ''])("aren't fake because a member of staff is called %j", (name) => {
    const office = { ...OFFICE, staff: [{ name, role: 'caseworker' }] }
    const author = anAuthor({ handle: '@sallybrown', displayName: 'Sally Brown', bio: 'Office worker and mum of two' })
    const { findings: found } = judge(
      { item: anItem({ text: 'When does the bus come?' }), author, context: { earlier: [], others: [] } },
      office,
      RULES,
    )
    expect(found).toEqual([])
  })

  it('that run the name together bear it all the same', () => {
    expect(fake({ handle: '@RealPriyaNair', displayName: 'PriyaNair', bio: 'Office of the MP' })?.concern).toBe(
      'fake-profile',
    )
  })

  it('are nothing to go by where the platform withholds them', () => {
    expect(findings('When does the bus come?', { author: null })).toEqual([])
  })
})

describe('links', () => {
  it('that borrow a public name and ask for something deceive', () => {
    expect(link('https://gov-uk.tax-refund.example.net/claim')?.concern).toBe('deception')
    expect(link('https://hartley-casework.example.net/login')?.concern).toBe('deception')
  })

  it('to the real thing, to news and to campaigns are free', () => {
    expect(link('https://www.gov.uk/claim')).toBeUndefined()
    expect(link('https://members.parliament.uk/login')).toBeUndefined()
    expect(link('https://news.example.com/ambleford/hartley-vote')).toBeUndefined()
  })
})

describe('pictures', () => {
  it('are judged by what their author says they show', () => {
    expect(picture('A severed head')).toMatchObject({ concern: 'graphic-imagery', gravity: 'plain' })
    expect(picture("The MP's face in crosshairs")).toMatchObject({ concern: 'threat', escalate: 'police' })
    expect(picture('Naked woman with the face of the MP')).toMatchObject({ gravity: 'grave', escalate: 'police' })
    expect(picture('Cartoon of the MP as a naked emperor')).toBeUndefined()
    expect(picture('Ducks on the village pond')).toBeUndefined()
  })
})

describe('casework', () => {
  it('goes on in a chaser that names nothing', () => {
    const earlier = [before(300, 'Hello, can you help with my housing application?')]
    expect(about(findings('still no answer then', { context: { earlier } }), 'casework')).toBeDefined()
    expect(about(findings('still no answer then'), 'casework')).toBeUndefined()
  })

  it('is kept beside abuse', () => {
    const found = findings('You useless cow, my PIP has been stopped and nobody rings back')
    expect(about(found, 'casework')).toBeDefined()
    expect(breach(found)?.concern).toBe('abuse')
  })
})

describe('quotation', () => {
  test.each([
    'A man called my daughter a dirty paki on the bus. What will you do?',
    'They sprayed "kill all Muslims" on the mosque wall. Will you condemn it?',
    'To those who reply "stupid bitch" under this: you can disagree without abuse.',
  ])('is free: %s', (text) => {
    expect(breach(findings(text))).toBeUndefined()
  })

  it('hides nobody who writes nothing else', () => {
    expect(breach(findings('"You are a fat cunt"'))?.concern).toBe('abuse')
  })
})
