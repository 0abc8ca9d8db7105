import { describe, expect, it } from 'vitest'
import { decide, isInCare } from '../../../moderation/decide.ts'
import { POLICIES } from '../../../moderation/policy.ts'
import { type Adviser, consult, mayBeAdvised } from '../../../src/classifiers/index.ts'
import { aFinding, aJudgement, NOON } from '../../builders.ts'
import { hang } from '../stage.ts'
import { aSubject, NEVER } from './stand-in.ts'

const says = (name: string, advise: Adviser['advise']): Adviser => ({ name, sendsTo: null, advise })
const subject = aSubject('You are scum.')
const right = aFinding({ detector: 'right', spans: [{ start: 8, end: 12 }] })

describe('consulting', () => {
  it('asks all side by side, and waits for nobody beyond the deadline', async () => {
    const began = performance.now()
    const slow = says('slow', (_, __, stop) => hang(stop))
    const deaf = says('deaf', () => new Promise(() => {}))
    const broken = says('broken', () => {
      throw new Error('at once')
    })
    const advice = await consult([slow, says('quick', async () => [right]), deaf, broken], subject, [], 150, NEVER)
    expect(performance.now() - began).toBeLessThan(1000)
    expect(advice).toEqual({ findings: [right], unheard: ['slow', 'deaf', 'broken'] })
  })

  it.each<[string, unknown]>([
    ['a concern nobody knows', { ...right, concern: 'approved' }],
    ['more than certainty', { ...right, score: 1.5 }],
    ['no number', { ...right, score: Number.NaN }],
    ['a gravity nobody knows', { ...right, gravity: 'fatal' }],
    ['no reason', { ...right, reason: '' }],
    ['words that are not there', { ...right, spans: [{ start: 8, end: 99 }] }],
    ['a span without words', { ...right, spans: [{ start: 3, end: 3 }] }],
    ['half a character', { ...right, spans: [{ start: 0.5, end: 3 }] }],
    ['a call nobody answers', { ...right, escalate: 'army' }],
    ['a version that no database holds', { ...right, version: 'omni\0' }],
    ['half a character in its words', { ...right, reason: 'It is \ud83d' }],
    ['nothing at all', null],
  ])('takes no finding with %s, and still the others', async (_, wrong) => {
    const adviser = says('odd', async () => [wrong, right] as never)
    expect(await consult([adviser], subject, [], 1000, NEVER)).toEqual({ findings: [right], unheard: [] })
  })

  it('takes no flood of findings, and no answer that is no list', async () => {
    const flood = says('flood', async () => Array.from({ length: 1000 }, () => right))
    const odd = says('odd', async () => ({ findings: [] }) as never)
    const { findings, unheard } = await consult([flood, odd], subject, [], 1000, NEVER)
    expect(findings).toHaveLength(12)
    expect(unheard).toEqual(['odd'])
  })

  it('shows pictures only to whoever looks at them', async () => {
    const shown: number[] = []
    const look = (seesPictures: boolean): Adviser => ({
      ...says('one', async (_, pictures) => {
        shown.push(pictures.length)
        return []
      }),
      seesPictures,
    })
    await consult([look(true), look(false)], subject, [{ bytes: new Uint8Array(1), type: 'image/png' }], 1000, NEVER)
    expect(shown).toEqual([1, 0])
  })

  it('ends at once with the service', async () => {
    const ending = new AbortController()
    const asking = consult([says('slow', (_, __, stop) => hang(stop))], subject, [], 20_000, ending.signal)
    ending.abort()
    await expect(asking).rejects.toThrow('aborted')
  })
})

describe('whoever seemed to be at risk', () => {
  const policy = POLICIES['standard']
  if (!policy) throw new Error('the standard policy is missing')
  const standing = { warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null }
  const can = (): 'automatic' => 'automatic'

  it.each([
    [0, true],
    [29.9, true],
    [30.1, false],
  ])('is cared for as long as the decisions say: %d days after', (days, cared) => {
    const atRiskAt = new Date(NOON.getTime() - days * 86_400_000)
    expect(isInCare(atRiskAt, NOON)).toBe(cared)
    const judgement = aJudgement(right)
    const person = { ...standing, atRiskAt }
    const { reasons } = decide({ judgement, subject, policy, standing: person, mode: 'perform', can, now: NOON })
    expect(reasons.join(' ').includes('seemed to be at risk within the last 30 days')).toBe(cared)
  })

  it('never is not', () => {
    expect(isInCare(undefined, NOON)).toBe(false)
  })

  it('is nobody to ask about, nor is whoever can’t be read', () => {
    expect(mayBeAdvised(aJudgement(right))).toBe(true)
    expect(mayBeAdvised(aJudgement(aFinding({ concern: 'at-risk', score: 0.1, gravity: 'mild' })))).toBe(false)
    expect(mayBeAdvised({ ...aJudgement(right), unread: 'Polish' })).toBe(false)
  })
})
