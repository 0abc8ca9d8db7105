import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { ip } from '../../moderation/detect/ip.ts'
import { containment, wordsOf } from '../../moderation/detect/similar.ts'
import { judge } from '../../moderation/judge.ts'
import type { Author, Finding, Item, Reading, Work } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'

const BRIDGE = [
  'The old bridge at Ambleford has carried carts, cattle and lorries for three hundred years, and it is tired.',
  'Its stones lean towards the water like people listening at a door.',
  'Every winter the river takes a little more of the eastern pier, and every spring the council paints the railings.',
  'I have stood under it with the engineer, who knocked on the arch and asked me to hear how hollow it sounded.',
  'Nobody will close it before an election, he said, and nobody will be able to open it after the next flood.',
] as const
const POEM =
  'Slow heron on the weir at dawn, you fold the morning like a letter, and post it nowhere, and are gone before the light has learnt it better.'

const WORKS: readonly Work[] = [
  { title: 'The Listening Bridge', holder: 'Rose Okafor', text: BRIDGE.join(' ') },
  { title: 'Slow heron', holder: 'D. Penhaligon', text: POEM },
]

function found(text: string, item: Partial<Item> = {}, author: Author | null = anAuthor()): Finding[] {
  const subject = { item: anItem({ text, ...item }), author, context: { earlier: [], others: [] } }
  return judge(subject, { ...OFFICE, works: WORKS }, [ip]).findings
}

/** Two letters change places in every eighth word. */
const misspelt = (text: string): string =>
  text
    .split(' ')
    .map((word, n) => (n % 8 === 5 ? word.replace(/^(.)(.)(.)/, '$2$1$3') : word))
    .join(' ')

