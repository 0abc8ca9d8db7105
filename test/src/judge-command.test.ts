import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import type { Finding, Judgement, OfficeFacts, Subject } from '../../moderation/model.ts'
import { POLICIES, Policy } from '../../moderation/policy.ts'
import { type JudgeParts, judgeLines, readOffice } from '../../src/commands/judge.ts'
import { ConfigError } from '../../src/config.ts'
import { aFinding, OFFICE } from '../builders.ts'

const STANDARD = Policy.parse(POLICIES['standard'])

/** A judge that finds what a test wants, and remembers what it was shown. */
function judgeThatFinds(...findings: Finding[]) {
  const shown: Subject[] = []
  const judge = (subject: Subject): Judgement => {
    shown.push(subject)
    return { findings, scores: { abuse: 0.9, hate: 0, threat: 0 } }
  }
  return { judge, shown }
}

type Parts = Partial<Omit<JudgeParts, 'input'>> & { terminal?: true }

async function run(input: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>, given: Parts = {}) {
  const out = new PassThrough({ encoding: 'utf8' })
  const told = new PassThrough({ encoding: 'utf8' })
  const { terminal, ...parts } = given
  const code = judgeLines({
    policy: STANDARD,
    office: OFFICE,
    input: Readable.from(input, { objectMode: true }),
    output: out,
    error: Object.assign(told, terminal && { isTTY: true }),
    ...parts,
  }).finally(() => {
    out.end()
    told.end()
  })
  const [text, said] = await Promise.all([wholeOf(out), wholeOf(told)])
  const answers = text
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line))
  return { code: await code, answers, text, said }
}

async function wholeOf(stream: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}

const line = (given: object): string => `${JSON.stringify({ id: 'a', text: 'Hello', ...given })}\n`

const each = (name: string, answers: unknown[]): unknown[] => answers.map((answer) => Reflect.get(Object(answer), name))

describe('a line', () => {
  it('is answered with what the office would be asked to agree to', async () => {
    const reason = 'An obscene word is aimed at a person.'
    const { judge } = judgeThatFinds(aFinding({ spans: [{ start: 0, end: 5 }] }), aFinding({ concern: 'casework' }))
    const { answers, code } = await run([line({})], { judge })
    expect(code).toBe(0)
    expect(answers).toEqual([
      {
        id: 'a',
        outcome: 'review',
        act: 'review',
        clauses: ['abuse'],
        escalate: null,
        casework: true,
        atRisk: false,
        reasons: expect.arrayContaining([reason]),
        scores: { abuse: 0.9, hate: 0, threat: 0 },
        findings: [
          { clause: 'abuse', score: 0.95, detector: 'abuse', reason, spans: [{ start: 0, end: 5 }] },
          { clause: 'casework', score: 0.95, detector: 'abuse', reason, spans: [] },
        ],
      },
    ])
  })

  it('may cost a block though it names no author', async () => {
    const { judge } = judgeThatFinds(aFinding({ gravity: 'grave' }))
    expect((await run([line({})], { judge })).answers).toMatchObject([{ act: 'block', clauses: ['abuse'] }])
  })

  it('is put under the clauses of the office, and under plain names where it has none', async () => {
    const found = ['abuse', 'deception', 'at-risk'] as const
    const { judge } = judgeThatFinds(...found.map((concern) => aFinding({ concern })))
    const { answers } = await run([line({})], { judge, policy: Policy.parse(POLICIES['dhesi']) })
    expect(answers).toMatchObject([
      {
        act: 'none',
        escalate: 'safeguarding',
        findings: [{ clause: 'violence-or-abuse' }, { clause: 'deception' }, { clause: 'at-risk' }],
      },
    ])
  })

  it('is shown to the judge with everything it says', async () => {
    const { judge, shown } = judgeThatFinds()
    const author = {
      handle: '@sam',
      displayName: 'Sam',
      createdDaysAgo: 2,
      followers: 3,
      hasAvatar: false,
      mood: 'good',
    }
    await run(
      [
        line({
          channel: 'dm-x',
          lang: 'cy',
          context: {
            post: 'Buses',
            earlier: [{ minutes: -30, text: 'Hi' }],
            others: [{ minutes: -5, text: 'Yo', handle: '@o' }],
          },
          author,
          links: ['https://example.org'],
          image: 'a bus',
          expect: { violates: false },
        }),
        line({ channel: 'facebook', author: null, lang: null }),
        line({ channel: 'bluesky', author: { displayName: 'Only Name' } }),
        line({}),
      ],
      { judge },
    )
    const [full, comment, reply, bare] = shown
    const now = full?.item.writtenAt ?? new Date(0)
    const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
    expect(full).toEqual({
      item: {
        id: 'a',
        kind: 'message',
        text: 'Hello',
        lang: 'cy',
        writtenAt: now,
        links: ['https://example.org'],
        media: [{ kind: 'image', alt: 'a bus' }],
      },
      author: {
        platform: 'x',
        id: '@sam',
        handle: '@sam',
        displayName: 'Sam',
        createdAt: ago(2 * 24 * 60),
        followers: 3,
        hasAvatar: false,
      },
      context: {
        post: 'Buses',
        earlier: [{ text: 'Hi', at: ago(30) }],
        others: [{ text: 'Yo', at: ago(5), handle: '@o' }],
      },
    })
    expect(comment).toMatchObject({ item: { kind: 'comment' }, author: null })
    expect(comment?.item).not.toHaveProperty('lang')
    expect(reply).toMatchObject({ item: { kind: 'reply' }, author: { platform: 'bluesky', handle: 'Only Name' } })
    expect(bare).toMatchObject({ item: { kind: 'reply' }, author: null, context: { earlier: [], others: [] } })
  })

  it('reaches the judge unharmed with NUL, half a surrogate pair and anything else', async () => {
    const { judge, shown } = judgeThatFinds()
    const text = 'a\u0000b\ud800c\u2028d\u202e😀'
    const { answers } = await run([line({ id: 'half\udc00', text })], { judge })
    expect(shown[0]?.item.text).toBe(text)
    expect(answers).toMatchObject([{ id: 'half\udc00' }])
  })
})

