import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type DetailKind, detailsIn, publishedBy, tokenOf } from '../../moderation/details.ts'
import { RULES } from '../../moderation/detect/index.ts'
import { judge } from '../../moderation/judge.ts'
import type { Finding, OfficeFacts } from '../../moderation/model.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'

/** Is the value, written as in `text`, found in it? */
const finds = (kind: DetailKind, value: string, text: string): boolean => {
  const token = tokenOf(kind, value)
  expect(token).not.toBeNull()
  return detailsIn(text).some((detail) => detail.token === token)
}

const PHONE = '07700 900123'

describe('telephone numbers', () => {
  test.each([
    '07700900123',
    '07700-900-123',
    '+44 7700 900123',
    '+44 (0)7700 900 123',
    '0044 7700 900123',
    '447700900123',
    '(07700) 900123',
    '0 7 7 0 0 9 0 0 1 2 3',
    '0.7.7.0.0.9.0.0.1.2.3',
    'O77OO 9OO l23',
    'oh seven seven double oh nine hundred one two three',
    'zero double seven zero zero nine zero zero twelve three',
    '０７７００９００１２３',
    '0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣',
    'seven seven zero zero nine zero zero one two three',
    '07700\u200b900\u200b123',
    '07700\n900123',
    'case 12 07700 900123',
  ])('are found as %j', (written) => {
    expect(finds('phone', PHONE, `ring her on ${written} tonight`)).toBe(true)
  })

  it('are no other number', () => {
    expect(finds('phone', PHONE, 'ring 07700 900124, order 4070012345')).toBe(false)
  })

  it('are found in any grouping with any separators', () => {
    const separator = fc.constantFrom('', ' ', '-', '.', '  ', '/', ' - ')
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000_000, max: 7_999_999_999 }),
        fc.constantFrom('0', '+44', '+44 (0)', '0044 '),
        fc.array(separator, { minLength: 9, maxLength: 9 }),
        (number, prefix, separators) => {
          const written = `${prefix}${Array.from(String(number), (digit, n) => digit + (separators[n] ?? '')).join('')}`
          expect(finds('phone', `0${number}`, `x: ${written}.`)).toBe(true)
        },
      ),
    )
  })
})

describe('other details', () => {
  test.each<[DetailKind, string, string]>([
    ['postcode', 'AM1 2AB', 'they live at am12ab lol'],
    ['postcode', 'AM1 2AB', 'A M 1 2 A B'],
    ['postcode', 'EC1A 1BB', 'ec1a-1bb'],
    ['postcode', 'AM10 2AB', 'AM1O 2AB'],
    ['plate', 'AB12 CDE', 'look for ab12cde'],
    ['plate', 'AB12 CDE', 'A B 1 2 C D E'],
    ['plate', 'AB10 CDE', 'ABIO CDE'],
    ['plate', 'P123 ABC', 'red mini p123abc'],
    ['email', 'sam.h@example.com', 'mail SAM.H@Example.com now'],
    ['email', 'sam.h@example.com', 'sam dot h at example dot com'],
    ['email', 'sam.h@example.com', 'it is sam.h [at] example [dot] com'],
    ['email', 'sam.h@gmail.com', 'samh+spam@googlemail.com'],
    ['handle', '@poppy_h', 'her insta is poppy_h'],
    ['handle', 'poppy_h', 'https://www.instagram.com/poppy_h/'],
    ['handle', 'https://tiktok.com/@poppy_h', 'follow @Poppy_H'],
    ['address', '12 Acacia Avenue, Ambleford AM1 2AB', 'she lives at number 12, acacia ave'],
    ['address', '12a Acacia Rd', '12A Acacia Road'],
    ['address', 'Flat 3, 12 St Mary’s Close', '12 St Marys Cl'],
    ['address', '12 Kingsway, Ambleford', 'knock on 12 kingsway'],
    ['address', 'Rose Cottage, Mill Lane, Ambleford', "it's rose cottage on the left, I mean Rose Cottage, Mill Ln"],
    ['address', '12 Acacia Avenue', 'number twelve Acacia Avenue'],
    ['name', 'Sam Hartley', 'ask Ѕаm H@rtley about it'],
    ['name', 'Sam Hartley', "Sam Hartley's car"],
    ['name', 'Poppy', 'and her daughter Poppy too'],
  ])('%s %s is found in %j', (kind, value, text) => {
    expect(finds(kind, value, text)).toBe(true)
  })

  test.each<[DetailKind, string, string]>([
    ['name', 'Poppy', 'The poppy appeal is in November, buy a poppy'],
    ['address', '12 Acacia Avenue', 'The potholes on Acacia Avenue: 12 of them'],
    ['postcode', 'AM1 2AB', 'AM1 2AC'],
    ['email', 'sam.h@example.com', 'sam at the example office'],
  ])('%s %s is not found in %j', (kind, value, text) => {
    expect(finds(kind, value, text)).toBe(false)
  })

  test.each<[DetailKind, string]>([
    ['phone', '12345'],
    ['postcode', 'Ambleford'],
    ['plate', 'A 1'],
    ['email', 'sam'],
    ['address', 'Acacia Avenue'],
    ['name', ''],
    ['name', 'one of a great many'],
    ['handle', 'a b'],
  ])('a %s that is none is refused: %j', (kind, value) => {
    expect(tokenOf(kind, value)).toBeNull()
  })

  it('are what they stand in the text as', () => {
    const text = 'Call 0️⃣7700 900123 now'
    const [phone] = detailsIn(text).filter(({ kind }) => kind === 'phone')
    expect(text.slice(phone?.start, phone?.end)).toBe('0️⃣7700 900123')
  })

  it('have places inside whatever text they are looked for in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { start, end } of detailsIn(text)) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(text.length)
        }
      }),
    )
  })

  test.each(['0 ', '07', 'a1 ', 'at dot ', '@', 'son x ', '12 a ', '((', 'double ', 'o', 'rose cottage ', 'hundred '])(
    'of 40,000 characters of %j cost little',
    (piece) => {
      const text = piece.repeat(40_000 / piece.length)
      const began = performance.now()
      detailsIn(text)
      expect(performance.now() - began).toBeLessThan(1_000)
    },
  )
})

