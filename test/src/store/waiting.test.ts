import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Decision } from '../../../moderation/model.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { answering, NotOpen } from '../../../src/store/answering.ts'
import { assessing } from '../../../src/store/assessing.ts'
import { CLAIM, Claimed, claims } from '../../../src/store/claims.ts'
import type { Db } from '../../../src/store/db.ts'
import { handing } from '../../../src/store/handing.ts'
import { identities } from '../../../src/store/identities.ts'
import { intake } from '../../../src/store/intake.ts'
import { log } from '../../../src/store/log.ts'
import { notes } from '../../../src/store/notes.ts'
import { people } from '../../../src/store/people.ts'
import { type Case, queue } from '../../../src/store/queue.ts'
import { sources } from '../../../src/store/sources.ts'
import { textHash } from '../../../src/store/text.ts'
import type { Filter } from '../../../src/store/waiting.ts'
import { aDecision, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000)
const RULES = { warningDays: 90, alonePerHour: 60, redirect: { text: 'Please ring.', links: [] } }
const PASSWORD = 'a long enough password'

const PROPOSAL: Partial<Decision> = {
  outcome: 'propose',
  act: 'hide',
  clauses: ['abuse'],
  steps: [{ action: 'hide', how: 'propose', clause: 'abuse', breach: 'abuse' }],
}
const LOOK: Partial<Decision> = { outcome: 'review', act: 'review', clauses: ['allegation', 'spam'] }
const POLICE: Partial<Decision> = { outcome: 'review', act: 'review', escalate: 'police', clauses: ['threat'] }

