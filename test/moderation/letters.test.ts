import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressee,
  draftLetter,
  faultsIn,
  LETTER_KINDS,
  type LetterFacts,
  noteOnRecord,
  PUNISHING,
  publishedWords,
} from '../../moderation/letters.ts'
import { BREACHES } from '../../moderation/model.ts'
import { POLICIES, type Policy } from '../../moderation/policy.ts'
import { NOON, OFFICE } from '../builders.ts'

/** Whatever stands in a name or a fact: a draft says what the office promised, and what is open is never sent. */

const policies = Object.values(POLICIES)
const standard = POLICIES['standard'] as Policy
const UNTIL = new Date('2027-02-22T12:00:00Z')

const facts = (more: Partial<LetterFacts> = {}): LetterFacts => ({
  kind: 'warn',
  office: OFFICE,
  timezone: 'Europe/London',
  now: NOON,
  name: 'Ros',
  platform: 'Bluesky',
  wroteAt: NOON,
  policy: standard,
  clause: standard.clauses[0] ?? null,
  breach: 'abuse',
  warnings: 0,
  adjustments: [],
  until: UNTIL,
  contestWorkingDays: 20,
  ...more,
})
const faults = (given: LetterFacts) => faultsIn(draftLetter(given), given)
const text = (more: Partial<LetterFacts> = {}): string => draftLetter(facts(more)).text

const OUTCOMES = {
  'block-review': ['kept', 'lifted'],
  contest: ['upheld', 'overturned'],
} as const

/** One of every letter there is, as the console asks for it. */
const every = LETTER_KINDS.flatMap((kind): Partial<LetterFacts>[] => {
  if (kind === 'adjustment') return [{ kind, clause: null, until: null, agreed: 'large print' }]
  if (kind === 'block-review' || kind === 'contest')
    return OUTCOMES[kind].map((is) => ({
      kind,
      clause: null,
      until: is === 'kept' ? UNTIL : null,
      outcome: { is, why: 'It was a song.' },
    }))
  return [{ kind, until: kind === 'warn' || kind === 'block' ? UNTIL : null }]
})

const strangers = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '{phone}',
    '{name} {clause} {{email}}',
    '[…]',
    '[say what]',
    '</p><script>alert(1)</script>',
    'Jo\u202Egnp.exe',
    'a\nSubject: Yours',
    '$& $1 $`',
    '\u0000\uD800',
    '__proto__',
    'constructor',
  ),
)

describe('a draft', () => {
  it('of every kind, under every office’s every clause, can be sent as it stands', () => {
    for (const policy of policies)
      for (const clause of policy.clauses)
        for (const one of every) {
          const isPunishing = PUNISHING.some((kind) => kind === one.kind)
          const breach = clause.breaches[0] ?? null
          const given = facts({ policy, breach, ...one, clause: isPunishing ? clause : null })
          // What no detector can read only staff can name: the sentence that says what has to change is theirs to write.
          const open = one.kind === 'warn' && breach === null ? [expect.stringContaining('[say in a sentence')] : []
          expect([policy.id, clause.id, one.kind, faults(given)]).toEqual([policy.id, clause.id, one.kind, open])
        }
  })

  it('quotes the rule letter for letter, with the sentence that leads into its list', () => {
    const benn = POLICIES['benn'] as Policy
    const clause = benn.clauses.find(({ id }) => id === 'spam')
    if (!clause) throw new Error('no such clause')
    expect(text({ policy: benn, clause })).toContain(
      'in terms which I believe are: Spam (persistent negative and/or abusive posting in which the aim is to provoke a response)',
    )
  })

  it.each([
    [0, 0, 'we may block'],
    [0, 1, 'warn you once more'],
    [0, 2, 'warn you 2 more times'],
    [1, 1, 'we may block'],
    [3, 0, 'we may block'],
  ])('after %i warnings, with %i adjustments, says what comes next: %s', (warnings, agreed, words) => {
    const adjustments = Array.from({ length: agreed }, (_, n) => `wish ${n}`)
    expect(text({ warnings, adjustments })).toContain(words)
  })

  it('for everybody whose name is unreadable begins politely', () => {
    for (const name of [null, '', '   ', '\u200B\u202E', '\u0000', '👩‍👩‍👧 🇬🇧 👋🏽'])
      expect(text({ name }).startsWith('Hello there,')).toBe(true)
  })

  it('never names who of the office decided, nor repeats what was written', () => {
    for (const { name } of OFFICE.staff)
      for (const one of every) expect(draftLetter(facts(one)).text).not.toContain(name)
  })

  it('asks in words for whatever kind of breach there is', () => {
    for (const breach of BREACHES) expect(text({ breach })).toMatch(/What has to change: please don|please leave/)
  })
})

