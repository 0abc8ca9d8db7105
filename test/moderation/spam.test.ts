import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { decide } from '../../moderation/decide.ts'
import { DETECTORS } from '../../moderation/detect/index.ts'
import { COPY, likeness } from '../../moderation/detect/similar.ts'
import { spam } from '../../moderation/detect/spam.ts'
import { judge } from '../../moderation/judge.ts'
import type { Decision, Finding, Remark } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { POLICIES, Policy } from '../../moderation/policy.ts'
import { remember } from '../../moderation/remember.ts'
import { anAuthor, anItem, NOON, OFFICE } from '../builders.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const before = (ms: number, text: string, handle?: string): Remark => ({
  text,
  at: new Date(NOON.getTime() - ms),
  ...(handle === undefined ? {} : { handle }),
})

function found(text: string, earlier: Remark[] = [], others: Remark[] = []): Finding | undefined {
  return spam
    .detect({
      item: anItem({ text, writtenAt: NOON }),
      author: anAuthor(),
      context: { earlier, others },
      office: OFFICE,
      normal: normalise(text),
    })
    .toSorted((a, b) => b.score - a.score)[0]
}
/** By all detectors and the standard policy, where the tool may do whatever it is allowed to. */
function decided(text: string, earlier: Remark[]): Decision {
  const subject = { item: anItem({ text, writtenAt: NOON }), author: anAuthor(), context: { earlier, others: [] } }
  return decide({
    judgement: judge(subject, OFFICE, DETECTORS),
    subject,
    policy: Policy.parse(POLICIES['standard']),
    standing: { warnings: 2, breaches: 1, adjustments: 0, redirectedAt: null, atRiskAt: null },
    mode: 'perform',
    can: () => 'automatic',
    now: NOON,
  })
}
const every = (ms: number, texts: readonly string[]): Remark[] =>
  texts.map((text, n) => before((texts.length - n) * ms, text))
const sent = (posts: readonly (readonly [string, number])[]): Remark[] =>
  posts.map(([text, ago]) => before(ago, text)).sort((a, b) => a.at.getTime() - b.at.getTime())
const times = (n: number, text: string): string[] => Array.from({ length: n }, () => text)

describe("one person's flood", () => {
  test.each<[string, string, Remark[]]>([
    ['the same taunt all day', 'Hartley out', every(60 * MINUTE, times(6, 'Hartley OUT!'))],
    ['mostly abuse for weeks', 'you thick cow', every(2 * DAY, times(9, 'you are a stupid fat cow'))],
    ['a declared run', 'day 12. still a waste of space', every(DAY, times(4, 'pathetic. waste of space'))],
  ])('is grave: %s', (_, text, earlier) => {
    expect(found(text, earlier)).toMatchObject({ concern: 'spam', gravity: 'grave' })
  })

  it('of taunts within the hour is plain even where no two are alike', () => {
    const taunts = [
      'coward',
      'bite yet?',
      'wakey wakey',
      'resign',
      'tick tock',
      'useless',
      'liar',
      '🤡',
      'pathetic love',
    ]
    expect(found('still hiding?', every(3 * MINUTE, [...taunts, ...taunts]))).toMatchObject({ gravity: 'plain' })
  })

  it('of one civil text is at most looked at', () => {
    const text = 'Please vote against the incinerator on Thursday'
    expect(found(text, every(10 * MINUTE, times(12, text)))).toMatchObject({ gravity: 'mild' })
    expect(found(text, every(DAY, times(12, text)))).toBeUndefined()
  })

  it('with a request behind it is never more than looked at', () => {
    const earlier = every(20 * MINUTE, [...times(6, 'you useless cow'), 'My PIP was stopped, can you help me?'])
    expect(found('useless cow', earlier)).toMatchObject({ gravity: 'mild' })
  })

  it('is told from a campaign of many', () => {
    const text = 'Resign now, Hartley, for the good of Ambleford and of all who live in it'
    const flood = every(30 * MINUTE, times(6, text))
    const many = ['@a', '@b', '@c', '@d'].map((handle, n) => before(n * MINUTE, text, handle))
    expect(found(text, [], many)).toBeUndefined()
    expect(found(text, flood.slice(0, 3), many)).toBeUndefined()
  })
})

