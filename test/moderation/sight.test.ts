import { describe, expect, it } from 'vitest'
import { decide } from '../../moderation/decide.ts'
import { POLICIES } from '../../moderation/policy.ts'
import { judgePictures, type Seen, type Sight } from '../../moderation/sight.ts'
import { aFinding, aJudgement, anAuthor, anItem, NOON } from '../builders.ts'

const aSight = (given: Partial<Sight> = {}): Sight => ({
  refused: null,
  hashes: ['0'],
  nudity: { photograph: 0.01, drawing: 0.01 },
  match: null,
  ...given,
})
const aPicture = (given: Partial<Sight> = {}, alt: string | null = 'A bus'): Seen => ({ alt, sight: aSight(given) })
const nude = (photograph: number, drawing = 0.01) => aPicture({ nudity: { photograph, drawing } })

/** What the standard policy makes of it alone, on an account that acts. */
const act = (...pictures: Seen[]) => {
  const policy = POLICIES['standard']
  if (!policy) throw new Error('no standard policy')
  return decide({
    judgement: aJudgement(...judgePictures(pictures, [], false)),
    subject: { item: anItem({ text: '' }), author: anAuthor(), context: { earlier: [], others: [] } },
    policy,
    standing: { warnings: 0, breaches: 0, adjustments: 0, redirectedAt: null, atRiskAt: null },
    mode: 'perform',
    can: () => 'automatic',
    now: NOON,
  })
}

describe('the pictures of an item', () => {
  it.each([
    ['an ordinary one', aPicture(), 'leave'],
    ['one that may be a bathing suit', nude(0.69), 'leave'],
    ['one that may be sexual', nude(0.75), 'review'],
    ['one that is', nude(0.95), 'propose'],
    ['a drawing that is', nude(0.02, 0.93), 'propose'],
    ['one that could not be searched', aPicture({ nudity: null }), 'leave'],
    ['a broken one', aPicture({ refused: 'unreadable', nudity: null, hashes: [] }), 'leave'],
    ['one that was made to hurt', aPicture({ refused: 'too-large', nudity: null, hashes: [] }), 'review'],
    [
      'one that was removed before',
      aPicture({ match: { kind: 'unwanted', title: 'The noose', breach: 'threat', distance: 2 } }),
      'propose',
    ],
    [
      'a frame of one that was removed before',
      aPicture({ match: { kind: 'unwanted', title: 'A GIF', breach: 'threat', distance: 0, part: true } }),
      'review',
    ],
    [
      'a registered work',
      aPicture({ match: { kind: 'ours', title: 'Dawn over Ambleford', holder: 'R. Okafor', distance: 8 } }),
      'propose',
    ],
    [
      'what staff found harmless, whatever else it looks like',
      aPicture({ nudity: { photograph: 0.99, drawing: 0 }, match: { kind: 'never', title: 'A statue', distance: 3 } }),
      'leave',
    ],
  ] as const)('%s', (_, picture, outcome) => {
    expect(act(picture).outcome).toBe(outcome)
  })

  it('are named by number where there are several, and say what they are', () => {
    expect(act(aPicture(), nude(0.95)).reasons).toContain(
      'Picture 2 is a sexual photograph, by the classifier of nudity.',
    )
    const match = { kind: 'ours', title: 'Dawn over Ambleford', holder: 'R. Okafor', distance: 1 } as const
    expect(act(aPicture({ match })).reasons[0]).toContain('the registered work Dawn over Ambleford, of R. Okafor')
    const threat = { kind: 'unwanted', title: 'The noose', breach: 'threat', distance: 7 } as const
    expect(act(aPicture({ match: threat }))).toMatchObject({ escalate: 'police', clauses: ['threat'] })
  })
})

describe('a picture whose violence nobody can tell', () => {
  const look = (pictures: Seen[], others: Parameters<typeof judgePictures>[1], known: boolean): number =>
    judgePictures(pictures, others, known).length
  const faint = [aFinding({ score: 0.2, gravity: 'mild' })]

  it('goes to a person where something else speaks against it', () => {
    expect(look([aPicture({}, null)], faint, false)).toBe(1)
    expect(look([aPicture({}, ' ')], [], true)).toBe(1)
    expect(look([aPicture({}, null)], [], false)).toBe(0)
  })

  it('needs no more where it is described, known to be harmless, or on its way to a person already', () => {
    const statue = aPicture({ match: { kind: 'never', title: 'A statue', distance: 1 } }, null)
    expect(look([aPicture({}, 'The high street')], faint, true)).toBe(0)
    expect(look([statue], faint, true)).toBe(0)
    expect(look([aPicture({}, null)], [aFinding({ score: 0.9 })], true)).toBe(0)
    expect(look([aPicture({}, null)], [aFinding({ concern: 'at-risk', score: 0.2 }), ...faint], true)).toBe(0)
    expect(look([aPicture({}, null)], [aFinding({ concern: 'casework' })], false)).toBe(0)
  })
})