describe('what leaves', () => {
  it('has nothing unfilled in it, whatever a name or a reason holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...every), strangers, strangers, (one, name, why) => {
        const given = facts({
          ...one,
          name,
          ...(one.outcome ? { outcome: { ...one.outcome, why } } : {}),
          ...(one.agreed === undefined ? {} : { agreed: why }),
        })
        const draft = draftLetter(given)
        const isStaffs = one.outcome !== undefined || one.agreed !== undefined
        // A stranger's name alone can't keep a letter from being sent, nor get anything into it but a name.
        if (!isStaffs) expect(faultsIn(draft, given)).toEqual([])
        if (faultsIn(draft, given).length === 0) {
          expect(draft.text).not.toMatch(/[{}]|\[[^\]\n]*\]/)
          expect(`${draft.subject}${draft.text.replaceAll(/[\n\t]/g, '')}`).not.toMatch(
            /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u,
          )
        }
      }),
      { numRuns: 500 },
    )
  })

  it('keeps a name to one line, however it is written', () => {
    fc.assert(
      fc.property(strangers, (name) => {
        const plain = addressee(name)
        expect(plain).not.toMatch(/[\r\n{}[\]]/)
        expect(Array.from(plain).length).toBeLessThanOrEqual(60)
        expect(plain).not.toMatch(/\p{Cs}/u)
        expect(plain.trim()).toBe(plain)
        expect(text({ name }).split('\n')[0]).toBe(`Hello ${plain},`)
      }),
      { numRuns: 300 },
    )
  })

  it('is stopped by any placeholder or bracket that is put into it, wherever', () => {
    const open = fc.oneof(
      fc.constantFrom('{phone}', '{}', '{any thing}', '[…]', '[…', '[say when]', '{'),
      fc.stringMatching(/^[a-z ]{1,12}$/).map((word) => `{${word}}`),
      fc.stringMatching(/^[a-z ]{1,12}$/).map((word) => `[${word}]`),
    )
    fc.assert(
      fc.property(fc.constantFrom(...every), open, fc.nat(), (one, hole, at) => {
        const given = facts(one)
        const draft = draftLetter(given)
        const place = at % (draft.text.length + 1)
        const spoilt = `${draft.text.slice(0, place)}${hole}${draft.text.slice(place)}`
        expect(faultsIn({ ...draft, text: spoilt }, given).length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  it('may be broken into other lines, and is still taken for what it promises', () => {
    const given = facts()
    const draft = draftLetter(given)
    expect(faultsIn({ ...draft, text: draft.text.replaceAll(' ', '\n') }, given)).toEqual([])
  })

  it.each([
    [
      'the rule',
      'It must quote the published rule',
      (words: string) => words.replace(publishedWords(standard.clauses[0] as never), ''),
    ],
    ['the day', 'It must name the day: 22 February 2027', (words: string) => words.replace('22 February', 'some day')],
    ['the phone', 'It must give the office’s phone', (words: string) => words.replaceAll('01632 960100', '')],
    [
      'the email',
      'It must give the office’s email',
      (words: string) => words.replaceAll('jo.hartley.mp@parliament.example', ''),
    ],
  ])('is stopped without %s', (_, fault, spoil) => {
    const draft = draftLetter(facts())
    const found = faultsIn({ ...draft, text: spoil(draft.text) }, facts())
    expect(found.some((one) => one.startsWith(fault))).toBe(true)
  })

  it('is stopped where the office has no phone, or no rule was named', () => {
    expect(faults(facts({ office: { ...OFFICE, public: { email: 'a@example.org' } } })).join()).toContain('phone')
    expect(faults(facts({ clause: null })).join()).toContain('names no published rule')
  })
})

it('has facts alone on somebody’s record', () => {
  const note = noteOnRecord({
    office: OFFICE,
    timezone: 'Europe/London',
    handle: '@ros\n[x]',
    platform: 'Bluesky',
    what: 'Warned',
    at: NOON,
    clause: standard.clauses[0] ?? null,
    policy: standard,
    until: UNTIL,
    told: null,
  })
  expect(note).toMatch(/^24 November 2026: Warned on Bluesky, account @ros \(x\)\. Rule: “/)
  expect(note).toContain('Not told in writing: no address is known. Counts until 22 February 2027.')
})
