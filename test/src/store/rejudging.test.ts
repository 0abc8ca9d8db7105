import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Decision, Finding, Step } from '../../../moderation/model.ts'
import { judgePictures, type Sight } from '../../../moderation/sight.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { answering } from '../../../src/store/answering.ts'
import { type Assessed, assessing, type Rules, type Waiting } from '../../../src/store/assessing.ts'
import { avatars } from '../../../src/store/avatars.ts'
import type { Db } from '../../../src/store/db.ts'
import { intake } from '../../../src/store/intake.ts'
import { known } from '../../../src/store/known.ts'
import { log } from '../../../src/store/log.ts'
import { people } from '../../../src/store/people.ts'
import { pictures } from '../../../src/store/pictures.ts'
import { queue } from '../../../src/store/queue.ts'
import { sources } from '../../../src/store/sources.ts'
import { aDecision, aFinding, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

/** What is seen on a picture after its item was decided: the item is judged once more, and nothing is done twice. */

const RULES: Rules = { warningDays: 90, alonePerHour: 60, redirect: { text: 'Please ring 01632 960100.', links: [] } }
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000)
const HARMLESS: Sight = { refused: null, hashes: ['a'], nudity: { photograph: 0.01, drawing: 0.01 }, match: null }
const SEXUAL: Sight = { ...HARMLESS, nudity: { photograph: 0.97, drawing: 0.01 } }
const step = (action: Step['action'], how: Step['how'] = 'propose'): Step => ({
  action,
  how,
  clause: action === 'redirect' ? null : 'graphic-imagery',
  breach: action === 'redirect' ? null : 'graphic-imagery',
})
const NOBODY = { answer: 'nobody-at-risk', why: 'A line of a song.' } as const
const HIDE: Partial<Decision> = { outcome: 'propose', act: 'hide', clauses: ['graphic-imagery'], steps: [step('hide')] }

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

  /** An item with pictures is read. */
  const arrive = async (
    given: Parameters<typeof anIncoming>[0] & { bytes?: Uint8Array } = {},
    alt: string | undefined = 'A bus',
    count = 1,
  ) => {
    const media = Array.from({ length: count }, (_, n) => ({
      kind: 'image' as const,
      url: `https://img.example/${round}-${n}`,
      ...(alt === undefined ? {} : { alt }),
    }))
    const { bytes = randomBytes(8), ...more } = given
    const incoming = anIncoming({ ...more, item: { media, ...more.item } })
    const passes = await sources(db).lease(later(round), 'w', 60_000)
    const pass = passes.find(({ accountId }) => accountId === account)
    if (!pass) throw new Error('nothing was due')
    await intake(db).store({ ...pass, cursor: null }, aPage([incoming]), NOON)
    await sources(db).release(pass, NOON, NOON, null)
    const item = await db.item.findFirstOrThrow({
      where: { accountId: account, externalId: incoming.item.id },
      orderBy: { seq: 'desc' },
      include: { pictures: { orderBy: { id: 'asc' } } },
    })
    for (const { id } of item.pictures) await pictures(db).keep(id, { bytes, type: 'image/png' }, NOON)
    return { ...item, bytes, picture: item.pictures[0]?.id ?? '' }
  }
  const lease = (at = NOON): Promise<Waiting[]> => assessing(db).lease(at, 50, 60_000)
  const settle = (waiting: readonly Waiting[], decision: Partial<Decision>, findings: Finding[] = [], at = NOON) =>
    assessing(db).settle(
      waiting.map(
        (one): Assessed => ({
          waiting: one,
          judgement: aJudgement(...findings),
          decide: () => aDecision(structuredClone(decision)),
        }),
      ),
      RULES,
      at,
    )
  const caseOf = async (itemId: string) => {
    const id = await queue(db).ofItem(itemId)
    const found = id === null ? null : await queue(db).find(id)
    if (!found) throw new Error('no decision')
    return found
  }
  const done = (found: Awaited<ReturnType<typeof caseOf>>) => found.actions.map(({ kind, state }) => `${kind} ${state}`)
  const told = async (itemId: string) => (await log(db).ofItem(itemId)).map(({ kind }) => kind)

  describe('a picture that is seen after its item was decided', () => {
    it('has the item judged once more, and its decision amended', async () => {
      const item = await arrive()
      await settle(await lease(), {})
      expect((await caseOf(item.id)).lane).toBeNull()
      expect(await lease()).toEqual([])

      expect(await pictures(db).examined(item.picture, SEXUAL, later(1))).toBe(true)
      const [again, ...rest] = await lease(later(1))
      expect(rest).toEqual([])
      expect(again).toMatchObject({ id: item.id, pictures: [{ id: item.picture, alt: 'A bus', sight: SEXUAL }] })
      await settle([again as Waiting], HIDE, [aFinding({ concern: 'graphic-imagery' })], later(1))

      const found = await caseOf(item.id)
      expect(found).toMatchObject({ lane: 'proposal', act: 'hide', closedAt: null, decidedAt: later(1) })
      expect(done(found)).toEqual(['hide proposed'])
      expect(found.item.findings.map(({ concern }) => concern)).toEqual(['graphic-imagery'])
      expect(await told(item.id)).toEqual(['seen', 'judged', 'judged', 'proposed'])
      expect((await log(db).verify()).ok).toBe(true)
      expect(await lease(later(2))).toEqual([])
    })

    it('is looked at once, by whoever comes first', async () => {
      const item = await arrive()
      await settle(await lease(), {})
      const both = await Promise.all([1, 2].map((n) => pictures(db).examined(item.picture, SEXUAL, later(n))))
      expect(both.filter((again) => again)).toHaveLength(1)
    })

    it('leaves the item alone if it is harmless', async () => {
      const item = await arrive()
      await settle(await lease(), {})
      expect(await pictures(db).examined(item.picture, HARMLESS, later(1))).toBe(false)
      expect(await lease(later(1))).toEqual([])
      expect(await told(item.id)).toEqual(['seen', 'judged'])
    })

    it('is weighed at once if the item still waits, and not a second time', async () => {
      const item = await arrive()
      expect(await pictures(db).examined(item.picture, SEXUAL, NOON)).toBe(true)
      const waiting = await lease()
      expect(waiting[0]?.pictures).toHaveLength(1)
      await settle(waiting, HIDE)
      expect(await lease(later(1))).toEqual([])
      expect(done(await caseOf(item.id))).toEqual(['hide proposed'])
    })

    it('is not lost if it is seen while the item is being judged', async () => {
      const item = await arrive()
      const waiting = await lease()
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      await settle(waiting, {})
      const again = await lease()
      expect(again[0]?.pictures).toHaveLength(1)
      await settle(again, HIDE)
      expect(await lease(later(1))).toEqual([])
      expect(done(await caseOf(item.id))).toEqual(['hide proposed'])
    })

    it('does nothing a second time: what was done stays, what was proposed and is now allowed is done', async () => {
      const both = await arrive()
      await settle(await lease(), { ...HIDE, outcome: 'perform', steps: [step('hide', 'perform'), step('redirect')] })
      await pictures(db).examined(both.picture, SEXUAL, NOON)
      const stronger: Partial<Decision> = {
        outcome: 'propose',
        act: 'block',
        steps: [step('hide', 'perform'), step('block')],
      }
      await settle(await lease(), stronger)
      expect(done(await caseOf(both.id)).toSorted()).toEqual(['block proposed', 'hide queued', 'redirect dropped'])

      const one = await arrive()
      await settle(await lease(), HIDE)
      await pictures(db).examined(one.picture, SEXUAL, NOON)
      await settle(await lease(), { ...HIDE, outcome: 'perform', steps: [step('hide', 'perform')] })
      expect(done(await caseOf(one.id))).toEqual(['hide queued'])
    })

    it('never makes a decision weaker, nor sends the standard answer', async () => {
      const item = await arrive()
      await settle(await lease(), HIDE)
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      await settle(await lease(), { steps: [step('redirect', 'perform')] })
      const found = await caseOf(item.id)
      expect(found).toMatchObject({ lane: 'proposal', act: 'hide' })
      expect(done(found)).toEqual(['hide proposed'])
      expect(found.item.author?.redirectedAt).toBeNull()
    })

    it('opens an answered case again only if there is more to answer', async () => {
      const looked = await arrive()
      await settle(await lease(), { outcome: 'review', act: 'review' })
      await answering(db).answer((await caseOf(looked.id)).id, person, { answer: 'agreed' }, null, later(1))
      await pictures(db).examined(looked.picture, SEXUAL, later(2))
      await settle(await lease(later(2)), HIDE, [], later(2))
      const reopened = await caseOf(looked.id)
      expect(reopened).toMatchObject({ closedAt: null, lane: 'proposal', decidedAt: later(2) })
      expect(reopened.reviews.map(({ undoneAt }) => undoneAt)).toEqual([later(2)])
      expect(await told(looked.id)).toContain('reopened')

      const hidden = await arrive()
      await settle(await lease(), HIDE)
      await answering(db).answer((await caseOf(hidden.id)).id, person, { answer: 'agreed' }, null, later(1))
      await pictures(db).examined(hidden.picture, SEXUAL, later(2))
      let breaches: number | undefined
      const again = await lease(later(2))
      await assessing(db).settle(
        again.map(
          (waiting): Assessed => ({
            waiting,
            judgement: aJudgement(),
            decide: (standing) => {
              breaches = standing.breaches
              return aDecision(HIDE)
            },
          }),
        ),
        RULES,
        later(2),
      )
      expect(breaches, 'the breach on the item itself is no earlier one').toBe(0)
      expect(await caseOf(hidden.id)).toMatchObject({ closedAt: later(1) })
      expect(done(await caseOf(hidden.id))).toEqual(['hide queued'])
    })

    it('calls staff again if it is for the police now', async () => {
      const item = await arrive()
      await settle(await lease(), {})
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      await settle(await lease(), { ...HIDE, escalate: 'police' })
      expect((await queue(db).toAlert(100)).map(({ itemId }) => itemId)).toContain(item.id)
    })

    it('keeps somebody at risk, and whom it called for them, when that is not found a second time', async () => {
      const item = await arrive()
      const risk = aFinding({ concern: 'at-risk', escalate: 'safeguarding', detector: 'openai-moderation' })
      await settle(await lease(), { outcome: 'review', escalate: 'safeguarding', atRisk: true }, [risk])
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      const alone: Partial<Decision> = { ...HIDE, outcome: 'perform', steps: [step('hide', 'perform')] }
      await settle(await lease(), alone, [aFinding({ concern: 'graphic-imagery' })])
      const found = await caseOf(item.id)
      expect(found).toMatchObject({ lane: 'risk', act: 'none', escalate: 'safeguarding', atRisk: true })
      expect(done(found)).toEqual([])
      expect(
        found.item.findings.map(({ concern }) => concern),
        'what it rests on',
      ).toEqual(['at-risk'])
    })

    it('moderates what staff found to be no cry for help', async () => {
      const item = await arrive()
      await settle(await lease(), { outcome: 'review', escalate: 'safeguarding', atRisk: true })
      await answering(db).answer((await caseOf(item.id)).id, person, NOBODY, null, later(1))
      await pictures(db).examined(item.picture, SEXUAL, later(2))
      await settle(await lease(later(2)), HIDE, [], later(2))
      expect(await caseOf(item.id)).toMatchObject({ lane: 'proposal', act: 'hide', escalate: null, atRisk: false })
    })

    it('does not put back among those at risk whom staff found not to be, while the rest of the case waits', async () => {
      const item = await arrive()
      const risk = { outcome: 'review', escalate: 'safeguarding', atRisk: true, casework: true } as const
      await settle(await lease(), risk)
      await answering(db).answer((await caseOf(item.id)).id, person, NOBODY, null, later(1))
      await pictures(db).examined(item.picture, SEXUAL, later(2))
      await settle(await lease(later(2)), risk, [], later(2))
      const found = await caseOf(item.id)
      expect(found).toMatchObject({ lane: 'casework', escalate: null, atRisk: false, closedAt: null })
      expect(found.reviews).toMatchObject([{ answer: 'nobody-at-risk', undoneAt: null }])
    })

    it('helps somebody found to be at risk only now, and does nothing to them that had not begun', async () => {
      const item = await arrive()
      const both = [step('hide', 'perform'), step('redirect', 'perform'), step('block')]
      await settle(await lease(), { ...HIDE, outcome: 'perform', act: 'block', steps: both })
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      const risk = aFinding({ concern: 'at-risk', escalate: 'safeguarding' })
      await settle(await lease(), { outcome: 'review', escalate: 'safeguarding', atRisk: true }, [risk])
      const found = await caseOf(item.id)
      expect(found).toMatchObject({ lane: 'risk', act: 'none', escalate: 'safeguarding', atRisk: true, closedAt: null })
      expect(done(found).toSorted()).toEqual(['block dropped', 'hide dropped', 'redirect dropped'])
      expect(found.item.author?.redirectedAt).toBeNull()
      expect((await queue(db).toAlert(100)).map(({ itemId }) => itemId)).toContain(item.id)
      expect((await log(db).verify()).ok).toBe(true)
    })

    it('leaves the police called, and what was found in its place, when less is found a second time', async () => {
      const equal = await arrive()
      await settle(await lease(), { outcome: 'review', act: 'review', escalate: 'police' })
      await pictures(db).examined(equal.picture, SEXUAL, NOON)
      await settle(await lease(), HIDE)
      expect(await caseOf(equal.id)).toMatchObject({ lane: 'police', act: 'hide', escalate: 'police' })

      const weaker = await arrive()
      await settle(await lease(), HIDE, [aFinding({ concern: 'abuse', reason: 'An adviser said so.' })])
      await pictures(db).examined(weaker.picture, SEXUAL, NOON)
      await settle(await lease(), { outcome: 'review', act: 'review' }, [aFinding({ concern: 'graphic-imagery' })])
      const found = await caseOf(weaker.id)
      expect(found).toMatchObject({ lane: 'proposal', act: 'hide' })
      expect(found.item.findings.map(({ reason }) => reason)).toEqual(['An adviser said so.'])
    })

    it('calls the police where that is all that is new, and keeps the rest', async () => {
      const item = await arrive()
      await settle(await lease(), { ...HIDE, reasons: ['Abuse.'] }, [aFinding({ concern: 'abuse' })])
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      const threat = aFinding({ concern: 'threat' })
      await settle(await lease(), { outcome: 'review', act: 'review', escalate: 'police', reasons: ['A threat.'] }, [
        threat,
      ])
      const found = await caseOf(item.id)
      expect(found).toMatchObject({ lane: 'police', act: 'hide', escalate: 'police', reasons: ['Abuse.', 'A threat.'] })
      expect(done(found)).toEqual(['hide proposed'])
      expect(found.item.findings.map(({ concern }) => concern).toSorted()).toEqual(['abuse', 'threat'])
    })

    it('lets the tool do nothing by itself where a person had answered', async () => {
      const item = await arrive()
      await settle(await lease(), HIDE)
      await answering(db).answer((await caseOf(item.id)).id, person, { answer: 'dismissed' }, null, later(1))
      await pictures(db).examined(item.picture, SEXUAL, later(2))
      const modes: string[] = []
      const again = await lease(later(2))
      await assessing(db).settle(
        again.map(
          (waiting): Assessed => ({
            waiting,
            judgement: aJudgement(),
            decide: (_, mode) => {
              modes.push(mode)
              const how = mode === 'perform' ? 'perform' : 'propose'
              return aDecision({ ...HIDE, act: 'block', steps: [step('hide', how), step('block')] })
            },
          }),
        ),
        RULES,
        later(2),
      )
      expect(modes).toEqual(['propose'])
      expect(done(await caseOf(item.id)).toSorted()).toEqual(['block proposed', 'hide dropped', 'hide proposed'])
    })

    it('does not overwrite an answer that is given meanwhile about what nobody is known to have written', async () => {
      const item = await arrive({ author: null })
      await settle(await lease(), HIDE)
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      const decisionId = (await caseOf(item.id)).id
      const again = await lease()
      const answers = [
        settle(again, { ...HIDE, act: 'hide', outcome: 'propose' }),
        answering(db).answer(decisionId, person, { answer: 'agreed' }, null, later(1)),
      ]
      await Promise.all(answers)
      expect(await caseOf(item.id)).toMatchObject({ closedAt: later(1) })
      expect(done(await caseOf(item.id))).toEqual(['hide queued'])
    })

    it('changes nothing about a text that was edited since', async () => {
      const item = await arrive()
      await settle(await lease(), {})
      await arrive({ revision: 'r2', item: { id: item.externalId, text: 'Edited' } })
      await settle(await lease(), {})
      await pictures(db).examined(item.picture, SEXUAL, NOON)
      await settle(await lease(), HIDE)
      const old = await caseOf(item.id)
      expect(done(old)).toEqual([])
      expect(old.lane).toBeNull()
    })
  })

  describe('a picture without a description', () => {
    it('has the item judged once more only where something speaks against it', async () => {
      const plain = await arrive({}, '')
      await settle(await lease(), {})
      expect(await pictures(db).examined(plain.picture, HARMLESS, NOON)).toBe(false)

      const faint = await arrive({}, '')
      await settle(await lease(), {}, [aFinding({ score: 0.2 })])
      expect(await pictures(db).examined(faint.picture, HARMLESS, NOON)).toBe(true)
      await settle(await lease(), { outcome: 'review', act: 'review' })
      expect((await caseOf(faint.id)).lane).toBe('look')
    })

    it('counts against somebody who broke a rule before', async () => {
      const author = anAuthor()
      const before = await arrive({ author })
      await settle(await lease(), HIDE)
      await answering(db).answer((await caseOf(before.id)).id, person, { answer: 'agreed' }, null, NOON)
      const item = await arrive({ author }, '')
      const waiting = await lease()
      expect(waiting[0]?.known, 'asked only where a picture was looked at').toBe(false)
      await settle(waiting, {})
      expect(await pictures(db).examined(item.picture, HARMLESS, NOON)).toBe(true)
      const again = await lease()
      expect(again[0]?.known).toBe(true)
      await settle(again, {})
    })
  })

  describe('the queue of pictures to look at', () => {
    it('gives each to one, and again after the lease; not what is old or erased', async () => {
      await db.picture.updateMany({ where: { examinedAt: null }, data: { examinedAt: NOON } })
      const item = await arrive()
      const leased = await pictures(db).leaseToExamine(NOON, 60_000)
      expect(leased).toMatchObject({ id: item.picture, attempts: 1 })
      expect(new Uint8Array(leased?.bytes ?? [])).toEqual(new Uint8Array(item.bytes))
      expect(await pictures(db).leaseToExamine(NOON, 60_000)).toBeNull()
      expect(await pictures(db).leaseToExamine(later(2), 60_000)).toMatchObject({ id: item.picture, attempts: 2 })
      expect(await pictures(db).leaseToExamine(later(3 * 24 * 60), 60_000)).toBeNull()
      await pictures(db).erase(item.picture, person, NOON)
      expect(await pictures(db).leaseToExamine(later(5), 60_000)).toBeNull()
    })
  })

  describe('a picture that may show child abuse', () => {
    it('is erased here once, with its hash left in the log, and is never examined or given away after that', async () => {
      const item = await arrive()
      const { sha256 } = await db.picture.findUniqueOrThrow({ where: { id: item.picture } })
      expect(await pictures(db).erase(item.picture, person, NOON)).toBe(true)
      expect(await pictures(db).erase(item.picture, person, NOON)).toBe(false)
      expect(await pictures(db).read(item.picture)).toEqual({ bytes: null, type: 'image/png' })
      const entries = (await log(db).ofItem(item.id)).filter(({ kind }) => kind === 'picture-erased')
      expect(entries).toMatchObject([{ actor: person, body: { picture: item.picture, sha256 } }])
      expect(await pictures(db).examined(item.picture, HARMLESS, NOON)).toBe(false)
      expect(await pictures(db).keptOf(item.id)).toEqual([])
      await expect(
        db.picture.update({ where: { id: item.picture }, data: { bytes: new Uint8Array([1]) } }),
      ).rejects.toThrow()
    })

    it('is erased wherever the same file came, and never kept again, whoever posts it', async () => {
      const first = await arrive()
      const twin = await arrive({ bytes: first.bytes })
      await pictures(db).erase(first.picture, person, NOON)
      expect(await pictures(db).read(twin.picture)).toMatchObject({ bytes: null })
      expect(await told(twin.id)).toContain('picture-erased')
      await settle(await lease(), {})

      const edited = await arrive({
        bytes: first.bytes,
        revision: 'r2',
        item: { id: first.externalId, text: 'Edited' },
      })
      expect(await pictures(db).find(edited.picture)).toMatchObject({ state: 'erased' })
      expect(await pictures(db).read(edited.picture)).toMatchObject({ bytes: null })
      const [waiting] = await lease()
      expect(judgePictures(waiting?.pictures ?? [], [], false)).toMatchObject([
        { concern: 'unlawful', escalate: 'police' },
      ])
      await settle([waiting as Waiting], {})
      expect(await lease()).toEqual([])
    })

    it('does not come back by a fetch that was under way', async () => {
      const item = await arrive()
      await pictures(db).erase(item.picture, person, NOON)
      await pictures(db).keep(item.picture, { bytes: randomBytes(8), type: 'image/png' }, NOON)
      await pictures(db).lose(item.picture)
      expect(await pictures(db).find(item.picture)).toMatchObject({ state: 'erased' })
    })

    it('is not given to anybody outside before it was looked at here, nor if it may be sexual', async () => {
      const item = await arrive({}, 'A bus', 4)
      const [harmless, perhaps, unsearched] = item.pictures.map(({ id }) => id)
      expect(await pictures(db).areComing(item.id)).toBe(true)
      expect(await pictures(db).keptOf(item.id)).toEqual([])
      await pictures(db).examined(harmless ?? '', HARMLESS, NOON)
      await pictures(db).examined(perhaps ?? '', { ...HARMLESS, nudity: { photograph: 0.4, drawing: 0 } }, NOON)
      await pictures(db).examined(unsearched ?? '', { ...HARMLESS, nudity: null }, NOON)
      expect(await pictures(db).keptOf(item.id)).toHaveLength(1)
    })
  })

  describe('what is to be known again', () => {
    it('is added and removed in the log, and knows no breach but of what is unwanted', async () => {
      const id = await known(db).add({ kind: 'ours', hashes: ['h'], title: 'Dawn', holder: 'R. Okafor' }, person, NOON)
      expect((await known(db).all()).find((one) => one.id === id)).toMatchObject({ title: 'Dawn', breach: null })
      expect(await known(db).remove(id, person, NOON)).toBe(true)
      expect(await known(db).remove(id, person, NOON)).toBe(false)
      expect((await known(db).all()).map((one) => one.id)).not.toContain(id)
      const kinds = (await log(db).page(null, 2)).map(({ kind, actor }) => [kind, actor])
      expect(kinds).toEqual([
        ['picture-removed', person],
        ['picture-added', person],
      ])
      await expect(known(db).add({ kind: 'unwanted', hashes: [], title: 'x' }, person, NOON)).rejects.toThrow()
      await expect(
        known(db).add({ kind: 'never', hashes: [], title: 'x', breach: 'spam' }, person, NOON),
      ).rejects.toThrow()
    })
  })

  describe('an avatar that is like the MP’s', () => {
    const impostor = () => anAuthor({ avatar: `https://img.example/avatar-${round}` })

    it('has what its bearer wrote lately judged once more, knowing it', async () => {
      const author = impostor()
      const item = await arrive({ author })
      const [waiting] = await lease()
      expect(waiting?.subject.author?.avatar).toBe(author.avatar)
      expect(waiting?.subject.author?.avatarLike).toBeUndefined()
      await settle([waiting as Waiting], {})
      const authorId = item.authorId ?? ''
      expect(await avatars(db).want(authorId, author.avatar ?? '', NOON)).toBe(true)
      expect(await avatars(db).want(authorId, author.avatar ?? '', NOON)).toBe(false)
      const wanted = (await avatars(db).lease(NOON, 50, 60_000)).find((one) => one.authorId === authorId)
      expect(wanted).toMatchObject({ accountId: account, url: author.avatar, attempts: 1 })
      expect(await avatars(db).examined(wanted ?? { authorId, url: '' }, ['h'], 'mp', NOON)).toBe(true)
      const [again] = await lease()
      expect(again?.subject.author?.avatarLike).toBe('mp')
      await settle([again as Waiting], {})
      expect(await lease()).toEqual([])
    })

    it('is not lost if it is recognised while the item is being judged', async () => {
      const author = impostor()
      const item = await arrive({ author })
      const waiting = await lease()
      const authorId = item.authorId ?? ''
      await avatars(db).want(authorId, author.avatar ?? '', NOON)
      await avatars(db).examined({ authorId, url: author.avatar ?? '' }, ['h'], 'staff', NOON)
      expect(await settle(waiting, {})).toBe(0)
      const [again] = await lease(later(2))
      expect(again?.subject.author?.avatarLike).toBe('staff')
      await settle([again as Waiting], {})
    })

    it('is asked anew when a portrait is added or removed, and when the picture changes', async () => {
      const author = impostor()
      const item = await arrive({ author })
      await settle(await lease(), {})
      const authorId = item.authorId ?? ''
      await avatars(db).want(authorId, 'https://img.example/one', NOON)
      await avatars(db).examined({ authorId, url: 'https://img.example/one' }, ['h'], null, NOON)
      expect(await avatars(db).compare((hashes) => (hashes[0] === 'h' ? 'mp' : null), NOON)).toBe(true)
      const [again] = await lease()
      expect(again?.subject.author?.avatarLike).toBe('mp')
      await settle([again as Waiting], {})
      expect(await avatars(db).compare(() => null, NOON)).toBe(false)
      await avatars(db).want(authorId, 'https://img.example/two', NOON)
      expect(await avatars(db).examined({ authorId, url: 'https://img.example/one' }, ['h'], 'mp', NOON)).toBe(false)
    })
  })
})
