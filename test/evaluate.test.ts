import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { POLICIES, Policy } from '../moderation/policy.ts'
import { type Judged, readOffice } from '../src/commands/judge.ts'
import { ConfigError } from '../src/config.ts'
import { disguisedFigures, disguisedReport, isPlainEnglish } from './evaluate/disguised.ts'
import { CHAT, DISGUISES } from './evaluate/disguises.ts'
import { evaluate } from './evaluate/evaluate.ts'
import { figuresOf, type Scored } from './evaluate/figures.ts'
import { readSuite } from './evaluate/labels.ts'
import { reportOf, said } from './evaluate/report.ts'
import { interval, share } from './evaluate/share.ts'

/** A measure that flatters is worse than none: what it counts is worked out here by hand. */

const STANDARD = Policy.parse(POLICIES['standard'])
const DEV = path.resolve(import.meta.dirname, 'cases/dev.jsonl')
const OFFICE = path.resolve(import.meta.dirname, 'cases/office.json')
const folder = mkdtempSync(path.join(tmpdir(), 'serjeant-evaluate-'))
afterAll(() => rmSync(folder, { recursive: true }))

let n = 0
type Label = Partial<Omit<Scored['label'], 'expect'>> & { expect?: Partial<Scored['label']['expect']> }

/** Violates nothing, and nothing came of it, unless said otherwise. */
function aCase(label: Label, came: Partial<Judged> = {}): Scored {
  const { expect: wanted = {}, ...rest } = label
  const id = `case-${++n}`
  const nothing = { clauses: [], escalate: null, casework: false, act: 'none' as const }
  const unsaid = { outcome: 'leave' as const, atRisk: false, reasons: [] }
  const violates = (wanted.clauses ?? []).length > 0
  return {
    label: {
      id,
      kind: 'ordinary',
      difficulty: 'plain',
      text: 'words',
      ...rest,
      expect: { ...nothing, violates, ...wanted },
    },
    answer: { id, ...unsaid, scores: { abuse: 0, hate: 0, threat: 0 }, findings: [], ...nothing, ...came },
  }
}

const figures = (...cases: Scored[]) => figuresOf(cases, STANDARD)
const ABUSE = { kind: 'abuse', expect: { clauses: ['abuse' as const], act: 'hide' as const } }
const FOUND = { clauses: ['abuse'], act: 'hide' as const }

describe('an interval', () => {
  it.each([
    [0, 97, 0, 0.0381],
    [5, 97, 0.0222, 0.115],
    [104, 117, 0.8192, 0.9341],
    [9, 9, 0.7009, 1],
  ])('of %i in %i is Wilson’s', (some, of, low, high) => {
    const [from, to] = interval({ n: some, of })
    expect(from).toBeCloseTo(low, 3)
    expect(to).toBeCloseTo(high, 3)
  })

  it('of nothing says nothing', () => {
    expect(interval({ n: 0, of: 0 })).toEqual([0, 1])
    expect(said(share([], () => true))).toBe('none to count')
  })
})