describe('lines', () => {
  const { judge } = judgeThatFinds()

  it('may be cut anywhere, end in CRLF, be empty, begin with a byte order mark, and lack the last end', async () => {
    const whole = Buffer.from(
      `\ufeff${line({ id: 'é😀' })}\r\n  \n${line({ id: 'b' }).replace('\n', '\r\n')}${line({ id: 'c' }).trim()}`,
    )
    for (const size of [1, 2, 3, 7, 1000]) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) =>
        whole.subarray(n * size, (n + 1) * size),
      )
      const { answers, code } = await run(pieces, { judge })
      expect([code, each('id', answers)]).toEqual([0, ['é😀', 'b', 'c']])
    }
  })

  it('that are bad are answered, without their words, and the rest goes on', async () => {
    const secret = 'swordfish'
    const { answers, text, code } = await run(
      [
        `${secret} {\n`,
        'null\n',
        '[]\n',
        line({ text: undefined, note: secret }),
        line({ id: 7 }),
        line({ id: '', text: secret }),
        line({ context: { earlier: [{ minutes: secret, text: '' }] } }),
        line({ context: { earlier: [{ minutes: 1e300, text: secret }] } }),
        line({ links: secret }),
        Buffer.from([0xff, 0xfe, 10]),
        line({ id: 'last' }),
      ],
      { judge },
    )
    expect(code).toBe(1)
    expect(text).not.toContain(secret)
    expect(answers.slice(0, -1)).toEqual([
      { id: null, error: "The line can't be judged: it is not JSON." },
      { id: null, error: "The line can't be judged: it is not JSON." },
      { id: null, error: "The line can't be judged: it must be an object in curly brackets, not a list." },
      { id: 'a', error: "The line can't be judged: text is missing; write text in quotation marks." },
      { id: null, error: "The line can't be judged: id must be text in quotation marks, not a number." },
      { id: '', error: "The line can't be judged: id must not be empty." },
      { id: 'a', error: "The line can't be judged: context.earlier, entry 1, minutes must be a number, not text." },
      { id: 'a', error: "The line can't be judged: context.earlier, entry 1, minutes must be 52560000 or less." },
      { id: 'a', error: "The line can't be judged: links must be a list in square brackets, not text." },
      { id: null, error: "The line can't be judged: it is not JSON." },
    ])
    expect(answers.at(-1)).toMatchObject({ id: 'last', act: 'none' })
  })

  it('longer than a million bytes are refused, and one just as long is not', async () => {
    const frame = line({ text: '' }).length - 1
    const fits = line({ text: 'x'.repeat(1_000_000 - frame) })
    const { answers, code } = await run([fits, line({ text: 'x'.repeat(1_000_001 - frame) }), line({ id: 'b' })], {
      judge,
    })
    expect(code).toBe(1)
    expect(answers).toMatchObject([
      { id: 'a' },
      { id: null, error: 'The line is longer than 1000000 bytes.' },
      { id: 'b' },
    ])
  })

  it('without end are not kept in memory', async () => {
    const mebibyte = Buffer.alloc(1_048_576, 'x')
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const { answers } = await run(
      (function* () {
        for (let n = 0; n < 300; n++) {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before)
          yield mebibyte
        }
      })(),
      { judge },
    )
    expect(answers).toHaveLength(1)
    expect(most).toBeLessThan(16 * 1_048_576)
  })

  it('are read no faster than the answers are taken', async () => {
    let read = 0
    const written: string[] = []
    let release: (() => void) | undefined
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _, done) => {
        written.push(chunk.toString())
        release = done
      },
    })
    const input = (function* () {
      for (; read < 1000; read++) yield line({ id: `${read}` })
    })()
    const done = judgeLines({
      policy: STANDARD,
      office: OFFICE,
      input: Readable.from(input, { highWaterMark: 1 }),
      output: slow,
      error: new PassThrough(),
      judge,
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(read).toBeLessThan(10)
    expect(written).toHaveLength(1)
    while (written.length < 1000) {
      release?.()
      await new Promise(setImmediate)
    }
    release?.()
    expect(await done).toBe(0)
  })

  it('end quietly when nobody reads the answers any more', async () => {
    const closed = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    const endless = (function* () {
      for (;;) yield line({})
    })()
    expect(await judgeLinesInto(closed, endless)).toBe(1)
  })

  it('break off when the answers cannot be written', async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('disk full'), { code: 'ENOSPC' })),
    })
    await expect(judgeLinesInto(full, [line({}), line({})])).rejects.toThrow('disk full')
  })

  const judgeLinesInto = (output: Writable, input: Iterable<string>): Promise<number> =>
    judgeLines({
      policy: STANDARD,
      office: OFFICE,
      input: Readable.from(input),
      output,
      error: new PassThrough(),
      judge,
    })
})