describe('a frequent critic', () => {
  const who = ['You', 'The government', 'Your party', 'This MP', 'Jo']
  const did = [
    'voted for the bus cuts',
    'said nothing about the bypass',
    'ignored what we told you at the hustings',
    'broke the promise on the library',
    'backed the wrong side on the planning bill',
    'claimed crime is down when it is not',
    'wasted our money on a logo',
    'let the hospital close its night ward',
  ]
  const tail = [
    'and we will remember in May.',
    'which is shameful.',
    'and that is wrong.',
    'and you should resign.',
    'and nobody here believes a word of it.',
    'for the third time this year!',
  ]
  const all = who.flatMap((one) => did.flatMap((two) => tail.map((three) => `${one} ${two} ${three}`)))
  const post = fc.constantFrom(...all)
  const month = fc.array(fc.tuple(post, fc.integer({ min: 0, max: 30 * DAY })), { minLength: 60, maxLength: 60 })

  it('is never to be blocked for sixty civil posts in a month', () => {
    fc.assert(
      fc.property(month, post, (posts, text) => {
        const earlier = sent(posts)
        const finding = found(text, earlier)
        expect(finding?.gravity ?? 'mild').toBe('mild')
      }),
      { numRuns: 25 },
    )
  }, 120_000)

  it('gets nothing proposed for any of these posts, whatever was said in the month before', () => {
    const [sample] = fc.sample(month, { numRuns: 1, seed: 60 })
    const earlier = sent(sample ?? [])
    expect(earlier).toHaveLength(60)
    const met = all.filter((text) => ['propose', 'perform'].includes(decided(text, earlier).outcome))
    expect(met).toEqual([])
  }, 120_000)

  it('gets nothing proposed at any time of any month', () => {
    fc.assert(
      fc.property(month, fc.integer({ min: 1, max: 59 }), (posts, n) => {
        const earlier = sent(posts)
        for (const place of [n, 59]) {
          const { outcome, steps } = decided(earlier[place]?.text ?? '', earlier.slice(0, place))
          expect(['propose', 'perform']).not.toContain(outcome)
          expect(steps.filter(({ action }) => action !== 'redirect')).toEqual([])
        }
      }),
      { numRuns: 15 },
    )
  }, 120_000)

  it('is met as others are once the words are abuse', () => {
    const text = 'You are a fucking cunt.'
    expect(['propose', 'perform']).toContain(decided(text, every(12 * 60 * MINUTE, times(60, all[0] ?? ''))).outcome)
  })
})

describe('commerce', () => {
  test.each([
    'Cheap gutter cleaning and roof repairs, call now 07700 900222',
    'I made £4,000 in my first week with this forex mentor, link in bio',
    'Grow your Instagram: 10k real followers for £20, DM us',
    'Lonely tonight? Hot singles near you, click here https://x.example.net',
    'Firestick loaded with every channel, £40 a year, WhatsApp 07700 900333',
    'Lost your crypto? A recovery expert got mine back, contact @fixhack on Telegram',
    'Dr Moses is a powerful spell caster who brought my husband back, email him today',
    'Work from home and earn £300 a day, no experience needed, apply now www.jobs.example.net',
  ])('is spam: %s', (text) => {
    expect(found(text)).toMatchObject({ concern: 'spam', gravity: 'grave' })
  })

  test.each([
    'The council should pay for gutter cleaning on our estate, call them',
    'My mum lost £4,000 to a crypto scam, please contact her bank',
    'Will you vote to ban betting adverts? Visit our clinic and see why',
    'Cake sale at the village hall, all funds to the hospice, contact Sue',
    'I work from home and the broadband is useless, who do I contact?',
    'Loan sharks are back on the estate, call me',
    'Your followers deserve an answer, contact us',
    'Small shops need cheap loans. Will you sign up to our pledge?',
  ])('is not: %s', (text) => {
    expect(found(text)).toBeUndefined()
  })
})

describe('likeness', () => {
  it('is that of the sets of shingles', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 40 })
    const shingles = (one: string): Set<string> => {
      const plain = one.replaceAll(' ', '')
      return plain.length < 5
        ? new Set(plain)
        : new Set(Array.from({ length: plain.length - 4 }, (_, i) => plain.slice(i, i + 5)))
    }
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [one, other] = [shingles(a), shingles(b)]
        const common = [...one].filter((each) => other.has(each)).length
        const all = one.size + other.size - common
        expect(likeness(a, [b])[0]).toBeCloseTo(all === 0 ? 0 : common / all, 10)
      }),
    )
  })

  it('reads a neighbour once, however many items it stands beside', () => {
    let read = 0
    const length = remember((text) => {
      read++
      return text.length
    }, 2)
    expect(['a', 'bb', 'a', 'bb', 'a'].map(length)).toEqual([1, 2, 1, 2, 1])
    expect(read).toBe(2)
    length('ccc')
    length('a')
    expect(read).toBe(3)
    length('bb')
    expect(read).toBe(4)
  })

  it('of sixty neighbours costs little the second time', () => {
    const others = Array.from({ length: 60 }, (_, n) => `${n} ${'a long reply about buses and bins '.repeat(8)}${n}`)
    likeness('x', others)
    const began = performance.now()
    for (let n = 0; n < 100; n++) likeness(`${n} another reply about buses and trains`, others)
    expect((performance.now() - began) / 100).toBeLessThan(5)
    expect(likeness(others[0] ?? '', others)[0]).toBe(1)
    expect(COPY).toBe(0.5)
  })
})
