import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../adapters/platform.ts'
import type { Decision, Mode, Standing, Step } from '../../../moderation/model.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { type Answer, answering, type Farewell, NotAllowed, NotOpen } from '../../../src/store/answering.ts'
import { type Assessed, assessing, type Rules } from '../../../src/store/assessing.ts'
import type { Db } from '../../../src/store/db.ts'
import { intake } from '../../../src/store/intake.ts'
import { append, log, type NewFact } from '../../../src/store/log.ts'
import { type Errand, outbox } from '../../../src/store/outbox.ts'
import { people } from '../../../src/store/people.ts'
import { queue } from '../../../src/store/queue.ts'
import { LeaseLost, type Pass, sources } from '../../../src/store/sources.ts'
import { aFinding, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000)
const LETTER = { text: 'Please ring 01632 960100.', links: [] }
const RULES: Rules = { warningDays: 90, alonePerHour: 60, redirect: LETTER }
const MINUTE = 60_000

eachDatabase((open) => {
  let db: Db
  let account: { id: string }
  let person: string
  let close: () => Promise<void>

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    const token = await people(db).invite(null, NOON)
    const staff = await people(db).accept(token, 'Priya', 'a long enough password', NOON)
    person = (staff as { id: string }).id
  })
  afterAll(() => close())

  let round = 0
  beforeEach(async () => {
    // Each test has an account of its own: the log is never emptied, not even here.
    const handle = `@mp-${++round}`
    const [row] = await accounts(db).configure([{ platform: 'rehearsal', handle, mode: 'perform' }], NOON)
    if (!row) throw new Error('no account')
    account = row
    await accounts(db).readFrom(account.id, ['replies'], NOON)
    await db.item.updateMany({ where: { state: 'waiting' }, data: { state: 'assessed' } })
  })

  const lease = async (now = NOON, worker = 'w'): Promise<Pass> => {
    const pass = (await sources(db).lease(now, worker, MINUTE)).find(({ accountId }) => accountId === account.id)
    if (!pass) throw new Error('nothing was due')
    return pass
  }
  const arrive = async (...given: Parameters<typeof anIncoming>[0][]) => {
    const { cursor: _, ...pass } = await lease(later(round))
    const items = given.map((one) => anIncoming(one))
    await intake(db).store({ ...pass, cursor: null }, aPage(items), NOON)
    await sources(db).release({ ...pass, cursor: null }, NOON, NOON, null)
    return items
  }
  const step = (action: Step['action'], how: Step['how']): Step => ({
    action,
    how,
    clause: action === 'redirect' ? null : 'abuse',
    breach: action === 'redirect' ? null : 'abuse',
  })
  const deciding =
    (steps: Step[], more: Partial<Decision> = {}) =>
    (standing: Standing, mode: Mode): Decision => ({
      outcome: steps.some(({ how }) => how === 'propose') ? 'propose' : steps.length > 0 ? 'perform' : 'leave',
      act: 'none',
      clauses: ['abuse'],
      escalate: null,
      atRisk: false,
      casework: false,
      reasons: [],
      steps: steps
        .filter(({ action }) => action !== 'redirect' || standing.redirectedAt === null)
        .map((one) => (mode === 'propose' ? { ...one, how: 'propose' } : one)),
      policy: { id: 'standard', version: '1' },
      ...more,
    })
  const assess = async (decide: Assessed['decide'], rules = RULES, now = NOON) => {
    const waiting = await assessing(db).lease(now, 100, MINUTE)
    await assessing(db).settle(
      waiting.map((one) => ({ waiting: one, judgement: aJudgement(aFinding()), decide })),
      rules,
      now,
    )
    return waiting
  }
  const decisions = () => db.decision.findMany({ where: { item: { accountId: account.id } }, orderBy: { id: 'asc' } })
  const actions = () => db.action.findMany({ where: { accountId: account.id }, orderBy: { createdAt: 'asc' } })
  const answer = (id: string | undefined, given: Answer & { why?: string }, farewell: Farewell | null = null) =>
    answering(db).answer(id ?? '', person, given, farewell, later(1))
  const settle = async (errand: Errand | undefined, outcome: Outcome): Promise<void> => {
    if (!errand) throw new Error('nothing is due')
    await outbox(db).settle(errand, outcome, NOON)
  }
  const done = async (all: Errand[]): Promise<void> => {
    for (const errand of all) await settle(errand, { is: 'done', receipt: null })
  }
  const errands = (now: Date) => outbox(db).lease(account.id, now, 'w', 10, MINUTE)

  describe('intake', () => {
    it('stores what is new with the cursor behind it, and passes over what it knows', async () => {
      const pass = await lease()
      const items = [anIncoming({}), anIncoming({})]
      expect(await intake(db).store(pass, aPage(items, { cursor: 'one' }), NOON)).toBe(2)
      expect(await intake(db).store(pass, aPage([...items, anIncoming({})], { cursor: 'two' }), NOON)).toBe(1)
      const source = await db.source.findFirstOrThrow({ where: { accountId: account.id } })
      expect(source.cursor).toBe('two')
      const keys = items.map(({ item, revision }) => `${item.id} ${revision}`)
      expect(await intake(db).known(account.id, [...keys, 'other r1'])).toEqual(new Set(keys))
    })

    it('stores nothing, not even the cursor, for a pass that lost its lease', async () => {
      const pass = await lease()
      await sources(db).lease(later(2), 'other', MINUTE)
      await expect(intake(db).store(pass, aPage([anIncoming({})]), later(2))).rejects.toThrow(LeaseLost)
      expect(await db.item.count({ where: { accountId: account.id } })).toBe(0)
    })

    it('keeps NULs and halves of pairs in text, names and links', async () => {
      const text = 'you \0 absolute \ud83d plank'
      const author = anAuthor({ handle: '@a\0b', displayName: '\udc00', bio: 'x\0' })
      await arrive({
        item: {
          text,
          links: ['https://x.example/\0'],
          media: [{ kind: 'image', url: 'https://x.example/i', alt: '\0' }],
        },
        author,
      })
      const [waiting] = await assessing(db).lease(NOON, 1, MINUTE)
      expect(waiting?.subject.item.text).toBe(text)
      expect(waiting?.subject.author?.handle).toBe('@a\u2400b')
    })

    it('takes an edit as a new text, and lets nothing of the old one be carried out', async () => {
      const [first] = await arrive({})
      await assess(deciding([step('hide', 'propose')]))
      await arrive({ item: { id: first?.item.id ?? '', text: 'edited' }, revision: 'r2' })
      await assess(deciding([]))
      const [old, fresh] = await decisions()
      expect([old?.closedAt, fresh?.closedAt]).toEqual([NOON, null])
      expect((await actions()).map(({ state }) => state)).toEqual(['dropped'])
    })

    it('sets aside what can’t be stored, says so in the log, and keeps the rest', async () => {
      const pass = await lease()
      const long = 'x'.repeat(8000)
      const page = aPage([
        anIncoming({}),
        anIncoming({ item: { id: long } }),
        anIncoming({ conversation: { id: long, above: [] } }),
        anIncoming({ item: { writtenAt: new Date('-005000-01-01T00:00:00Z') } }),
        anIncoming({
          link: 'https://x.example',
          item: { lang: 'x'.repeat(100_000), media: [{ kind: 'image', url: '\0' }] },
        }),
      ])
      expect(await intake(db).store(pass, page, NOON)).toBe(4)
      const account_ = { path: ['account'], equals: account.id }
      expect(await db.entry.count({ where: { kind: 'set-aside', body: account_ } })).toBe(1)
      expect(await db.source.findFirstOrThrow({ where: { accountId: account.id } })).toMatchObject({
        cursor: page.cursor,
      })
    })

    it('one item that the database refuses holds up no other', async () => {
      const pass = await lease()
      const bad = anIncoming({ author: anAuthor({ followers: Number.NaN, id: randomBytes(4500).toString('hex') }) })
      expect(await intake(db).store(pass, aPage([anIncoming({}), bad, anIncoming({})]), NOON)).toBe(2)
      expect(await db.item.count({ where: { accountId: account.id } })).toBe(2)
    })

    it('keeps the profile as last seen', async () => {
      const author = anAuthor({ bio: 'gardener' })
      await arrive({ author }, { author: { ...author, bio: 'Official account of Jo Hartley MP' } })
      const row = await db.author.findFirstOrThrow({ where: { externalId: author.id } })
      expect(row.profile).toMatchObject({ bio: 'Official account of Jo Hartley MP' })
    })

    it('marks what is gone', async () => {
      const [one] = await arrive({})
      const pass = await lease(later(50))
      await intake(db).store(pass, aPage([], { gone: [one?.item.id ?? ''] }), NOON)
      expect(await db.item.findFirstOrThrow({ where: { accountId: account.id } })).toMatchObject({ goneAt: NOON })
    })

    it('gives what was gone to be looked at for a week, and takes it back as new', async () => {
      const [one] = await arrive({})
      if (!one) throw new Error('nothing arrived')
      const { id } = one.item
      const pass = await lease(later(50))
      await intake(db).store(pass, aPage([], { gone: [id] }), NOON)
      await db.$transaction(async (tx) => {
        const where = { accountId: account.id }
        const rows = await tx.item.updateManyAndReturn({ where, data: { text: '', blankedAt: NOON } })
        await append(
          tx,
          NOON,
          rows.map((row) => ({ kind: 'blanked', itemId: row.id })),
        )
      })
      const stored = (now: Date) => intake(db).stored(account.id, null, 10, now)
      expect(await stored(later(60))).toMatchObject([{ id, revision: one.revision, gone: true }])
      expect(await stored(later(8 * 24 * 60))).toEqual([])

      const key = `${id} ${one.revision}`
      expect(await intake(db).known(account.id, [key])).toEqual(new Set())
      expect(await intake(db).store(pass, aPage([one]), later(60))).toBe(1)
      expect(await intake(db).known(account.id, [key])).toEqual(new Set([key]))
      expect(await stored(later(8 * 24 * 60))).toMatchObject([{ id, gone: false }])
    })
  })

  describe('a source', () => {
    it('is polled although a clock that was ahead once put it off for a year', async () => {
      await db.source.updateMany({
        where: { accountId: account.id },
        data: { nextAt: new Date('2027-11-24'), leasedTill: new Date('2027-11-24') },
      })
      expect((await sources(db).lease(NOON, 'w', MINUTE)).map(({ accountId }) => accountId)).toContain(account.id)
    })

    it('is leased once at a time, again when the lease runs out, and waits when it was released', async () => {
      const due = async (minutes: number) =>
        (await sources(db).lease(later(minutes), 'w', MINUTE)).filter(({ accountId }) => accountId === account.id)
          .length
      expect([await due(0), await due(0), await due(2)]).toEqual([1, 0, 1])
      const pass = await lease(later(4))
      await sources(db).release(pass, later(4), later(60), 'The server is away.')
      expect([await due(59), await due(61)]).toEqual([0, 1])
      expect(await db.source.findFirstOrThrow({ where: { accountId: account.id } })).toMatchObject({
        failures: 1,
        trouble: 'The server is away.',
      })
    })
  })

  describe('assessing', () => {
    it('shows the judge what the person and others wrote before', async () => {
      const author = anAuthor()
      const at = (minutes: number) => new Date(NOON.getTime() - minutes * MINUTE)
      await arrive(
        { item: { text: 'first', writtenAt: at(9) }, author },
        { item: { text: 'of somebody else', writtenAt: at(5) } },
        { item: { text: 'second', writtenAt: at(3) }, author },
        { item: { text: 'afterwards', writtenAt: at(1) } },
      )
      const second = (await assessing(db).lease(NOON, 10, MINUTE)).find(({ subject }) => subject.item.text === 'second')
      expect(second?.subject.context.earlier.map(({ text }) => text)).toEqual(['first'])
      expect(second?.subject.context.others.map(({ text }) => text)).toEqual(['of somebody else'])
      expect(second?.subject.context.post).toBe('I have written to the bus company.')
    })

    it('settles an item once, whoever else had leased it', async () => {
      await arrive({})
      const [waiting] = await assessing(db).lease(NOON, 1, MINUTE)
      if (!waiting) throw new Error('nothing waits')
      const assessed = { waiting, judgement: aJudgement(aFinding()), decide: deciding([step('hide', 'perform')]) }
      expect(await assessing(db).settle([assessed], RULES, NOON)).toBe(1)
      expect(await assessing(db).settle([assessed], RULES, NOON)).toBe(0)
      expect(await decisions()).toHaveLength(1)
      expect(await actions()).toMatchObject([{ kind: 'hide', state: 'queued', origin: 'tool' }])
    })

    it('redirects a person once, though several of their items are judged together', async () => {
      const author = anAuthor()
      await arrive({ author }, { author }, { author })
      await assess(deciding([step('redirect', 'perform')]))
      expect(await actions()).toMatchObject([{ kind: 'redirect', letter: LETTER }])
    })

    it('only proposes once the circuit breaker is open', async () => {
      await arrive({}, {}, {})
      await assess(deciding([step('hide', 'perform')]), { ...RULES, alonePerHour: 2 })
      expect((await actions()).map(({ state }) => state).sort()).toEqual(['proposed', 'queued', 'queued'])
    })

    it('can’t let the tool block anybody: the database refuses', async () => {
      await arrive({})
      await expect(assess(deciding([step('block', 'perform')]))).rejects.toThrow()
      expect(await decisions()).toHaveLength(0)
    })
  })

  describe('the outbox', () => {
    it('gives the most urgent first and each to one worker', async () => {
      await arrive({ item: { text: 'mild' } }, { item: { text: 'grave' } })
      const waiting = await assessing(db).lease(NOON, 10, MINUTE)
      await assessing(db).settle(
        waiting.map((one) => ({
          waiting: one,
          judgement: aJudgement(aFinding()),
          decide: deciding([step('hide', 'perform')], one.subject.item.text === 'grave' ? { escalate: 'police' } : {}),
        })),
        RULES,
        NOON,
      )
      const first = await outbox(db).lease(account.id, NOON, 'a', 1, MINUTE)
      const rest = await outbox(db).lease(account.id, NOON, 'b', 10, MINUTE)
      const texts = new Map(waiting.map(({ subject }) => [subject.item.id, subject.item.text]))
      expect(first.map(({ order }) => texts.get(order.item?.id ?? ''))).toEqual(['grave'])
      expect(rest).toHaveLength(1)
    })

    it('hands a dead worker’s errand on, and takes no answer from the dead', async () => {
      await arrive({})
      await assess(deciding([step('hide', 'perform')]))
      const [dead] = await errands(NOON)
      if (!dead) throw new Error('nothing is due')
      expect(await outbox(db).prepared(dead, { rkey: 'k' })).toBe(true)
      const [alive] = await errands(later(2))
      expect(alive).toMatchObject({ isPrepared: true, order: { attempt: 2, prepared: { rkey: 'k' } } })
      expect(await outbox(db).settle(dead, { is: 'done', receipt: 'late' }, later(2))).toBe(false)
      expect(await outbox(db).settle(alive as never, { is: 'done', receipt: 'mine' }, later(2))).toBe(true)
      expect(await actions()).toMatchObject([{ state: 'done', receipt: 'mine' }])
    })

    it('waits as long as the platform says, and shows staff what can’t be done', async () => {
      await arrive({}, {})
      await assess(deciding([step('hide', 'perform')]))
      const [one, two] = await errands(NOON)
      if (!one || !two) throw new Error('nothing is due')
      await outbox(db).settle(one, { is: 'retry', at: later(30), because: 'Too many requests.' }, NOON)
      await outbox(db).settle(two, { is: 'manual', link: 'https://x.example', words: 'Press Hide.' }, NOON)
      expect(await errands(later(29))).toHaveLength(0)
      expect(await errands(later(31))).toHaveLength(1)
      const byHand = (await outbox(db).byHand()).filter(({ accountId }) => accountId === account.id)
      expect(byHand).toMatchObject([{ id: two.id, because: 'Press Hide.' }])
      await outbox(db).settledByHand(two.id, person, true, NOON)
      expect((await outbox(db).byHand()).filter(({ accountId }) => accountId === account.id)).toHaveLength(0)
    })
  })

  describe('an answer', () => {
    const FAREWELL = { letter: LETTER, everyDays: 30 }

    it('queues what was proposed, the redirect before the block', async () => {
      await arrive({})
      await assess(deciding([step('block', 'propose')]))
      const [decision] = await decisions()
      await answering(db).answer(decision?.id ?? '', person, { answer: 'agreed' }, FAREWELL, NOON)
      const first = await errands(NOON)
      expect(first.map(({ order }) => order.action)).toEqual(['redirect'])
      expect(first[0]?.order.letter).toEqual(LETTER)
      await outbox(db).settle(first[0] as never, { is: 'refused', because: 'Closed.' }, NOON)
      expect((await errands(NOON)).map(({ order }) => order.action)).toEqual(['block'])
    })

    it('is one person’s: the second is told', async () => {
      await arrive({})
      await assess(deciding([step('hide', 'propose')]))
      const [decision] = await decisions()
      const answers = await Promise.allSettled(
        Array.from({ length: 4 }, () =>
          answering(db).answer(decision?.id ?? '', person, { answer: 'agreed' }, null, NOON),
        ),
      )
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(answers.filter((one) => one.status === 'rejected' && one.reason instanceof NotOpen)).toHaveLength(3)
      expect((await actions()).filter(({ state }) => state === 'queued')).toHaveLength(1)
    })

    it('blocks a person once, though two decisions ask for it', async () => {
      const author = anAuthor()
      await arrive({ author }, { author })
      await assess(deciding([step('block', 'propose')]))
      for (const { id } of await decisions()) await answering(db).answer(id, person, { answer: 'agreed' }, null, NOON)
      expect((await actions()).map(({ state }) => state).sort()).toEqual(['dropped', 'queued'])
    })

    it('that dismisses a proposal drops it, and there is nothing to undo', async () => {
      await arrive({})
      await assess(deciding([step('hide', 'propose'), step('block', 'propose')]))
      const [decision] = await decisions()
      await answer(decision?.id, { answer: 'dismissed' })
      expect((await actions()).map(({ state }) => state)).toEqual(['dropped', 'dropped'])
      expect(await errands(later(1))).toEqual([])
    })

    it('that dismisses undoes what the tool did', async () => {
      await arrive({})
      await assess(deciding([step('hide', 'perform')]))
      const [hide] = await errands(NOON)
      await outbox(db).settle(hide as never, { is: 'done', receipt: { was: 1 } }, NOON)
      const [decision] = await decisions()
      await answering(db).answer(
        decision?.id ?? '',
        person,
        { answer: 'dismissed', why: 'Only swearing at a bus.' },
        null,
        NOON,
      )
      expect(await errands(NOON)).toMatchObject([{ order: { action: 'hide', undo: true, receipt: { was: 1 } } }])
    })

    it('can be something else', async () => {
      await arrive({})
      await assess(deciding([step('block', 'propose')]))
      const [decision] = await decisions()
      await answering(db).answer(
        decision?.id ?? '',
        person,
        { answer: 'changed', action: 'hide', clause: 'spam' },
        null,
        NOON,
      )
      expect((await actions()).map(({ kind, state, clause }) => ({ kind, state, clause }))).toEqual([
        { kind: 'block', state: 'dropped', clause: 'abuse' },
        { kind: 'hide', state: 'queued', clause: 'spam' },
      ])
    })

    it('taken back before it was done leaves the proposal as it was', async () => {
      await arrive({})
      await assess(deciding([step('block', 'propose')]))
      const [decision] = await decisions()
      const { reviewId } = await answer(decision?.id, { answer: 'agreed' })
      await answering(db).takeBack(reviewId, person, later(2))
      expect(await actions()).toMatchObject([{ state: 'proposed', origin: 'tool' }])
      expect(await decisions()).toMatchObject([{ closedAt: null }])
      await expect(answering(db).takeBack(reviewId, person, later(2))).rejects.toThrow(NotOpen)
      await answer(decision?.id, { answer: 'agreed' })
      expect(await errands(later(3))).toMatchObject([{ order: { action: 'block', undo: false } }])
    })

    it('taken back after it was done undoes it, proposes it again, and does it only after the undo', async () => {
      await arrive({})
      await assess(deciding([step('block', 'propose')]))
      const [decision] = await decisions()
      const { reviewId } = await answer(decision?.id, { answer: 'agreed' })
      await done(await errands(later(1)))
      await answering(db).takeBack(reviewId, person, later(2))
      expect((await actions()).filter(({ state }) => state === 'proposed')).toHaveLength(1)
      await answer(decision?.id, { answer: 'agreed' })
      const undoing = await errands(later(3))
      expect(undoing).toMatchObject([{ order: { action: 'block', undo: true } }])
      await done(undoing)
      expect(await errands(later(3))).toMatchObject([{ order: { action: 'block', undo: false } }])
    })

    it('taken back leaves what the tool did as it was, if its undo had not begun', async () => {
      await arrive({})
      await assess(deciding([step('hide', 'perform')]))
      await done(await errands(NOON))
      const [decision] = await decisions()
      const { reviewId } = await answer(decision?.id, { answer: 'dismissed' })
      await answering(db).takeBack(reviewId, person, later(2))
      expect(await errands(later(3))).toEqual([])
      expect((await actions()).filter(({ state }) => state === 'done')).toHaveLength(1)
      await answer(decision?.id, { answer: 'dismissed' })
      expect(await errands(later(3))).toMatchObject([{ order: { action: 'hide', undo: true } }])
    })

    it('that changes it to nothing undoes what the tool did', async () => {
      await arrive({})
      await assess(deciding([step('hide', 'perform')]))
      await done(await errands(NOON))
      const [decision] = await decisions()
      await answer(decision?.id, { answer: 'changed', action: 'none', clause: null })
      expect(await errands(later(1))).toMatchObject([{ order: { action: 'hide', undo: true } }])
    })

    it('sends nothing before a block that stands already', async () => {
      const author = anAuthor()
      await arrive({ author }, { author })
      await assess(deciding([step('block', 'propose')]))
      const [first, second] = await decisions()
      await answer(first?.id, { answer: 'agreed' })
      await done(await errands(later(1)))
      await answer(second?.id, { answer: 'agreed' }, FAREWELL)
      expect((await actions()).filter(({ kind }) => kind === 'redirect')).toEqual([])
    })

    it('finds no block standing that staff left undone', async () => {
      const author = anAuthor()
      await arrive({ author }, { author })
      await assess(deciding([step('block', 'propose')]))
      const [first, second] = await decisions()
      await answer(first?.id, { answer: 'agreed' })
      const [errand] = await errands(later(1))
      await settle(errand, { is: 'manual', link: 'https://x.example', words: 'Press Block.' })
      await outbox(db).settledByHand(errand?.id ?? '', person, false, later(1))
      await answer(second?.id, { answer: 'agreed' })
      expect(await errands(later(2))).toMatchObject([{ order: { action: 'block' } }])
    })

    it('about one of two mutes leaves the person muted', async () => {
      const author = anAuthor()
      await arrive({ author }, { author })
      await assess(deciding([step('mute', 'perform')]))
      await done(await errands(NOON))
      const [first, second] = await decisions()
      await answer(first?.id, { answer: 'dismissed' })
      expect(await errands(later(1))).toEqual([])
      await answer(second?.id, { answer: 'dismissed' })
      expect(await errands(later(1))).toMatchObject([{ order: { action: 'mute', undo: true } }])
    })

    it('can’t moderate somebody at risk, whoever is called, and sends them nothing', async () => {
      const author = anAuthor()
      await arrive({ author }, { author })
      const waiting = await assessing(db).lease(NOON, 10, MINUTE)
      const atRisk = deciding([], { outcome: 'review', escalate: 'police', atRisk: true })
      await assessing(db).settle(
        waiting.map((one, n) => ({
          waiting: one,
          judgement: aJudgement(),
          decide: n === 0 ? atRisk : deciding([step('block', 'propose')]),
        })),
        RULES,
        NOON,
      )
      const [risk, block] = await decisions()
      expect(risk).toMatchObject({ lane: 'risk', escalate: 'police' })
      await expect(answer(risk?.id, { answer: 'changed', action: 'block', clause: 'threat' })).rejects.toThrow(
        NotAllowed,
      )
      await answer(block?.id, { answer: 'agreed' }, FAREWELL)
      expect((await actions()).map(({ kind }) => kind)).toEqual(['block'])
    })
  })

  describe('a person at risk', () => {
    const NOBODY = { answer: 'nobody-at-risk', why: 'A line of a song.' } as const
    const seenNow = async (): Promise<Date | null> => {
      let atRiskAt: Date | null = null
      await arrive({ author: writer })
      await assess((now) => {
        atRiskAt = now.atRiskAt
        return deciding([])(now, 'perform')
      })
      return atRiskAt
    }
    let writer: ReturnType<typeof anAuthor>
    const seemsAtRisk = async (more: Partial<Decision> = {}) => {
      writer = anAuthor()
      await arrive({ author: writer })
      await assess(deciding([], { outcome: 'review', atRisk: true, escalate: 'safeguarding', ...more }))
      const [found] = await decisions()
      if (!found) throw new Error('no decision')
      return found.id
    }

    it('is no longer taken to be once a person says so, and the case is over where it was about nothing else', async () => {
      const id = await seemsAtRisk()
      await expect(answer(id, { answer: 'dismissed' })).rejects.toThrow(NotAllowed)
      expect(await seenNow()).toEqual(NOON)
      await answer(id, NOBODY)
      expect(await queue(db).find(id)).toMatchObject({ closedAt: later(1), atRisk: false, escalate: null })
      expect(await seenNow()).toBeNull()
      await expect(answer(id, NOBODY)).rejects.toThrow(NotOpen)
    })

    it.each([
      [{ casework: true }, 'casework'],
      [{ casework: true, escalate: 'police' }, 'police'],
    ] as const)('leaves what else was found of them (%j) waiting in the lane %s', async (more, lane) => {
      const id = await seemsAtRisk(more)
      await answer(id, NOBODY)
      const found = await queue(db).find(id)
      expect(found).toMatchObject({
        lane,
        closedAt: null,
        atRisk: false,
        escalate: lane === 'police' ? 'police' : null,
      })
      expect((await queue(db).page({ lane }, null, 500)).map((one) => one.id)).toContain(id)
      expect((await queue(db).page({ lane: 'risk' }, null, 500)).map((one) => one.id)).not.toContain(id)
      expect(await seenNow()).toBeNull()
      // A second press of the same button is no answer to what is left.
      await expect(answer(id, NOBODY)).rejects.toThrow(NotOpen)
      await answer(id, { answer: 'dismissed' })
      expect((await queue(db).find(id))?.reviews.map((review) => review.answer)).toEqual([
        'nobody-at-risk',
        'dismissed',
      ])
    })

    it('is so again when that is taken back, which goes before no later answer', async () => {
      const id = await seemsAtRisk({ casework: true })
      const { reviewId } = await answer(id, NOBODY)
      const second = await answer(id, { answer: 'agreed' })
      await expect(answering(db).takeBack(reviewId, person, later(2))).rejects.toThrow('take that answer back first')
      await answering(db).takeBack(second.reviewId, person, later(2))
      expect(await queue(db).find(id)).toMatchObject({ lane: 'casework', atRisk: false, closedAt: null })
      await answering(db).takeBack(reviewId, person, later(3))
      const found = await queue(db).find(id)
      expect(found).toMatchObject({
        lane: 'risk',
        urgency: 100,
        atRisk: true,
        escalate: 'safeguarding',
        closedAt: null,
      })
      expect(await seenNow()).toEqual(NOON)
      expect((await log(db).verify()).ok).toBe(true)
    })

    it('is known to be at risk when their next items are judged, in the same batch and later', async () => {
      const author = anAuthor()
      const seen: (Date | null)[] = []
      const watching =
        (more: Partial<Decision>) =>
        (standing: Standing): Decision => {
          seen.push(standing.atRiskAt)
          return deciding([], more)(standing, 'perform')
        }
      await arrive({ author, item: { text: 'risk' } }, { author })
      const waiting = await assessing(db).lease(NOON, 10, MINUTE)
      await assessing(db).settle(
        waiting.map((one, n) => ({ waiting: one, judgement: aJudgement(), decide: watching({ atRisk: n === 0 }) })),
        RULES,
        NOON,
      )
      await arrive({ author })
      await assess(watching({}))
      const [risk] = await decisions()
      await answer(risk?.id, { answer: 'nobody-at-risk', why: 'A line of a song.' })
      await arrive({ author })
      await assess(watching({}))
      expect(seen).toEqual([null, NOON, NOON, null])
    })
  })

  describe('an edit', () => {
    const twice = async (first: Step[], second: Step[], between: () => Promise<void> = async () => {}) => {
      const [one] = await arrive({})
      await assess(deciding(first))
      await between()
      await arrive({ item: { id: one?.item.id ?? '', text: 'edited' }, revision: 'r2' })
      await assess(deciding(second))
    }

    it('lets a hide that has not begun go', async () => {
      await twice([step('hide', 'perform')], [])
      expect(await errands(later(1))).toEqual([])
    })

    it('leaves the case open where the old text was hidden already: a person must say whether that stands', async () => {
      await twice([step('hide', 'perform')], [], async () => done(await errands(NOON)))
      const [old] = await decisions()
      expect(old).toMatchObject({ closedAt: null, lane: 'performed' })
    })

    it('read with the old text in one page leaves one case', async () => {
      const id = 'same-item'
      const written = (minutes: number) => new Date(NOON.getTime() + minutes * MINUTE)
      await arrive(
        { item: { id, text: 'edited', writtenAt: written(2) }, revision: 'r2' },
        { item: { id, text: 'first', writtenAt: written(1) }, revision: 'r1' },
      )
      await assess(deciding([step('hide', 'propose')]))
      const waiting = (await decisions()).filter(({ closedAt }) => closedAt === null)
      expect(waiting).toHaveLength(1)
      expect(await db.item.findUniqueOrThrow({ where: { id: waiting[0]?.itemId ?? '' } })).toMatchObject({
        text: 'edited',
      })
      expect((await actions()).filter(({ state }) => state === 'proposed')).toHaveLength(1)
    })

    it('judged before the old text, by a quicker worker, is not closed by it', async () => {
      const [one] = await arrive({})
      const [slow] = await assessing(db).lease(NOON, 1, MINUTE)
      await arrive({ item: { id: one?.item.id ?? '', text: 'edited' }, revision: 'r2' })
      await assess(deciding([step('hide', 'propose')]))
      if (!slow) throw new Error('nothing waits')
      await assessing(db).settle(
        [{ waiting: slow, judgement: aJudgement(), decide: deciding([step('hide', 'propose')]) }],
        RULES,
        NOON,
      )
      const [old, fresh] = await decisions()
      const texts = await db.item.findMany({
        where: { id: { in: [old?.itemId ?? '', fresh?.itemId ?? ''] } },
        orderBy: { seq: 'asc' },
      })
      const closed = new Map((await decisions()).map(({ itemId, closedAt }) => [itemId, closedAt]))
      expect(texts.map(({ id }) => closed.get(id))).toEqual([NOON, null])
      expect((await actions()).map(({ state }) => state)).toEqual(['proposed'])
    })

    it('that is taken back is judged again, and so is what had been deleted', async () => {
      const id = 'there-and-back'
      await arrive({ item: { id, text: 'abuse' }, revision: 'r1' })
      await assess(deciding([step('hide', 'propose')]))
      await arrive({ item: { id, text: 'have a nice day' }, revision: 'r2' })
      await assess(deciding([]))
      const key = `${id} r1`
      expect(await intake(db).known(account.id, [key, `${id} r2`])).toEqual(new Set([`${id} r2`]))
      await arrive({ item: { id, text: 'abuse' }, revision: 'r1' })
      await assess(deciding([step('hide', 'propose')]))
      expect((await actions()).map(({ state }) => state).sort()).toEqual(['dropped', 'proposed'])
    })
  })

  describe('the log', () => {
    const write = (facts: NewFact[]): Promise<void> => db.$transaction((tx) => append(tx, NOON, facts))

    it('verifies over all that these tests did', async () => {
      const result = await log(db).verify()
      expect(result).toMatchObject({ ok: true })
    })

    it('can’t be changed or emptied by the program', async () => {
      await write([{ kind: 'test' }])
      await expect(db.entry.updateMany({ data: { kind: 'forged' } })).rejects.toThrow()
      await expect(db.entry.deleteMany()).rejects.toThrow()
      await expect(db.$executeRawUnsafe('TRUNCATE entry')).rejects.toThrow()
    })

    it('names an item whose text is another now', async () => {
      const [one] = await arrive({ item: { text: 'as it was' } })
      const where = { externalId: one?.item.id ?? '' }
      const { id } = await db.item.findFirstOrThrow({ where })
      const { seq } = await db.entry.findFirstOrThrow({ where: { kind: 'seen', itemId: id } })
      await db.item.updateMany({ where, data: { text: 'as somebody would have it' } })
      expect(await log(db).verify()).toEqual({ ok: false, seq, why: 'text' })
      await db.item.updateMany({ where, data: { text: 'as it was' } })
      expect(await log(db).verify()).toMatchObject({ ok: true })
    })

    it('names the first entry that somebody with the database’s password changed, removed or cut off', async () => {
      await write([{ kind: 'a' }, { kind: 'b', body: { n: 0.1, deep: { z: 1, a: [null, 'é'] } } }, { kind: 'c' }])
      const { seq } = await db.chain.findUniqueOrThrow({ where: { id: 1 } })
      const middle = seq - 1n
      const row = await db.entry.findUniqueOrThrow({ where: { seq: middle } })
      await db.$executeRawUnsafe('ALTER TABLE entry DISABLE TRIGGER ALL')
      await db.entry.update({ where: { seq: middle }, data: { body: { n: 0.2 } } })
      expect(await log(db).verify()).toEqual({ ok: false, seq: middle, why: 'changed' })
      await db.entry.delete({ where: { seq: middle } })
      expect(await log(db).verify()).toEqual({ ok: false, seq: middle, why: 'missing' })
      await db.entry.create({ data: { ...row, body: row.body as object } })
      expect(await log(db).verify()).toMatchObject({ ok: true })
      const last = await db.entry.delete({ where: { seq } })
      expect(await log(db).verify()).toEqual({ ok: false, seq, why: 'missing' })
      await db.chain.update({ where: { id: 1 }, data: { seq: seq - 1n, hash: row.hash } })
      expect(await log(db).verify()).toEqual({ ok: true, entries: seq - 1n, hash: row.hash })
      await db.entry.create({ data: { ...last, body: last.body as object } })
      expect(await log(db).verify()).toEqual({ ok: false, seq, why: 'beyond' })
      await db.chain.update({ where: { id: 1 }, data: { seq, hash: last.hash } })
      await db.$executeRawUnsafe('ALTER TABLE entry ENABLE TRIGGER ALL')
      expect(await log(db).verify()).toMatchObject({ ok: true })
    })
  })
})