describe('a judge that fails', () => {
  const nothing: Judgement = { findings: [], scores: { abuse: 0, hate: 0, threat: 0 } }
  const breaks = ({ item }: Subject): Judgement => {
    if (item.id === 'bad') throw new Error(item.text)
    return nothing
  }

  it('on one line does not stop the rest', async () => {
    const lines = [line({ id: 'bad', text: 'swordfish' }), line({ id: 'good' })]
    const { answers, code } = await run(lines, { judge: breaks })
    expect(code).toBe(1)
    expect(answers).toMatchObject([
      { id: 'bad', error: 'The judge broke on this line; please report it as a fault.' },
      { id: 'good', act: 'none' },
    ])
  })

  it('in one detector leaves the line to a person, and is told', async () => {
    const { answers, code, said } = await run([line({}), line({})], { judge: () => ({ ...nothing, failed: ['spam'] }) })
    expect([code, said]).toEqual([1, 'The detector "spam" failed on 2 of 2 items.\n'])
    expect(each('act', answers)).toEqual(['review', 'review'])
  })
})

describe('progress', () => {
  const { judge } = judgeThatFinds()

  it('is shown at a terminal, and wiped at the end', async () => {
    const { said, text } = await run([line({}), 'bad\n'], { judge, terminal: true })
    expect(said.startsWith('\r1 judged')).toBe(true)
    expect(said.endsWith('\r\u001b[K')).toBe(true)
    expect(text).not.toContain('judged\r')
  })

  it('is shown nowhere else', async () => {
    expect((await run([line({})], { judge })).said).toBe('')
  })
})