describe('a row of numbers', () => {
  it('is no address and no name, of which a hostile text would hold thousands to be hashed', () => {
    const kinds = detailsIn(Array.from({ length: 2000 }, (_, n) => `${10 + (n % 90)}`).join(' ')).map(
      ({ kind }) => kind,
    )
    expect(kinds).not.toContain('address')
    expect(kinds).not.toContain('name')
  })
})

describe('the protected register', () => {
  const kept = new Set<string>()
  const office: OfficeFacts = { ...OFFICE, protected: { has: (token) => kept.has(token) } }
  const keep = (kind: DetailKind, value: string): void => {
    kept.add(tokenOf(kind, value) ?? '')
  }
  keep('phone', PHONE)
  keep('phone', '01632 960100')
  keep('email', 'jo.hartley.mp@parliament.example')
  keep('postcode', 'AM1 2AB')
  keep('address', '12 Acacia Avenue')
  keep('name', 'Sam Hartley')
  const found = (text: string): Finding[] =>
    judge(
      { item: anItem({ text }), author: anAuthor(), context: { earlier: [], others: [] } },
      office,
      RULES,
    ).findings.filter(({ detector }) => detector === 'private-details')

  it('is heard without any word of harassment, and the value is not repeated', () => {
    const [finding] = found('oh seven seven double oh nine double oh one two three 😉')
    expect(finding).toMatchObject({ concern: 'harassment', gravity: 'grave', escalate: 'police' })
    expect(finding?.reason).toBe("A telephone number from the office's protected register stands in it.")
  })

  it('never holds what the office itself publishes', () => {
    expect(found('Ring 01632 960100 or write to jo.hartley.mp@parliament.example')).toEqual([])
    expect([...publishedBy(office)]).toContain('phone:1632960100')
  })

  it('is a matter of what stands together', () => {
    expect(found('All the best to Sam Hartley')).toMatchObject([{ gravity: 'mild' }])
    expect(found('All the best to Sam Hartley')[0]).not.toHaveProperty('escalate')
    expect(found('Sam Hartley, 12 Acacia Avenue').every(({ gravity }) => gravity === 'grave')).toBe(true)
    expect(found('My bins in AM1 2AB have not been collected, can you help?')).toMatchObject([{ gravity: 'mild' }])
    expect(found('AM1 2AB lads')).toMatchObject([{ gravity: 'grave', escalate: 'police' }])
  })

  it('is asked nothing where the office keeps none', () => {
    expect(
      judge({ item: anItem({ text: PHONE }), author: null, context: { earlier: [], others: [] } }, OFFICE, RULES)
        .findings,
    ).toEqual([])
  })
})
