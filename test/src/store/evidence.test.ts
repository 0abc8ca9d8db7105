import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Decision, Finding, Step } from '../../../moderation/model.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { answering } from '../../../src/store/answering.ts'
import { assessing, type Rules } from '../../../src/store/assessing.ts'
import type { Db } from '../../../src/store/db.ts'
import { evidence } from '../../../src/store/evidence.ts'
import { forgetting } from '../../../src/store/forgetting.ts'
import { intake } from '../../../src/store/intake.ts'
import { log } from '../../../src/store/log.ts'
import { outbox } from '../../../src/store/outbox.ts'
import { people } from '../../../src/store/people.ts'
import { pictures } from '../../../src/store/pictures.ts'
import { referrals } from '../../../src/store/referrals.ts'
import { sources } from '../../../src/store/sources.ts'
import { aDecision, aFinding, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

/** What is for the police is frozen before anything is done about it, and nothing takes it away while they have it. */

const RULES: Rules = {
  warningDays: 90,
  alonePerHour: 60,
  redirect: { text: 'Please ring 01632 960100.', links: [] },
  reportsThreats: true,
}
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000)
const DAY = 24 * 60
const step = (action: Step['action'], how: Step['how']): Step => ({ action, how, clause: 'threat', breach: 'threat' })
const THREAT = aFinding({ concern: 'threat', score: 0.9, gravity: 'grave', escalate: 'police' })
const FOR_POLICE: Partial<Decision> = {
  outcome: 'propose',
  act: 'block',
  escalate: 'police',
  clauses: ['threat'],
  steps: [step('hide', 'perform'), step('block', 'propose')],
}
const REPORTED = { kind: 'referred', force: 'Cumbria', officer: null, how: '101', reference: null, at: NOON } as const