describe('figures', () => {
  it('count a breach as found where a clause is named, and apart from that where it is acted on', () => {
    const review = { clauses: ['abuse'], act: 'review' as const }
    const { all } = figures(aCase(ABUSE, FOUND), aCase(ABUSE, review), aCase(ABUSE), aCase({}), aCase({}, review))
    expect(all).toEqual({
      found: { recall: { n: 2, of: 3 }, falseAlarms: { n: 1, of: 2 } },
      actedOn: { recall: { n: 1, of: 3 }, falseAlarms: { n: 0, of: 2 } },
    })
  })

  it('leave out the doubtful in a second line, and split by kind and difficulty', () => {
    const result = figures(
      aCase({ ...ABUSE, doubt: 'banter' }),
      aCase({ ...ABUSE, difficulty: 'implicit' }, FOUND),
      aCase({ kind: 'criticism' }, FOUND),
    )
    expect(result.all.found.recall).toEqual({ n: 1, of: 2 })
    expect(result.withoutDoubt.found.recall).toEqual({ n: 1, of: 1 })
    expect(result.byKind.map(({ name, found }) => [name, found.recall, found.falseAlarms])).toEqual([
      ['abuse', { n: 1, of: 2 }, { n: 0, of: 0 }],
      ['criticism', { n: 0, of: 0 }, { n: 1, of: 1 }],
    ])
    expect(result.byDifficulty.map(({ name }) => name)).toEqual(['plain', 'implicit'])
  })

  it('take the first clause named, and know an office’s own clauses by what they forbid', () => {
    const both = { kind: 'threat', expect: { clauses: ['abuse' as const, 'threat' as const], act: 'block' as const } }
    const cases = [
      aCase(both, { clauses: ['abuse'], act: 'block' }),
      aCase(both, { clauses: ['threat', 'abuse'], act: 'block' }),
      aCase(both, { clauses: ['spam', 'abuse'], act: 'block' }),
      aCase(both),
    ]
    expect(figures(...cases).clause).toEqual({ anyOfThem: { n: 2, of: 3 }, theFirst: { n: 1, of: 3 } })
    const dhesi = Policy.parse(POLICIES['dhesi'])
    expect(figuresOf([aCase(ABUSE, { clauses: ['violence-or-abuse'] })], dhesi).clause.theFirst).toEqual({
      n: 1,
      of: 1,
    })
  })

  it('weigh acts both ways', () => {
    const { act } = figures(
      aCase(ABUSE, { act: 'block' }),
      aCase(ABUSE, { act: 'review' }),
      aCase({}, { act: 'review' }),
    )
    expect(act).toEqual({
      tooMuch: { n: 2, of: 3 },
      tooMuchOnLawful: { n: 1, of: 1 },
      tooLittle: { n: 1, of: 3 },
    })
  })

  it('count threats that reach the police, people at risk who reach anybody, and calls in vain', () => {
    const threat = { kind: 'threat', expect: { clauses: ['threat' as const], escalate: 'police' as const } }
    const { escalation } = figures(
      aCase(threat, { escalate: 'police' }),
      aCase(threat, { escalate: 'safeguarding' }),
      aCase({ kind: 'risk-child', expect: { escalate: 'safeguarding' } }, { escalate: 'police' }),
      aCase({ kind: 'casework', expect: { escalate: 'safeguarding' } }),
      aCase({}, { escalate: 'police' }),
    )
    expect(escalation).toEqual({
      threatsToPolice: { n: 1, of: 2 },
      atRiskToAnybody: { n: 1, of: 2 },
      toNobodysUse: { n: 1, of: 1 },
    })
  })

  it('count a family only if all of it is right, and no case by itself', () => {
    const twins = [aCase({ ...ABUSE, family: 'a' }, FOUND), aCase({ family: 'a' })]
    const torn = [aCase({ ...ABUSE, family: 'b' }, FOUND), aCase({ family: 'b' }, FOUND)]
    expect(figures(...twins, ...torn, aCase({ family: 'c' }), aCase({}), aCase({})).pairs).toEqual({ n: 1, of: 2 })
  })

  it('name what may never happen, loudly and first', () => {
    const risk = aCase({ kind: 'risk-self-harm' }, FOUND)
    const called = aCase({ kind: 'casework', expect: { escalate: 'safeguarding' } }, FOUND)
    const blocked = aCase({}, { clauses: ['abuse'], act: 'block' })
    const earned = aCase({ ...ABUSE, expect: { ...ABUSE.expect, escalate: 'safeguarding' } }, FOUND)
    const result = figures(aCase(ABUSE), blocked, risk, called, earned)
    expect(result.never).toEqual({
      againstPeopleAtRisk: [risk.label.id, called.label.id],
      blocksOfLawful: [blocked.label.id],
    })
    const ids = [risk, called, blocked].map(({ label }) => label.id)
    expect(result.errors.slice(0, 3).map(({ id }) => id)).toEqual(ids)
    const report = reportOf(result, false).join('\n')
    expect(report).toContain(`2 HIDDEN OR BLOCKED THOUGH SOMEBODY IS AT RISK: ${risk.label.id}, ${called.label.id}`)
    expect(report).toContain(`1 BLOCKED THOUGH NOTHING IS VIOLATED: ${blocked.label.id}`)
  })
})

async function run(...argv: string[]) {
  const printed: string[] = []
  const told = new PassThrough({ encoding: 'utf8' })
  const code = await evaluate([...argv, '--office', OFFICE], (line) => printed.push(line), told)
  const text = printed.join('\n')
  return { code, text, said: String(told.read() ?? '') }
}

