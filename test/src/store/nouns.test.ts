import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Decision, Mode, Standing, Step } from '../../../moderation/model.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { type Assessed, assessing, type Rules } from '../../../src/store/assessing.ts'
import type { Db } from '../../../src/store/db.ts'
import { intake } from '../../../src/store/intake.ts'
import { log } from '../../../src/store/log.ts'
import { outbox } from '../../../src/store/outbox.ts'
import { people } from '../../../src/store/people.ts'
import { NotOpen, queue } from '../../../src/store/queue.ts'
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

    it('marks what is gone', async () => {
      const [one] = await arrive({})
      const pass = await lease(later(50))
      await intake(db).store(pass, aPage([], { gone: [one?.item.id ?? ''] }), NOON)
      expect(await db.item.findFirstOrThrow({ where: { accountId: account.id } })).toMatchObject({ goneAt: NOON })
    })
  })

  describe('a source', () => {
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
      await queue(db).answer(decision?.id ?? '', person, { answer: 'agreed' }, FAREWELL, NOON)
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
        Array.from({ length: 4 }, () => queue(db).answer(decision?.id ?? '', person, { answer: 'agreed' }, null, NOON)),
      )
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(answers.filter((one) => one.status === 'rejected' && one.reason instanceof NotOpen)).toHaveLength(3)
      expect((await actions()).filter(({ state }) => state === 'queued')).toHaveLength(1)
    })

    it('blocks a person once, though two decisions ask for it', async () => {
      const author = anAuthor()
      await arrive({ author }, { author })
      await assess(deciding([step('block', 'propose')]))
      for (const { id } of await decisions()) await queue(db).answer(id, person, { answer: 'agreed' }, null, NOON)
      expect((await actions()).map(({ state }) => state).sort()).toEqual(['dropped', 'queued'])
    })

    it('that dismisses undoes what the tool did', async () => {
      await arrive({})
      await assess(deciding([step('hide', 'perform')]))
      const [hide] = await errands(NOON)
      await outbox(db).settle(hide as never, { is: 'done', receipt: { was: 1 } }, NOON)
      const [decision] = await decisions()
      await queue(db).answer(
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
      await queue(db).answer(
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
      const { reviewId } = await queue(db).answer(decision?.id ?? '', person, { answer: 'agreed' }, null, NOON)
      await queue(db).takeBack(reviewId, person, NOON)
      expect(await actions()).toMatchObject([{ state: 'proposed', origin: 'tool' }])
      expect(await decisions()).toMatchObject([{ closedAt: null }])
      await expect(queue(db).takeBack(reviewId, person, NOON)).rejects.toThrow(NotOpen)
      await queue(db).answer(decision?.id ?? '', person, { answer: 'agreed' }, null, NOON)
      expect(await errands(NOON)).toMatchObject([{ order: { action: 'block', undo: false } }])
    })

    it('taken back after it was done undoes it and proposes it again', async () => {
      await arrive({})
      await assess(deciding([step('block', 'propose')]))
      const [decision] = await decisions()
      const { reviewId } = await queue(db).answer(decision?.id ?? '', person, { answer: 'agreed' }, null, NOON)
      const [block] = await errands(NOON)
      await outbox(db).settle(block as never, { is: 'done', receipt: null }, NOON)
      await queue(db).takeBack(reviewId, person, NOON)
      expect(await errands(NOON)).toMatchObject([{ order: { action: 'block', undo: true } }])
      expect((await actions()).filter(({ state }) => state === 'proposed')).toHaveLength(1)
    })
  })

  describe('the log', () => {
    it('verifies over all that these tests did', async () => {
      const result = await log(db).verify()
      expect(result).toMatchObject({ ok: true })
    })

    it('can’t be changed or emptied by the program', async () => {
      await log(db).append(NOON, [{ kind: 'test' }])
      await expect(db.entry.updateMany({ data: { kind: 'forged' } })).rejects.toThrow()
      await expect(db.entry.deleteMany()).rejects.toThrow()
      await expect(db.$executeRawUnsafe('TRUNCATE entry')).rejects.toThrow()
    })

    it('names the first entry that somebody with the database’s password changed, removed or cut off', async () => {
      await log(db).append(NOON, [
        { kind: 'a' },
        { kind: 'b', body: { n: 0.1, deep: { z: 1, a: [null, 'é'] } } },
        { kind: 'c' },
      ])
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
      await db.entry.create({ data: { ...last, body: last.body as object } })
      await db.$executeRawUnsafe('ALTER TABLE entry ENABLE TRIGGER ALL')
      expect(await log(db).verify()).toMatchObject({ ok: true })
    })
  })
})