describe('an office file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'office-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const read = (text: string): OfficeFacts => {
    const file = path.join(folder, 'office.json')
    writeFileSync(file, text)
    return readOffice(file)
  }
  const complaint = (text: string): string => {
    try {
      read(text)
    } catch (error) {
      if (error instanceof ConfigError) return error.message.replace(folder, '')
      throw error
    }
    return 'none'
  }

  it('is read as the cases have it', () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../cases/office.json'), 'utf8')
    expect(JSON.parse(text)).toEqual({ ...read(text), timezone: 'Europe/London' })
  })

  it('needs nothing but the name of the MP', () => {
    expect(read('{ "mp": { "name": "Jo Hartley" } }')).toEqual({
      mp: { name: 'Jo Hartley', handles: {} },
      staff: [],
      public: {},
    })
  })

  it.each([
    ['{', 'The office file /office.json is not JSON: look for a missing comma, quote or bracket.'],
    ['{}', 'The office file /office.json needs a change:\n  mp is missing; write an object in curly brackets.'],
    [
      '{ "mp": { "name": "" }, "staff": [{ "role": "x" }], "public": { "email": "swordfish" } }',
      'The office file /office.json needs a change:\n  mp.name must not be empty.\n  staff, entry 1, name is missing; write text in quotation marks.\n  public.email must be an email address.',
    ],
  ])('that holds %s is refused with what to change', (text, sentence) => {
    expect(complaint(text)).toBe(sentence)
  })

  it('that is not there is named', () => {
    expect(() => readOffice(path.join(folder, 'none.json'))).toThrow(/none\.json can't be read: is the path right\?/)
  })
})

it('the real judge answers every case of the file, in order', async () => {
  const cases = readFileSync(path.resolve(import.meta.dirname, '../cases/dev.jsonl'))
  const { answers, code } = await run([cases])
  expect(code).toBe(0)
  const lines: unknown[] = JSON.parse(`[${cases.toString().trim().replaceAll('\n', ',')}]`)
  expect(each('id', answers)).toEqual(each('id', lines))
  expect(new Set(each('act', answers))).toEqual(new Set(['none', 'review', 'hide', 'block']))
})

describe('with the optional judges', () => {
  const outsider = aFinding({ concern: 'allegation', score: 0.6, detector: 'outsider', reason: 'An outsider says so.' })

  it('the lines are asked about side by side, answered in order, and only ever told more', async () => {
    let open = 0
    let most = 0
    const advise = async ({ item }: Subject) => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, item.id === '0' ? 40 : 5))
      open--
      return { findings: [outsider], unheard: [] }
    }
    const { judge } = judgeThatFinds(aFinding())
    const lines = Array.from({ length: 30 }, (_, n) => line({ id: `${n}` }))
    const { answers, code } = await run(lines, { judge, advise })
    expect(code).toBe(0)
    expect(each('id', answers)).toEqual(lines.map((_, n) => `${n}`))
    expect(answers[0]).toMatchObject({ findings: [{ detector: 'abuse' }, { detector: 'outsider' }] })
    expect(most).toBe(8)
  })

  it('those that don’t answer are named, and the line is judged without them', async () => {
    const { judge } = judgeThatFinds(aFinding())
    const advise = async () => ({ findings: [], unheard: ['outsider'] })
    const { answers, code, said } = await run([line({})], { judge, advise })
    expect(answers).toMatchObject([{ act: 'hide' }])
    expect([code, said]).toEqual([1, 'The detector "outsider" failed on 1 of 1 items.\n'])
  })

  it('the words of whoever may be at risk go nowhere', async () => {
    const { judge } = judgeThatFinds(aFinding({ concern: 'at-risk', score: 0.3, gravity: 'mild' }))
    const advise = () => Promise.reject(new Error('asked'))
    const { code, answers } = await run([line({})], { judge, advise })
    expect(code).toBe(0)
    expect(answers).toHaveLength(1)
  })
})