describe('a registered text', () => {
  it('is found in its copy, with the copied words, its title and its holder, and is only mild', () => {
    const text = `You should all read what I wrote!! ${BRIDGE.join(' ')}`
    const [finding] = found(text)
    expect(finding).toMatchObject({ concern: 'ip-violation', gravity: 'mild', detector: 'ip', version: ip.version })
    expect(finding?.reason).toMatch(
      /^About \d\d words of it are from the registered work The Listening Bridge, of Rose Okafor, and it doesn't say so/,
    )
    expect(finding?.spans.map(({ start, end }) => text.slice(start, end))).toEqual([BRIDGE.join(' ').slice(0, -1)])
  })

  test.each([
    ['half', BRIDGE.slice(0, 3).join(' ')],
    ['in another order and with slips', misspelt([...BRIDGE].reverse().join(' '))],
    ['in capitals, without its marks', BRIDGE.join(' ').toUpperCase().replaceAll(/[.,]/g, '')],
    ['in look-alike letters', BRIDGE.join(' ').replaceAll('o', 'о').replaceAll('a', 'а')],
    ['with a word of one’s own in every sentence', BRIDGE.map((line) => `Honestly! ${line}`).join(' ')],
    ['as the whole of a short poem', POEM],
    [
      'as a short poem in a long reply',
      `${'My bins were not emptied on Tuesday, nor the week before. '.repeat(6)}${POEM}`,
    ],
  ])('is found when copied %s', (_, text) => {
    expect(found(text)).toHaveLength(1)
  })

  const copy = BRIDGE.join(' ')
  test.each<[string, string, Partial<Item>?, Author?]>([
    ['says who wrote it', `${copy} (by Rose Okafor)`],
    ['says so by the surname', `Okafor, in last week's paper: "${copy}"`],
    ['names it', `From “The Listening Bridge”: ${copy}`],
    ['links to it', `${copy} https://gazette.example/bridge`],
    ['has a link beside it', copy, { links: ['https://gazette.example/bridge'] }],
    ['is the holder’s own', copy, {}, anAuthor({ displayName: 'Rose Okafor ✍️' })],
    ['is from the holder’s own account', copy, {}, anAuthor({ handle: '@rose-okafor.bsky.social' })],
    ['is a short quotation', `"${BRIDGE[1]}" Well, that's how it feels, isn't it. When will somebody mend it at last?`],
    [
      'is a passage in a long text',
      `${copy.slice(0, 170)} ${'My bins were not emptied on Tuesday, nor before. '.repeat(9)}`,
    ],
    [
      'is of the same matter in other words',
      'The bridge at Ambleford is three hundred years old and carries lorries every day. Each winter the river eats more of the pier, and all the council does is paint the railings. The engineer says nobody will close it before an election. When is somebody going to act?',
    ],
    ['is a few words', 'The old bridge at Ambleford has carried carts, cattle and lorries for three hundred years.'],
  ])('is free where the reply %s', (_, text, item, author) => {
    expect(found(text, item, author)).toEqual([])
  })

  it('is not credited by the title that stands in the copy itself', () => {
    expect(found(`${POEM} Lovely, thank you!`)).toHaveLength(1)
    expect(found(`Slow heron. ${POEM}`)).toEqual([])
  })

  it('costs little to look for, however many there are', () => {
    const words = Array.from({ length: 3_000 }, (_, n) => `w${n.toString(36)}x`)
    const works = Array.from({ length: 50 }, (_, work) => ({
      title: `Work ${work}`,
      holder: 'Somebody Else',
      text: Array.from({ length: 3_000 }, (__, n) => words[(n * (2 * work + 1) + work * 7) % words.length]).join(' '),
    }))
    const office = { ...OFFICE, works }
    const texts = Array.from({ length: 200 }, (_, n) => `${n} ${misspelt(BRIDGE.slice(n % 3).join(' ')).slice(0, 300)}`)
    const readings = [copy, ...texts].map(
      (text): Reading => ({
        item: anItem({ text }),
        author: anAuthor(),
        context: { earlier: [], others: [] },
        office,
        normal: normalise(text),
      }),
    )
    const costOf = (some: readonly Reading[]): number => {
      const began = performance.now()
      for (const reading of some) ip.detect(reading)
      return performance.now() - began
    }
    const alone = readings.map((reading) => ({ ...reading, office: OFFICE }))
    costOf(readings.slice(0, 1))
    const costs = Array.from({ length: 9 }, () => (costOf(readings) - costOf(alone)) / readings.length)
    const median = costs.sort((a, b) => a - b)[4] ?? Infinity
    // About .02 on a quiet machine.
    expect(median).toBeLessThan(0.5)
  })

  it('is looked for in whatever anybody writes, without a throw and in time', () => {
    const piece = fc.oneof(
      fc.constantFrom(...BRIDGE, POEM, 'the', "'", '’', '\0', '\u202e', '\ud800', '️‍', 'https://', 'a b c d e'),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 100 }), (pieces, often) => {
        const text = pieces.join(' ').repeat(often).slice(0, 40_000)
        const reading = normalise(text)
        const subject = { item: anItem({ text }), author: anAuthor(), context: { earlier: [], others: [] } }
        const began = performance.now()
        const findings = ip.detect({ ...subject, office: { ...OFFICE, works: WORKS }, normal: reading })
        expect(performance.now() - began).toBeLessThan(500)
        for (const { start, end } of findings.flatMap(({ spans }) => spans)) {
          expect(start).toBeLessThan(end)
          expect(end).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('containment', () => {
  it('tells what was copied from where, in any order', () => {
    const find = containment([wordsOf(BRIDGE.join(' ')), wordsOf(POEM)])
    const own = 'so I say to you'
    const text = wordsOf(`${BRIDGE[4]} ${own} ${POEM}`)
    const line = wordsOf(BRIDGE[4]).length
    expect([...find(text)]).toEqual([
      [0, [{ from: 0, to: line }]],
      [1, [{ from: line + 5, to: text.length }]],
    ])
    expect([...find(wordsOf('at the end of the day'))]).toEqual([])
    expect([...find([])]).toEqual([])
  })
})
