import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { concealed } from '../../moderation/concealed.ts'

const readings = (text: string): string[] => concealed(text).map((hidden) => hidden.text.toLowerCase())

describe('hidden words are read', () => {
  test.each([
    ['turned round whole', '.eciffo ruoy ni toidi na era uoY', 'you are an idiot in your office.'],
    ['turned round word by word', 'uoy era na toidi', 'you are an idiot'],
    ['set apart by single blanks', 'y o u  a r e  a n  i d i o t'.replaceAll('  ', ' '), 'you are an idiot'],
    ['set apart, two blanks between words', 'y o u  a r e  a n  i d i o t', 'you are an idiot'],
    ['set apart by dots', 'y.o.u a.r.e a.n i.d.i.o.t', 'you are an idiot'],
    ['set apart by dots, without blanks', 'y.o.u.a.r.e.a.n.i.d.i.o.t', 'you are an idiot'],
    [
      'set apart in a plain text',
      'well Jo y o u a r e s c u m good day to you',
      'well jo you are scum good day to you',
    ],
    ['run together', 'youareanabsoluteidiot', 'you are an absolute idiot'],
    ['run together with its marks', "You'reanidiot,everybodyhatesyou", "you're an idiot, everybody hates you"],
    ['held together by underscores', 'you_are_an_idiot', 'you are an idiot'],
    ['held together by dots', 'you.are.an.idiot', 'you are an idiot'],
  ])('%s', (_, text, plain) => {
    expect(readings(text)).toContain(plain)
    for (const { span } of concealed(text)) expect(span).toEqual({ start: 0, end: text.length })
  })

  it('in a comment of HTML, which no platform hides', () => {
    expect(concealed('hello <!-- you idiot --> there')).toEqual([{ text: ' you idiot ', span: { start: 6, end: 24 } }])
  })
})

test.each([
  'When will the 42 bus come back?',
  'Thank you for coming to Scunthorpe and Penistone, e.g. the A610. I am a B & B owner, so is my mum',
  'https://www.example.org/you.are.an.idiot-and-so-on see jo.hartley.and.co@example.org',
  'Can you see me at noon? No, Mon was the day',
  'Llongyfarchiadau mawr i chi am ennill, mae hi wedi bod yn dda',
  'Diolch yn fawr iawn am eich help',
  'привет, как дела у вас сегодня',
  'Congratulations!',
  '',
])('nothing is hidden in %j', (text) => {
  expect(concealed(text)).toEqual([])
})

it('never throws, and spans lie inside the text, whatever it is', () => {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('a ', 'uoy ', 'a.', '_', '<!--', '-->', "'", '@', 'you', '  ', '\u202e', '\n'),
  )
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
      for (const { span } of concealed(text)) {
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeGreaterThanOrEqual(span.start)
        expect(span.end).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  '<',
  '&',
  'a ',
  'a',
  '_',
  'a_',
  '1',
  'a.',
  '.',
  ' ',
  '<!--',
  '@',
  'a@',
  'www.',
  'uoy ',
  "'",
  'youare',
  'a  ',
  'a bb ',
])('40 kB of %j takes linear time', (piece) => {
  const text = piece.repeat(40_000 / piece.length)
  const start = performance.now()
  concealed(text)
  // Generous: another process may hold the core. Quadratic time would be minutes.
  expect(performance.now() - start).toBeLessThan(1_000)
})
