import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Decision, Standing, Step } from '../../../moderation/model.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { adjustments } from '../../../src/store/adjustments.ts'
import { answering } from '../../../src/store/answering.ts'
import { assessing } from '../../../src/store/assessing.ts'
import type { Db } from '../../../src/store/db.ts'
import { forgetting } from '../../../src/store/forgetting.ts'
import { histories, historiesOf, standingAt } from '../../../src/store/histories.ts'
import { type Ground, identities } from '../../../src/store/identities.ts'
import { intake } from '../../../src/store/intake.ts'
import { log } from '../../../src/store/log.ts'
import { people } from '../../../src/store/people.ts'
import { queue } from '../../../src/store/queue.ts'
import { sources } from '../../../src/store/sources.ts'
import { isKnown } from '../../../src/store/standings.ts'
import { aDecision, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000)
const LETTER = { text: 'Please ring 01632 960100.', links: [] }
const RULES = { warningDays: 90, alonePerHour: 60, redirect: LETTER }
const DAYS = 24 * 60
const SAID: { ground: Ground; why: string } = { ground: 'told', why: 'In their message of 3 May.' }

const redirect: Step = { action: 'redirect', how: 'perform', clause: null, breach: null }
const hide: Step = { action: 'hide', how: 'propose', clause: 'abuse', breach: 'abuse' }
const block: Step = { action: 'block', how: 'propose', clause: 'abuse', breach: 'abuse' }