const file = (name: string, ...lines: (object | string)[]): string => {
  const at = path.join(folder, name)
  writeFileSync(at, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return at
}

const Json = z.record(
  z.string(),
  z.object({
    cases: z.number(),
    never: z.record(z.string(), z.array(z.string())),
    errors: z.array(z.object({ id: z.string(), text: z.string().optional() })),
  }),
)

describe('the program', () => {
  it('judges every case of the project, breaks no absolute, and keeps the texts to itself', async () => {
    const { code, text, said: progress } = await run(DEV, '--json')
    const result = Json.parse(JSON.parse(text))[DEV]
    expect(code).toBe(0)
    expect(progress).toBe('')
    expect(result).toMatchObject({ cases: 290, never: { againstPeopleAtRisk: [], blocksOfLawful: [] } })
    const known = readFileSync(DEV, 'utf8')
    expect(result?.errors.every(({ id, text: words }) => known.includes(`"id": "${id}"`) && words === undefined)).toBe(
      true,
    )
  })

  it('fails where a block is proposed for what its label calls lawful', async () => {
    const expected = { violates: false, clauses: [], escalate: null, casework: false, act: 'none' }
    const line = { id: 'mislabelled', text: 'I am going to kill you tonight, you have been warned', kind: 'ordinary' }
    const at = file('lawful.jsonl', { ...line, difficulty: 'plain', expect: expected })
    const { code, text } = await run(at)
    expect(code).toBe(1)
    expect(text).toContain('1 BLOCKED THOUGH NOTHING IS VIOLATED: mislabelled')
    expect(text).not.toContain(line.text)
    expect((await run(at, '--texts')).text).toContain(line.text)
  })

  it('reads tables by group', async () => {
    const lines = [
      '# a remark',
      'ok_critic\t0\t-\tResign.',
      'threat\t1\tthreat\tI will kill you tonight',
      'insult\t1\tabuse\tHello',
    ]
    const { code, text } = await run(file('table.tsv', ...lines))
    expect(code).toBe(0)
    expect(text).toMatch(/violating +50\.0% \(1 of 2;.*\n +lawful +0\.0% \(0 of 1;/)
    expect(text).toMatch(/ {2}threat +100\.0% \(1 of 1;/)
  })

  it('reads corpora by label, and takes what is missing for unknown', async () => {
    const lines = [
      { text: 'I will kill you tonight', y: { abuse: 1, threat: 1 } },
      { text: 'Thank you', y: { abuse: 0 } },
      { text: 'Good morning', y: { abuse: 1 } },
    ]
    const { text } = await run(file('corpus.jsonl', ...lines), '--json')
    expect(Object.values(JSON.parse(text) as object)).toEqual([
      {
        'abuse: 1': { flagged: { n: 1, of: 2 }, actedOn: { n: 1, of: 2 } },
        'abuse: 0': { flagged: { n: 0, of: 1 }, actedOn: { n: 0, of: 1 } },
        'threat: 1': { flagged: { n: 1, of: 1 }, actedOn: { n: 1, of: 1 } },
      },
    ])
  })

  it('passes over a table that is not there and says so, and refuses other files that are not', async () => {
    const gone = path.join(folder, 'gone')
    const { code, said: notice } = await run(`${gone}.tsv`)
    expect([code, notice]).toEqual([0, `${gone}.tsv is not there, so it is passed over.\n`])
    await expect(run(`${gone}.jsonl`)).rejects.toThrow(new ConfigError(`${gone}.jsonl is not there.`))
  })

  it.each([
    ['a broken line', ['{ swordfish'], /bad\.jsonl, line 1 is not JSON\.$/],
    ['a case without its label', [{ id: 'a', text: 'swordfish' }], /line 1: kind is missing; .*expect is missing/],
    ['nothing', [''], /bad\.jsonl is empty\.$/],
  ])('refuses %s with its place, and without its words', async (_, lines, sentence) => {
    const refused = run(file('bad.jsonl', ...lines))
    await expect(refused).rejects.toThrow(sentence)
    await expect(refused).rejects.not.toThrow('swordfish')
  })

  it('says how it is called', async () => {
    await expect(run()).rejects.toThrow('npm run evaluate -- FILE.jsonl')
    await expect(run(DEV, '--txets')).rejects.toThrow('npm run evaluate -- FILE.jsonl')
  })
})

const SAMPLE = 'You utter Waste of space, Jo 🙃!\nNobody in Ambleford wants you; ring 01632 960123.'
const without = (pattern: RegExp) => (text: string) => text.replace(pattern, '')
const asItIs = (text: string): string => text
const backwards = (text: string): string => text.replace(/.+/g, (line) => Array.from(line).reverse().join(''))
const unescaped = (text: string): string =>
  text.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
const textInJson = (json: string): string => z.object({ text: z.string() }).parse(JSON.parse(json)).text
/** What letters stand where, whichever they are. */
const shape = (text: string): string => text.replace(/\p{L}/gu, 'x')
const shapeOfLeet = (text: string): string => text.replace(/[a-z4310$57@!+]/gi, 'x')

/** How each disguise is taken off again, and what of the plain text is there then. */
const TAKEN_OFF: [names: RegExp, off: (text: string) => string, left?: (text: string) => string][] = [
  [/^homoglyphs: (mathematical .*|fullwidth|circled)$/, (text) => text.normalize('NFKC')],
  [/^homoglyphs: (Cyrillic.*|Greek|Armenian|Cherokee|small capitals)$/, shape, shape],
  [/^leet/, shapeOfLeet, shapeOfLeet],
  [/^zero-width/, without(/[\p{Cf}]/gu)],
  [/^spaced/, without(/[\s.-]/g), without(/[\s.-]/g)],
  [/^reversed: plain/, backwards],
  [/^reversed: by RLO/, (text) => backwards(text.replace(/^\u202e(.*)\u202c$/gm, '$1'))],
  [/^emoji/, without(/[\s\p{Emoji_Presentation}]/gu), without(/[\s\p{Emoji_Presentation}]/gu)],
  [/^chat: before/, (text) => text.slice(CHAT + 1)],
  [/^chat: after/, (text) => text.slice(0, -(CHAT + 1))],
  [/^chat: around/, (text) => text.slice(CHAT / 2 + 1, -(CHAT / 2 + 1))],
  [/^NUL/, (text) => text.replaceAll('\0', '')],
  [/^lone surrogates/, without(/\p{Cs}/gu)],
  [/^HTML/, unescaped],
  [/^injection: before/, (text) => text.replace(/^Ignore .*?}\. /, '')],
  [/^injection: after/, (text) => text.replace(/ \[SYSTEM: .*$/, '')],
  [/^injection: in JSON/, textInJson],
]

describe('a disguise', () => {
  it.each(DISGUISES)('$name hides the words and loses none of them', ({ name, put }) => {
    const ways = TAKEN_OFF.filter(([names]) => names.test(name))
    expect(ways).toHaveLength(1)
    for (const [, off, left = asItIs] of ways) expect(off(put(SAMPLE))).toBe(left(SAMPLE))
    expect(put(SAMPLE)).not.toBe(SAMPLE)
    expect(put(SAMPLE)).toBe(put(SAMPLE))
  })

  it('has a name of its own', () => {
    expect(new Set(DISGUISES.map(({ name }) => name)).size).toBe(DISGUISES.length)
  })

  it.each([
    ['homoglyphs: Cyrillic', 'scope', 'ѕсоре'],
    ['homoglyphs: Cyrillic, half', 'scope', 'ѕcоpе'],
    ['homoglyphs: fullwidth', 'Go 1!', 'Ｇｏ １！'],
    ['leet: full', 'You waste', 'Y0u w4573'],
    ['leet: half', 'You waste', 'Y0u wa5t3'],
    ['spaced: one blank', 'go home', 'g o h o m e'],
    ['spaced: two blanks between words', 'go home', 'g o  h o m e'],
    ['spaced: dots', 'go home', 'g.o h.o.m.e'],
    ['reversed: plain', 'go home 👍🏽', '👍🏽 emoh og'],
    ['emoji: between letters', 'go on', 'g🔥o o🔥n'],
    ['lone surrogates', 'go I', 'g\ud800o I\ud800'],
    ['HTML: inside words', 'go home', 'g<b></b>o ho<b></b>me'],
  ])('%s makes of %s: %s', (name, plain, worn) => {
    expect(DISGUISES.find((one) => one.name === name)?.put(plain)).toBe(worn)
  })
})

describe('disguised', () => {
  const setting = { policy: STANDARD, office: readOffice(OFFICE), error: new PassThrough() }
  const row = (label: Label, text: string) => {
    const { label: full } = aCase({ ...label, text })
    return { label: full, line: JSON.stringify({ id: full.id, text }) }
  }

  it('counts what is lost of the breaches found, and what is accused of the lawful', async () => {
    const lost = row(ABUSE, 'You are a worthless cunt')
    const kept = row(ABUSE, 'You stupid fucking cunt')
    const accused = row({}, 'I like the daffodils by the lake')
    const rows = [
      lost,
      kept,
      accused,
      row(ABUSE, 'Good morning to all'),
      row({}, 'Thank you for this'),
      row({ ...ABUSE, lang: 'cy' }, 'You are a worthless cunt'),
      row({ ...ABUSE, difficulty: 'obfuscated' }, 'You are a worthless cunt'),
      row(ABUSE, 'You cunt'),
    ]
    const swap = {
      'You are a worthless cunt': 'Hello to you',
      'I like the daffodils by the lake': 'You worthless cunt',
    }
    const put = (text: string) => new Map(Object.entries(swap)).get(text) ?? text
    const result = await disguisedFigures(rows, setting, [
      { name: 'swapped', put },
      { name: 'none', put: asItIs },
    ])
    expect(result).toMatchObject({
      breaches: { n: 2, of: 3 },
      lawful: { n: 2, of: 2 },
      forms: [
        {
          name: 'swapped',
          found: { n: 1, of: 2 },
          isEnough: false,
          flagged: { n: 1, of: 2 },
          lost: [lost.label.id],
          accused: [accused.label.id],
        },
        { name: 'none', found: { n: 2, of: 2 }, isEnough: true, flagged: { n: 0, of: 2 }, lost: [], accused: [] },
      ],
    })
    const report = disguisedReport(result).join('\n')
    expect(report).toMatch(/swapped +50\.0% \(1 of 2; .*\) +50\.0% \(1 of 2; .*\) +✗ under 90%\n/)
    expect(report).toMatch(/none +100\.0% \(2 of 2; .*\) +0\.0% \(0 of 2; [^✗]*\n/)
    expect(report).toContain('1 of 2 disguises are found under 90%')
  })

  it('finds nine in ten of twenty breaches through look-alike letters, zero-width characters and NUL', async () => {
    const suite = await readSuite(DEV)
    if (suite.is !== 'cases') throw new Error('dev.jsonl holds no cases')
    const plain = suite.rows.filter(({ label }) => label.expect.violates && isPlainEnglish(label))
    const cheap = ['homoglyphs: Cyrillic', 'zero-width: spaces', 'NUL: between letters']
    const worn = DISGUISES.filter(({ name }) => cheap.includes(name))
    const { breaches, forms } = await disguisedFigures(plain.slice(0, 20), setting, worn)
    expect(breaches.n).toBeGreaterThanOrEqual(15)
    expect(forms.map(({ name, isEnough }) => [name, isEnough])).toEqual(cheap.map((name) => [name, true]))
  })

  it('is printed for cases without their words, and refused of anything else', async () => {
    const expected = { violates: true, clauses: ['abuse'], escalate: null, casework: false, act: 'hide' }
    const line = { id: 'one', text: 'You are a worthless cunt', kind: 'abuse', difficulty: 'plain', expect: expected }
    const at = file('worn.jsonl', line)
    const first = await run(at, '--disguised')
    expect(first.code).toBe(0)
    expect(first.said).toBe('')
    expect(first.text).toMatch(/NUL: between letters +100\.0% \(1 of 1; .*\) +none to count\n/)
    expect(first.text).not.toContain('worthless')
    const { text } = await run(at, '--disguised', '--json')
    expect(JSON.parse(text)).toMatchObject({ [at]: { breaches: { n: 1, of: 1 }, lawful: { n: 0, of: 0 } } })
    const table = file('worn.tsv', 'insult\t1\tabuse\tHello')
    await expect(run(table, '--disguised')).rejects.toThrow(
      new ConfigError(`${table} does not hold cases, which --disguised needs.`),
    )
  })
})