eachDatabase((open) => {
  let db: Db
  let close: () => Promise<void>
  let staff: [string, string, string]
  let bluesky: string
  let facebook: string

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    const join = async (name: string): Promise<string> => {
      const joined = await people(db).accept(await people(db).invite(null, NOON), name, PASSWORD, NOON)
      if (joined === null || typeof joined === 'string') throw new Error('nobody joined')
      await people(db).giveRoles(joined.id, ['reviewer'], joined.id, NOON)
      return joined.id
    }
    // One who may let people in and answers nothing: nobody's cases can be left to them.
    const first = await people(db).accept(await people(db).invite(null, NOON), 'First', PASSWORD, NOON)
    if (first === null || typeof first === 'string') throw new Error('nobody joined')
    staff = [await join('Priya'), await join('Tom'), await join('Wen')]
    await people(db).giveRoles(first.id, ['administrator'], first.id, NOON)
    const rows = await accounts(db).configure(
      ['bluesky', 'facebook'].map((platform) => ({ platform, handle: '@mp', mode: 'propose' as const })),
      NOON,
    )
    bluesky = rows[0]?.id ?? ''
    facebook = rows[1]?.id ?? ''
    for (const id of [bluesky, facebook]) await accounts(db).readFrom(id, ['replies'], NOON)
  })
  afterAll(async () => {
    expect(await log(db).verify()).toMatchObject({ ok: true })
    await close()
  })

  /** Somebody writes to an account, and it waits from that minute on. */
  const put = async (decision: Partial<Decision>, account: string, minutes: number, author = anAuthor()) => {
    const now = later(minutes)
    const passes = await sources(db).lease(now, 'w', 60_000)
    const pass = passes.find(({ accountId }) => accountId === account)
    if (!pass) throw new Error('the source is leased')
    await intake(db).store({ ...pass, cursor: null }, aPage([anIncoming({ author })]), now)
    for (const one of passes) await sources(db).release(one, now, now, null)
    const [waiting] = await assessing(db).lease(now, 1, 60_000)
    if (!waiting) throw new Error('nothing waits')
    const settled = { waiting, judgement: aJudgement(), decide: () => aDecision(decision) }
    await assessing(db).settle([settled], RULES, now)
    const id = (await queue(db).ofItem(waiting.id)) ?? ''
    const found = await queue(db).find(id)
    if (!found) throw new Error('no decision')
    return found
  }
  const ids = async (filter: Filter = {}): Promise<string[]> =>
    (await queue(db).page(filter, null, 100)).map(({ id }) => id)
  const seenBy = async (person: string): Promise<string[]> => ids({ without: await handing(db).leftBy(person) })
  const clear = async (): Promise<void> => {
    await db.decision.updateMany({ data: { closedAt: NOON } })
  }
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0)

  describe('what is asked for of the queue', () => {
    const ziggy = anAuthor({ platform: 'bluesky', handle: '@ziggy_%', displayName: 'Ziggy' })
    const alsoZiggy = anAuthor({ platform: 'facebook', handle: 'Ziegler', displayName: 'Ziggy Again' })
    let look: Case
    let threat: Case
    let hide: Case
    let hideLater: Case

    beforeAll(async () => {
      look = await put(LOOK, bluesky, 0, ziggy)
      hide = await put(PROPOSAL, bluesky, 1)
      hideLater = await put(PROPOSAL, facebook, 2000, alsoZiggy)
      threat = await put(POLICE, facebook, 2001)
    })
    afterAll(clear)

    it('comes most urgent first and then longest waiting, page behind page', async () => {
      const order = [threat, hide, hideLater, look].map(({ id }) => id)
      expect(await ids()).toEqual(order)
      const walked: string[] = []
      for (let after: Case | null = null; ; ) {
        const [one] = await queue(db).page({}, after, 1)
        if (!one) break
        expect(await queue(db).next({}, after)).toBe(one.id)
        walked.push(one.id)
        after = one
      }
      expect(walked).toEqual(order)
      expect(await queue(db).next({}, look)).toBeNull()
    })

    it('is told by lane, platform, account, rule, person and time, alone and together', async () => {
      const told: [Filter, Case[]][] = [
        [{ lane: 'proposal' }, [hide, hideLater]],
        [{ platform: 'facebook' }, [threat, hideLater]],
        [{ accountId: bluesky }, [hide, look]],
        [{ clause: 'spam' }, [look]],
        [{ clause: "abuse' OR true--" }, []],
        [{ authorId: look.item.authorId ?? '' }, [look]],
        [{ before: later(1) }, [hide, look]],
        [{ since: later(1) }, [threat, hide, hideLater]],
        [{ since: later(2), platform: 'facebook', lane: 'proposal', clause: 'abuse' }, [hideLater]],
        [{ platform: 'bluesky', lane: 'police' }, []],
      ]
      for (const [filter, cases] of told) {
        expect([filter, await ids(filter)]).toEqual([filter, cases.map(({ id }) => id)])
        const { lane, ...rest } = filter
        const counts = await queue(db).counts(rest)
        expect([filter, lane ? counts[lane] : sum(counts)]).toEqual([filter, cases.length])
      }
    })

    it('counts the rules that are broken', async () => {
      const { clauses } = await queue(db).survey({ clause: 'spam' })
      expect([...clauses]).toEqual([
        ['abuse', 2],
        ['allegation', 1],
        ['spam', 1],
        ['threat', 1],
      ])
      const keys = async (filter: Filter) => [...(await queue(db).survey(filter)).clauses.keys()]
      expect(await keys({ platform: 'bluesky' })).toEqual(['abuse', 'allegation', 'spam'])
      expect(await keys({ lane: 'look' })).toEqual(['allegation', 'spam'])
    })

    it('finds by their handle or name those of whom something waits, and knows a person by all accounts', async () => {
      const [first, second] = [look.item.authorId ?? '', hideLater.item.authorId ?? '']
      const found = async (words: string): Promise<string[]> =>
        (await queue(db).writers(words)).map(({ handle }) => handle)
      expect(await found('zig')).toEqual(['@ziggy_%', 'Ziegler'])
      expect(await found('@ZIGGY_')).toEqual(['@ziggy_%'])
      expect(await found('  ')).toEqual([])
      const said = { ground: 'told', why: 'They rang.' } as const
      expect(await identities(db).link(first, second, said, staff[0], NOON)).toBe('linked')
      expect(await ids({ authorId: first })).toEqual([hideLater.id, look.id])
      expect(await ids({ authorId: second })).toEqual([hideLater.id, look.id])
      expect(await found('zig')).toHaveLength(1)
      await identities(db).unlink(first, staff[0], NOON)
    })
  })

  describe('a claim', () => {
    afterAll(clear)

    it('is one person’s till it ends, is renewed by whoever has it, and then anybody’s', async () => {
      const [priya, tom] = staff
      const { id } = await put(LOOK, bluesky, 3000)
      const at = (minutes: number) => new Date(later(3000).getTime() + minutes * 60_000)
      expect(await claims(db).take(id, priya, at(0))).toMatchObject({ name: 'Priya', since: at(0), till: at(5) })
      expect(await claims(db).take(id, tom, at(4))).toMatchObject({ name: 'Priya', since: at(0) })
      expect(await claims(db).take(id, priya, at(4))).toMatchObject({ name: 'Priya', since: at(0), till: at(9) })
      expect((await claims(db).on([id], at(8))).get(id)).toMatchObject({ personId: priya })
      expect((await claims(db).on([id], at(9))).get(id)).toBeUndefined()
      expect(await claims(db).take(id, tom, at(9))).toMatchObject({ name: 'Tom', since: at(9) })
      expect(CLAIM).toBe(300_000)
    })

    it('has one holder of many who come at once', async () => {
      const { id } = await put(LOOK, bluesky, 3100)
      const all = await Promise.all([...staff, ...staff].map((person) => claims(db).take(id, person, later(3100))))
      expect(new Set(all.map((claim) => claim?.personId)).size).toBe(1)
    })

    it('ends when one looks away, unless another window looks on', async () => {
      const [priya, tom] = staff
      const { id } = await put(LOOK, bluesky, 3200)
      const first = await claims(db).take(id, priya, later(3200))
      await claims(db).take(id, priya, later(3201))
      await claims(db).end(id, priya, first?.till ?? NOON)
      expect((await claims(db).on([id], later(3201))).size).toBe(1)
      await claims(db).end(id, tom, later(9999))
      expect((await claims(db).on([id], later(3201))).size).toBe(1)
      await claims(db).end(id, priya, later(3206))
      expect((await claims(db).on([id], later(3201))).size).toBe(0)
    })

    it('keeps a colleague’s answer back until they say so, and ends with the answer', async () => {
      const [priya, tom] = staff
      const { id } = await put(PROPOSAL, bluesky, 3300)
      const now = later(3301)
      await claims(db).take(id, priya, now)
      const answer = (person: string, more = {}) =>
        answering(db).answer(id, person, { answer: 'agreed', ...more }, null, now)
      await expect(answer(tom)).rejects.toThrow(Claimed)
      expect(await queue(db).find(id)).toMatchObject({ closedAt: null, reviews: [] })
      expect(await queue(db).next({ free: { for: tom, at: now } }, null)).not.toBe(id)
      expect(await queue(db).next({ free: { for: priya, at: now } }, null)).toBe(id)
      expect(await seenBy(tom)).toContain(id)
      await answer(tom, { anyway: true })
      expect((await claims(db).on([id], now)).size).toBe(0)
      expect(await claims(db).take(id, priya, now)).toBeNull()
      await expect(answer(priya)).rejects.toThrow(NotOpen)
    })

    it('lets one of two answers win that are given at the same instant', async () => {
      const [priya, tom] = staff
      const { id } = await put(PROPOSAL, bluesky, 3400)
      const both = await Promise.allSettled(
        [priya, tom].map((person) => answering(db).answer(id, person, { answer: 'agreed' }, null, later(3401))),
      )
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      const found = await queue(db).find(id)
      expect(found?.reviews).toHaveLength(1)
      expect(found?.actions.filter(({ state }) => state === 'queued')).toHaveLength(1)
    })
  })

  describe('what somebody leaves to their colleagues', () => {
    afterAll(clear)

    it('is out of their own queue alone, once, and back when they say so', async () => {
      const [priya, tom] = staff
      const { id, itemId } = await put(LOOK, bluesky, 4000)
      const now = later(4001)
      await claims(db).take(id, priya, now)
      expect(await handing(db).leave(id, priya, now)).toBe('left')
      expect(await handing(db).leave(id, priya, now)).toBe('left')
      expect([await seenBy(priya), await seenBy(tom), await ids()]).toEqual([[], [id], [id]])
      expect(sum(await queue(db).counts({ without: [id] }))).toBe(0)
      expect((await claims(db).on([id], now)).size).toBe(0)
      expect(await handing(db).resume(id, priya, now)).toBe(true)
      expect(await handing(db).resume(id, priya, now)).toBe(false)
      expect(await seenBy(priya)).toEqual([id])
      const kinds = (await log(db).ofItem(itemId)).map(({ kind }) => kind)
      expect(kinds.slice(-2)).toEqual(['handed-on', 'resumed'])
      await clear()
      expect(await handing(db).leave(id, priya, now)).toBe('not-open')
    })

    it('stays where nobody else is left, also when that comes to be so afterwards', async () => {
      const [priya, tom, wen] = staff
      const { id } = await put(LOOK, bluesky, 4100)
      const now = later(4101)
      expect(await handing(db).leave(id, priya, now)).toBe('left')
      expect(await handing(db).leave(id, tom, now)).toBe('left')
      expect(await handing(db).leave(id, wen, now)).toBe('nobody-else')
      expect([await seenBy(priya), await seenBy(wen)]).toEqual([[], [id]])
      // Wen goes: it would lie where nobody looks.
      await people(db).giveRoles(wen, ['data-lead'], priya, now)
      expect([await seenBy(priya), await seenBy(tom)]).toEqual([[id], [id]])
      await people(db).giveRoles(wen, ['reviewer'], priya, now)
      expect(await seenBy(tom)).toEqual([])
      await people(db).remove(wen, priya, now)
      expect(await seenBy(tom)).toEqual([id])
      await db.person.update({ where: { id: wen }, data: { disabledAt: null } })
      await clear()
    })

    it('may be a person, on all their platforms', async () => {
      const [priya, tom, wen] = staff
      const one = await put(LOOK, bluesky, 4200, anAuthor({ platform: 'bluesky' }))
      const other = await put(LOOK, facebook, 4201, anAuthor({ platform: 'facebook' }))
      const [first, second] = [one.item.authorId ?? '', other.item.authorId ?? '']
      await db.handoff.create({ data: { personId: priya, authorId: first, at: NOON } })
      expect(await seenBy(priya)).toEqual([other.id])
      await identities(db).link(first, second, { ground: 'told', why: 'They rang.' }, tom, NOON)
      expect(await seenBy(priya)).toEqual([])
      expect(await seenBy(tom)).toEqual([one.id, other.id])
      for (const person of [tom, wen]) await handing(db).leave(one.id, person, NOON)
      expect([await seenBy(priya), await seenBy(wen)]).toEqual([[], [one.id, other.id]])
    })
  })

  it('keeps notes for colleagues, of which the log knows the hash alone', async () => {
    const [priya, tom] = staff
    const { itemId } = await put(LOOK, bluesky, 5000)
    const first = await notes(db).write(itemId, priya, 'Rang them on Friday.', later(5001))
    await notes(db).write(itemId, tom, 'Known to us since 2019.', later(5002))
    expect(await notes(db).remove(first, tom, later(5003))).toBeNull()
    expect(await notes(db).remove(first, priya, later(5003))).toBe(itemId)
    expect(await notes(db).remove(first, priya, later(5003))).toBeNull()
    expect(await notes(db).on(itemId)).toMatchObject([
      { text: '', removedAt: later(5003), person: { name: 'Priya' } },
      { text: 'Known to us since 2019.', removedAt: null, person: { name: 'Tom' } },
    ])
    const entries = (await log(db).ofItem(itemId)).slice(-3)
    expect(entries.map(({ kind }) => kind)).toEqual(['note', 'note', 'note-removed'])
    expect(entries[0]?.body).toEqual({ note: first, text: textHash('Rang them on Friday.') })
    expect(JSON.stringify(entries.map(({ body }) => body))).not.toContain('Friday')
    await clear()
  })
})