eachDatabase((open, kind) => {
  let db: Db
  let account: string
  let staff: string
  let close: () => Promise<void>

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    const joined = await people(db).accept(await people(db).invite(null, NOON), 'Priya', 'a long enough password', NOON)
    if (joined === null || typeof joined === 'string') throw new Error('nobody joined')
    staff = joined.id
    const [row] = await accounts(db).configure([{ platform: 'rehearsal', handle: '@mp', mode: 'perform' }], NOON)
    account = row?.id ?? ''
    await accounts(db).readFrom(account, ['replies'], NOON)
  })
  afterAll(async () => {
    expect(await log(db).verify()).toMatchObject({ ok: true })
    await close()
  })

  let minutes = 0
  const now = (): Date => later(minutes)
  type Writer = ReturnType<typeof anAuthor>

  /** These people write, and it is decided so of each in turn. @returns what each decision was told, and what came of it */
  const write = async (...said: [Writer, Partial<Decision>?][]) => {
    minutes++
    const pass = (await sources(db).lease(now(), 'w', 60_000)).find(({ accountId }) => accountId === account)
    if (!pass) throw new Error('nothing was due')
    const items = said.map(([author]) => anIncoming({ author }))
    await intake(db).store(pass, aPage(items), now())
    await sources(db).release(pass, now(), now(), null)
    const waiting = await assessing(db).lease(now(), 100, 60_000)
    const told: Standing[] = []
    await assessing(db).settle(
      waiting.map((one, n) => ({
        waiting: one,
        judgement: aJudgement(),
        decide: (standing) => {
          told.push(standing)
          return aDecision(said[n]?.[1])
        },
      })),
      RULES,
      now(),
    )
    return Promise.all(
      waiting.map(async ({ id, authorId, person }, n) => {
        const decision = (await queue(db).ofItem(id)) ?? ''
        return { standing: told[n], itemId: id, author: authorId ?? '', person, decision }
      }),
    )
  }
  const one = async (author: Writer, decision: Partial<Decision> = {}) => {
    const [written] = await write([author, decision])
    if (!written) throw new Error('nothing was written')
    return written
  }
  const link = (own: string, other: string) => identities(db).link(own, other, SAID, staff, now())
  const actionsOf = async (decision: string) =>
    ((await queue(db).find(decision))?.actions ?? []).map(({ kind: what, state }) => `${what} ${state}`)

  let round = 0
  /** Somebody on two platforms, whom nothing ties together yet. */
  const somebody = async () => {
    const name = `kim${++round}`
    const [here, there] = [
      anAuthor({ platform: 'facebook', id: `${name}-f`, handle: `Kim ${round} Lee`, displayName: `Kim ${round} Lee` }),
      anAuthor({ platform: 'x', id: `${name}-x`, handle: `@${name}_lee` }),
    ]
    const [first, second] = [await one(here), await one(there)]
    return { here, there, hereId: first.author, thereId: second.author }
  }

  describe('linking', () => {
    it('is said by somebody, on a ground and with a reason, of which the log has only the hash', async () => {
      const { hereId, thereId } = await somebody()
      expect((await identities(db).find(hereId)).map(({ id }) => id)).toEqual([hereId])
      expect(await link(hereId, thereId)).toBe('linked')
      const found = await identities(db).find(thereId)
      expect(found.map(({ id }) => id)).toEqual([thereId, hereId])
      for (const { identity, identifiedBy, identifiedAt, identifiedGround, identifiedWhy } of found) {
        expect(identity).toBe(found[0]?.identity)
        expect([identifiedBy, identifiedAt, identifiedGround, identifiedWhy]).toEqual([staff, now(), 'told', SAID.why])
      }
      const [entry] = await log(db).page(null, 1)
      expect(entry).toMatchObject({ kind: 'linked', actor: staff, authorId: hereId, body: { other: thereId } })
      expect(JSON.stringify(entry?.body)).not.toContain('May')
      expect(await link(thereId, hereId)).toBe('linked-already')
      expect((await log(db).page(null, 1))[0]?.seq).toBe(entry?.seq)
    })

    it('is of accounts on different platforms, that have a name', async () => {
      const { hereId } = await somebody()
      const { hereId: alike, thereId } = await somebody()
      expect(await link(hereId, alike)).toBe('same-platform')
      expect(await link(hereId, hereId)).toBe('same-platform')
      expect(await link(hereId, '00000000-0000-7000-8000-000000000000')).toBe('gone')
      await db.author.update({ where: { id: thereId }, data: { handle: '' } })
      expect(await link(hereId, thereId)).toBe('gone')
      expect(await identities(db).find(hereId)).toHaveLength(1)
    })

    it('joins what either was linked to before, and takes out one at a time', async () => {
      const { hereId, thereId } = await somebody()
      const third = (await one(anAuthor({ platform: 'bluesky', handle: '@third' }))).author
      const fourth = (await one(anAuthor({ platform: 'instagram', handle: 'fourth' }))).author
      await link(hereId, thereId)
      await link(third, fourth)
      await link(thereId, third)
      const ids = async (id: string) => (await identities(db).find(id)).map((author) => author.id).sort()
      expect(await ids(fourth)).toEqual([hereId, thereId, third, fourth].sort())

      expect(await identities(db).unlink(hereId, staff, now())).toBe(true)
      expect(await identities(db).unlink(hereId, staff, now())).toBe(false)
      expect(await ids(hereId)).toEqual([hereId])
      expect(await ids(thereId)).toEqual([thereId, third, fourth].sort())
      // Whoever was taken out and is linked to somebody else does not bring the others back.
      const fifth = (await one(anAuthor({ platform: 'threads', handle: '@fifth' }))).author
      await link(hereId, fifth)
      expect(await ids(hereId)).toEqual([hereId, fifth].sort())

      await identities(db).unlink(third, staff, now())
      await identities(db).unlink(fourth, staff, now())
      const [alone] = await identities(db).find(thereId)
      expect(alone, 'one account is linked to nothing').toMatchObject({ identity: null, identifiedWhy: null })
      const kinds = (await log(db).page(null, 2)).map((entry) => [entry.kind, entry.authorId, entry.body])
      expect(kinds).toEqual([
        ['unlinked', fourth, { from: [thereId] }],
        ['unlinked', third, { from: expect.arrayContaining([thereId, fourth]) }],
      ])
    })

    it('finds by handle or name who wrote on another platform, and takes no letter for a pattern', async () => {
      const { hereId, thereId, there } = await somebody()
      const ids = async (words: string) => (await identities(db).search(hereId, words)).map(({ id }) => id)
      expect(await ids(there.handle.toUpperCase())).toEqual([thereId])
      expect(await ids(`KIM${round}_`)).toEqual([thereId])
      expect(await ids(`Kim ${round} Lee`), 'on the same platform').toEqual([])
      expect(await ids('%_lee%')).toEqual([])
      expect(await ids(' @ ')).toEqual([])
      await link(hereId, thereId)
      expect(await ids(there.handle), 'who is linked already').toEqual([])
    })
  })

  describe('whoever is one person', () => {
    it('stands by all that was, on whatever platform; it is said what came from another, and ends with the link', async () => {
      const { here, there, hereId, thereId } = await somebody()
      const abusive = await one(there, { outcome: 'propose', act: 'hide', clauses: ['abuse'], steps: [hide] })
      await answering(db).answer(abusive.decision, staff, { answer: 'agreed' }, null, now())
      const warn = { accountId: account, authorId: thereId, kind: 'warn', origin: staff, state: 'done', runAt: now() }
      await db.action.create({ data: { ...warn, createdAt: now(), settledAt: now(), dedupeKey: `warn ${round}` } })
      for (const id of [hereId, thereId]) {
        await adjustments(db).ask(id, { kind: 'large print', detail: '18 points', format: 'large-print' }, staff, now())
        const [asked] = await adjustments(db).ofPerson(id)
        await adjustments(db).turn(asked?.id ?? '', 'agreed', '', staff, now())
      }
      expect((await one(here)).standing).toMatchObject({ warnings: 0, breaches: 0, adjustments: 1 })
      expect(await isKnown(db, [hereId])).toEqual(new Set())

      await link(hereId, thereId)
      const { standing, person } = await one(here)
      expect(standing).toEqual({
        warnings: 1,
        breaches: 1,
        adjustments: 2,
        redirectedAt: null,
        atRiskAt: null,
        elsewhere: ['warnings', 'breaches', 'adjustments'],
      })
      const own = await one(there)
      expect(own.standing).toMatchObject({ warnings: 1, breaches: 1, adjustments: 2, elsewhere: ['adjustments'] })
      expect(own.person).toBe(person)
      expect(await isKnown(db, [hereId])).toEqual(new Set([hereId]))
      const past = (await historiesOf(db, [hereId])).get(hereId)
      const moment = { at: now(), seq: 10_000n, itemId: hereId }
      expect(past && standingAt(past, moment, 90)).toMatchObject({ warnings: 1, breaches: 1, adjustments: 2 })
      const wrote = await queue(db).history(hereId)
      expect(new Set(wrote.map(({ authorId }) => authorId))).toEqual(new Set([hereId, thereId]))

      await identities(db).unlink(thereId, staff, now())
      const after = (await one(here)).standing
      expect(after).toEqual({ warnings: 0, breaches: 0, adjustments: 1, redirectedAt: null, atRiskAt: null })
    })

    it('is pointed to the office once, whichever platform they write on, also within one batch', async () => {
      const { here, there, hereId, thereId } = await somebody()
      await link(hereId, thereId)
      const [first, second] = await write([there, { steps: [redirect] }], [here])
      expect(first?.standing?.redirectedAt).toBeNull()
      expect(second?.standing).toMatchObject({ redirectedAt: now(), elsewhere: ['redirectedAt'] })
      const sent = now()
      const third = await one(here, { outcome: 'propose', act: 'block', clauses: ['abuse'], steps: [block] })
      expect(third.standing).toMatchObject({ redirectedAt: sent, elsewhere: ['redirectedAt'] })
      expect((await one(there)).standing).not.toHaveProperty('elsewhere')
      expect((await queue(db).find(third.decision))?.item.author).toMatchObject({ id: hereId, redirectedAt: sent })
      expect((await queue(db).page({}, null, 200)).find(({ id }) => id === third.decision)?.item.author).toMatchObject({
        redirectedAt: sent,
      })
      // Nor before a block.
      await answering(db).answer(third.decision, staff, { answer: 'agreed' }, { letter: LETTER, everyDays: 30 }, now())
      expect(await actionsOf(third.decision)).toEqual(['block queued'])
      const own = await db.author.findUniqueOrThrow({ where: { id: hereId } })
      expect(own.redirectedAt, 'nothing is copied').toBeNull()
    })

    it('is in care on each platform when they seemed to be at risk on one', async () => {
      const { here, there, hereId, thereId } = await somebody()
      await link(hereId, thereId)
      const [risk, beside] = await write([there, { atRisk: true, escalate: 'safeguarding' }], [here])
      const at = now()
      expect(risk?.standing?.atRiskAt).toBeNull()
      expect(beside?.standing).toMatchObject({ atRiskAt: at, elsewhere: ['atRiskAt'] })
      const abusive = await one(here, { outcome: 'propose', act: 'block', clauses: ['abuse'], steps: [block] })
      expect(abusive.standing).toMatchObject({ atRiskAt: at, elsewhere: ['atRiskAt'] })
      expect(await histories(db).lastAtRisk([hereId])).toEqual(new Map([[hereId, at]]))
      // A person may decide a block all the same; nobody who is at risk is then sent the standard answer.
      const farewell = { letter: LETTER, everyDays: 30 }
      await answering(db).answer(abusive.decision, staff, { answer: 'agreed' }, farewell, now())
      expect(await actionsOf(abusive.decision)).toEqual(['block queued'])

      const given = { answer: 'nobody-at-risk', why: 'A song.' } as const
      await answering(db).answer(risk?.decision ?? '', staff, given, null, now())
      expect((await one(here)).standing?.atRiskAt).toBeNull()
      expect(await histories(db).lastAtRisk([hereId])).toEqual(new Map())
    })

    it('is not taken for somebody who floods, where they say the same on each platform', async () => {
      const { here, there, hereId, thereId } = await somebody()
      await link(hereId, thereId)
      await one(there)
      minutes++
      const pass = (await sources(db).lease(now(), 'w', 60_000)).find(({ accountId }) => accountId === account)
      if (!pass) throw new Error('nothing was due')
      await intake(db).store(pass, aPage([anIncoming({ author: here })]), now())
      await sources(db).release(pass, now(), now(), null)
      const [waiting] = await assessing(db).lease(now(), 100, 60_000)
      expect(waiting?.subject.context.earlier).toHaveLength(1)
      await assessing(db).settle(
        waiting ? [{ waiting, judgement: aJudgement(), decide: () => aDecision() }] : [],
        RULES,
        now(),
      )
    })
  })

  describe('where an author’s words are removed', () => {
    const goes = async (author: string): Promise<void> => {
      await db.item.updateMany({ where: { authorId: author }, data: { goneAt: now() } })
      await forgetting(db).blankGone([account], now())
    }

    it('the other account keeps all it has, and nothing ties it to what is left', async () => {
      const { here, hereId, thereId } = await somebody()
      await link(hereId, thereId)
      await goes(thereId)
      const [own, other] = await identities(db).find(hereId)
      expect(own).toMatchObject({ handle: here.handle, identifiedWhy: SAID.why })
      expect(other).toMatchObject({ handle: '', displayName: null, identifiedWhy: '' })
      expect(await db.item.count({ where: { authorId: hereId, blankedAt: null } })).toBe(1)
      expect(await identities(db).forget(now())).toBe(1)
      expect(await identities(db).find(hereId)).toMatchObject([{ id: hereId, identity: null, handle: here.handle }])
      expect((await log(db).page(null, 1))[0]).toMatchObject({ kind: 'unlinked', actor: 'tool', authorId: thereId })
      expect(await identities(db).forget(now())).toBe(0)
    })

    it('the care for somebody at risk outlasts them, for as long as it lasts', async () => {
      const { here, there, hereId, thereId } = await somebody()
      await link(hereId, thereId)
      const { decision } = await one(there, { atRisk: true, escalate: 'safeguarding' })
      const at = now()
      await answering(db).answer(decision, staff, { answer: 'agreed' }, null, now())
      await goes(thereId)
      expect((await identities(db).find(hereId))[1]?.handle).toBe('')
      expect(await identities(db).forget(now())).toBe(0)
      expect((await one(here)).standing?.atRiskAt).toEqual(at)
      minutes += 30 * DAYS
      expect(await identities(db).forget(now())).toBe(1)
      expect((await one(here)).standing?.atRiskAt).toBeNull()
    })
  })

  it.skipIf(kind === 'embedded')('waits for whoever decides about either, so that nobody is told twice', async () => {
    const { hereId, thereId } = await somebody()
    const order: string[] = []
    let held: () => void = () => {}
    const holds = new Promise<void>((resolve) => (held = resolve))
    let release: () => void = () => {}
    const letGo = new Promise<void>((resolve) => (release = resolve))
    const deciding = db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM author WHERE id = ${thereId}::uuid FOR UPDATE`
      held()
      await letGo
      order.push('decided')
    })
    await holds
    const linking = link(hereId, thereId).then(() => order.push('linked'))
    const waits = async (): Promise<boolean> =>
      (await db.$queryRaw<unknown[]>`SELECT 1 FROM pg_locks WHERE relation = 'author'::regclass AND NOT granted`)
        .length > 0
    while (!(await waits())) await new Promise((resolve) => setTimeout(resolve, 5))
    release()
    await Promise.all([deciding, linking])
    expect(order).toEqual(['decided', 'linked'])
  })
})