eachDatabase((open) => {
  let db: Db
  let close: () => Promise<void>
  let account: string
  let person: string
  let round = 0

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    const staff = await people(db).accept(await people(db).invite(null, NOON), 'Priya', 'a long enough password', NOON)
    person = (staff as { id: string }).id
  })
  afterAll(() => close())
  beforeEach(async () => {
    const [row] = await accounts(db).configure([{ platform: 'fake', handle: `@mp${++round}`, mode: 'perform' }], NOON)
    account = row?.id ?? ''
    await accounts(db).readFrom(account, ['replies'], NOON)
    await db.item.updateMany({ where: { state: 'waiting' }, data: { state: 'assessed' } })
  })

  const read = async (page: Parameters<typeof aPage>, now: Date): Promise<void> => {
    const passes = await sources(db).lease(now, 'w', 60_000)
    const pass = passes.find((one) => one.accountId === account)
    if (!pass) throw new Error('nothing was due')
    await intake(db).store({ ...pass, cursor: null }, aPage(...page), now)
    for (const one of passes) await sources(db).release(one, now, now, null)
  }

  const judge = async (decision: Partial<Decision>, findings: Finding[], now: Date, rules = RULES): Promise<void> => {
    const batch = await assessing(db).lease(now, 10, 60_000)
    const assessed = batch.map((waiting) => ({
      waiting,
      judgement: aJudgement(...findings),
      decide: () => aDecision(decision),
    }))
    await assessing(db).settle(assessed, rules, now)
  }

  /** It is read and judged. */
  const put = async (
    given: Parameters<typeof anIncoming>[0] = {},
    decision: Partial<Decision> = FOR_POLICE,
    findings = [THREAT],
    now = NOON,
    rules = RULES,
  ) => {
    const incoming = anIncoming(given)
    await read([[incoming]], now)
    await judge(decision, findings, now, rules)
    const where = { accountId: account, externalId: incoming.item.id }
    const include = { decision: true, author: true, pictures: true } as const
    const item = await db.item.findFirstOrThrow({ where, include, orderBy: { seq: 'desc' } })
    return { incoming, item, decision: item.decision?.id ?? '' }
  }
  const kinds = async (itemId: string) => (await log(db).ofItem(itemId)).map(({ kind }) => kind)
  const recordOf = async (itemId: string) => {
    const { record, sha256 } = await db.capture.findUniqueOrThrow({ where: { itemId } })
    return { sha256, record, told: JSON.parse(record ?? 'null') }
  }
  const closedAt = async (id: string) => (await db.decision.findUniqueOrThrow({ where: { id } })).closedAt

  describe('what is known of an item for the police', () => {
    it('is frozen with the decision, before anything is ordered, and its hash is in the log', async () => {
      const author = anAuthor({ displayName: 'no name', bio: 'I know where you live' })
      await put({ author, item: { text: 'Earlier words' } }, { outcome: 'leave' }, [])
      const { item } = await put({ author, item: { text: 'I will \0 find you \uD800' } })
      expect(await kinds(item.id)).toEqual(['seen', 'captured', 'judged', 'queued', 'proposed'])
      const { record, sha256, told } = await recordOf(item.id)
      expect(
        createHash('sha256')
          .update(record ?? '')
          .digest('hex'),
      ).toBe(sha256)
      expect((await log(db).ofItem(item.id))[1]?.body).toMatchObject({ sha256, pictures: [] })
      expect(told).toMatchObject({
        item: { text: 'I will \0 find you \uD800', textSha256: item.sha256, link: item.link },
        author: { id: author.id, displayName: 'no name', profile: { bio: 'I know where you live' } },
        post: { text: 'I have written to the bus company.' },
        earlierByAuthor: [{ text: 'Earlier words' }],
      })
    })

    it('is not frozen where nobody is to be called', async () => {
      const { item } = await put({}, { outcome: 'propose', act: 'hide', steps: [step('hide', 'propose')] }, [])
      expect(await db.capture.count({ where: { itemId: item.id } })).toBe(0)
    })

    it('stands without its action or not at all: what breaks in between leaves neither', async () => {
      const incoming = anIncoming()
      await read([[incoming]], NOON)
      // A clause that no database can hold breaks the transaction after the capture was written.
      await expect(judge({ ...FOR_POLICE, clauses: ['\0'] }, [THREAT], NOON)).rejects.toThrow()
      const item = await db.item.findFirstOrThrow({ where: { accountId: account } })
      expect(await db.capture.count({ where: { itemId: item.id } })).toBe(0)
      expect(await db.action.count({ where: { itemId: item.id } })).toBe(0)
      await judge(FOR_POLICE, [THREAT], later(5))
      expect(await db.capture.count({ where: { itemId: item.id } })).toBe(1)
    })

    it('outlives a new name, a new text, and the words of others that are taken out', async () => {
      const author = anAuthor({ displayName: 'Before' })
      const { item, incoming } = await put({ author, item: { text: 'I will find you.' } })
      const before = await recordOf(item.id)
      const edited = { ...incoming.item, text: 'Have a nice day.' }
      const again = { ...incoming, revision: 'r2', author: { ...author, displayName: 'After' }, item: edited }
      await read([[again]], later(1))
      await judge({ outcome: 'leave' }, [], later(1))
      expect(await recordOf(item.id)).toEqual(before)
      expect(before.told.author.displayName).toBe('Before')
      // Nobody has read the threat, so its author does not close the case by editing it.
      expect(await closedAt(item.decision?.id ?? '')).toBeNull()
    })

    it('is superseded by an edit that is a threat again, which keeps the earlier text with it', async () => {
      const { item, incoming } = await put({ item: { text: 'I will find you.' } })
      await read([[{ ...incoming, revision: 'r2', item: { ...incoming.item, text: 'I will get you.' } }]], later(1))
      await judge(FOR_POLICE, [THREAT], later(1))
      expect(await closedAt(item.decision?.id ?? '')).not.toBeNull()
      const newest = await db.item.findFirstOrThrow({ where: { accountId: account, revision: 'r2' } })
      expect((await recordOf(newest.id)).told.earlierTexts).toMatchObject([{ text: 'I will find you.' }])
    })

    it('is frozen when somebody asks, where nobody was called', async () => {
      const { item } = await put({}, { outcome: 'leave' }, [])
      expect(await evidence(db).capture(item.id, person, later(1))).toBe(true)
      expect(await evidence(db).capture(item.id, person, later(2))).toBe(true)
      expect(await kinds(item.id)).toEqual(['seen', 'judged', 'captured'])
      expect(await evidence(db).of(item.id)).toMatchObject({ capturedAt: later(1), mustRefer: false })
    })

    it('is frozen before an answer where an older version had decided', async () => {
      const { item, decision } = await put()
      await db.capture.delete({ where: { itemId: item.id } })
      await answering(db).answer(decision, person, { answer: 'agreed' }, null, later(1))
      expect((await kinds(item.id)).slice(-3)).toEqual(['captured', 'queued', 'reviewed'])
    })
  })

  describe('pictures of evidence', () => {
    const media = [{ kind: 'image' as const, url: 'https://img.example/1' }]
    const lease = (now: Date) => outbox(db).lease(account, now, 'w', 10, 60_000)

    it('are fetched before anything is done, and are in the log', async () => {
      const { item } = await put({ item: { media } })
      expect(await lease(later(1))).toEqual([])
      const bytes = randomBytes(12)
      await pictures(db).keep(item.pictures[0]?.id ?? '', { bytes, type: 'image/png' }, later(1))
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      expect((await log(db).ofItem(item.id)).at(-1)).toMatchObject({ kind: 'captured-picture', body: { sha256 } })
      expect(await lease(later(1))).toHaveLength(1)
    })

    it('hold up nothing for long, save what deletes them', async () => {
      await put({ item: { media } }, { ...FOR_POLICE, steps: [step('hide', 'perform'), step('delete', 'perform')] })
      expect(await lease(later(9))).toEqual([])
      expect((await lease(later(11))).map(({ order }) => order.action)).toEqual(['hide'])
    })

    it('of what is no evidence hold up nothing', async () => {
      await put({ item: { media } }, { outcome: 'perform', act: 'hide', steps: [step('hide', 'perform')] }, [])
      expect(await lease(later(1))).toHaveLength(1)
    })
  })

  describe('what the police have', () => {
    const gone = (item: string) => read([[], { gone: [item] }], later(2))
    const text = async (id: string) => (await db.item.findUniqueOrThrow({ where: { id } })).text

    it('is not blanked, purged or taken out of what stands around it until they are done', async () => {
      const { item, incoming, decision } = await put()
      await referrals(db).record(decision, person, { ...REPORTED, reference: 'CU-1' }, later(1))
      await answering(db).answer(decision, person, { answer: 'agreed' }, null, later(1))
      expect(await closedAt(decision)).not.toBeNull()
      await gone(incoming.item.id)
      expect(await forgetting(db).blankGone([account], later(3))).toBe(0)
      await forgetting(db).purge('fake', true, later(3), () => {})
      expect(await text(item.id)).toBe(item.text)
      expect((await recordOf(item.id)).record).not.toBeNull()
      expect(await forgetting(db).kept('fake')).toMatchObject({ withPolice: 1 })

      const [referral] = await referrals(db).ofItem(item.id)
      expect(await referrals(db).conclude(referral?.id ?? '', person, 'charged', '', later(4))).toBe(true)
      expect(await referrals(db).conclude(referral?.id ?? '', person, 'other', '', later(4))).toBe(false)
      expect(await forgetting(db).blankGone([account], later(5))).toBe(1)
      expect(await text(item.id)).toBe('')
      expect((await recordOf(item.id)).record).toBeNull()
      expect(await evidence(db).of(item.id)).toBeNull()
      expect(await log(db).verify()).toMatchObject({ ok: true })
    })
  })

  describe('a threat that the policy promises to report', () => {
    it('stays open when it is answered, and what was agreed is done, until its reference is noted', async () => {
      const { item, decision } = await put()
      await answering(db).answer(decision, person, { answer: 'agreed' }, null, later(1))
      expect(await closedAt(decision)).toBeNull()
      expect(await db.action.count({ where: { itemId: item.id, state: 'queued' } })).toBe(2)
      const twice = answering(db).answer(decision, person, { answer: 'agreed' }, null, later(1))
      await expect(twice).rejects.toThrow('answered already')
      expect(await referrals(db).record(decision, person, REPORTED, later(2))).toBe(false)
      expect(await closedAt(decision)).toBeNull()
      const [referral] = await referrals(db).ofItem(item.id)
      await referrals(db).addReference(referral?.id ?? '', person, 'CU-7', later(3))
      expect(await closedAt(decision)).toEqual(later(3))
      expect((await kinds(item.id)).slice(-2)).toEqual(['referred', 'referral-reference'])
    })

    it('may be closed with a reason why it was not reported', async () => {
      const { decision } = await put()
      const why = 'The same words as last week’s, which they have.'
      await referrals(db).record(decision, person, { kind: 'not-referred', why, at: NOON }, later(1))
      expect(await closedAt(decision), 'nobody has answered it yet').toBeNull()
      await answering(db).answer(decision, person, { answer: 'agreed' }, null, later(2))
      expect(await closedAt(decision)).toEqual(later(2))
    })

    it('is open again where the answer is taken back, and closed with the next', async () => {
      const { decision } = await put()
      const { reviewId } = await answering(db).answer(decision, person, { answer: 'agreed' }, null, later(1))
      await answering(db).takeBack(reviewId, person, later(2))
      await referrals(db).record(decision, person, { ...REPORTED, reference: 'CU-8' }, later(3))
      expect(await closedAt(decision)).toBeNull()
      await answering(db).answer(decision, person, { answer: 'dismissed', why: 'A film title.' }, null, later(4))
      expect(await closedAt(decision)).toEqual(later(4))
    })

    it('is called none only with a reason, save where the tool was unsure', async () => {
      const { decision } = await put()
      const none = answering(db).answer(decision, person, { answer: 'dismissed', why: ' ' }, null, later(1))
      await expect(none).rejects.toThrow('say first why this is none')
      await answering(db).answer(decision, person, { answer: 'dismissed', why: 'A film title.' }, null, later(1))
      expect(await closedAt(decision)).toEqual(later(1))
      const faint = await put({}, { ...FOR_POLICE, steps: [] }, [{ ...THREAT, score: 0.2 }])
      await answering(db).answer(faint.decision, person, { answer: 'dismissed' }, null, later(1))
      expect(await closedAt(faint.decision)).toEqual(later(1))
      const unsure = await put({}, { ...FOR_POLICE, steps: [] }, [{ ...THREAT, score: 0.2 }])
      await answering(db).answer(unsure.decision, person, { answer: 'agreed' }, null, later(1))
      expect(await closedAt(unsure.decision), 'somebody said that it is one').toBeNull()
    })

    it('is asked for and not forced where the policy promises nothing', async () => {
      const { decision } = await put({}, FOR_POLICE, [THREAT], NOON, { ...RULES, reportsThreats: false })
      await answering(db).answer(decision, person, { answer: 'agreed' }, null, later(1))
      expect(await closedAt(decision)).toEqual(later(1))
    })
  })

  it('says how many are overdue, and nothing of whom', async () => {
    await db.decision.updateMany({ where: { closedAt: null }, data: { closedAt: NOON } })
    await db.referral.updateMany({ where: { concludedAt: null, kind: 'referred' }, data: { heardAt: later(90 * DAY) } })
    const overdue = (now: Date) => referrals(db).overdue(now, { days: 2, outcomeDays: 28 })
    const { item, decision } = await put()
    expect(await overdue(later(2 * DAY - 1))).toEqual({ waiting: 0, unreferenced: 0, silent: 0 })
    expect(await overdue(later(2 * DAY + 1))).toEqual({ waiting: 1, unreferenced: 0, silent: 0 })
    await referrals(db).record(decision, person, REPORTED, later(1))
    expect(await overdue(later(2 * DAY + 2))).toEqual({ waiting: 1, unreferenced: 1, silent: 0 })
    const [referral] = await referrals(db).ofItem(item.id)
    await referrals(db).addReference(referral?.id ?? '', person, 'CU-9', later(2))
    await answering(db).answer(decision, person, { answer: 'agreed' }, null, later(3))
    expect(await overdue(later(27 * DAY))).toEqual({ waiting: 0, unreferenced: 0, silent: 0 })
    expect(await overdue(later(29 * DAY))).toEqual({ waiting: 0, unreferenced: 0, silent: 1 })
    await referrals(db).asked(referral?.id ?? '', person, later(29 * DAY))
    expect(await overdue(later(30 * DAY))).toEqual({ waiting: 0, unreferenced: 0, silent: 0 })
  })
})
