import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Author, Decision, ItemKind, Media, Step } from '../../../moderation/model.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { type Alike, alike, type Bond } from '../../../src/store/alike.ts'
import { type Answer, answering } from '../../../src/store/answering.ts'
import { assessing } from '../../../src/store/assessing.ts'
import { claims } from '../../../src/store/claims.ts'
import type { Db } from '../../../src/store/db.ts'
import { handing } from '../../../src/store/handing.ts'
import { identities } from '../../../src/store/identities.ts'
import { intake } from '../../../src/store/intake.ts'
import { log } from '../../../src/store/log.ts'
import { outbox } from '../../../src/store/outbox.ts'
import { people } from '../../../src/store/people.ts'
import { queue } from '../../../src/store/queue.ts'
import { sources } from '../../../src/store/sources.ts'
import { standingsOf } from '../../../src/store/standings.ts'
import { together } from '../../../src/store/together.ts'
import { aDecision, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const LETTER = { text: 'Please ring 01632 960100.', links: [] }
const RULES = { warningDays: 90, alonePerHour: 1000, redirect: LETTER }
const FAREWELL = { letter: LETTER, everyDays: 30 }

const step = (action: Step['action'], how: Step['how'] = 'propose', clause: string | null = 'abuse'): Step => ({
  action,
  how,
  clause,
  breach: clause === null ? null : 'abuse',
})

const HIDE: Partial<Decision> = { outcome: 'propose', act: 'hide', clauses: ['abuse'], steps: [step('hide')] }
const BLOCK: Partial<Decision> = { ...HIDE, act: 'block', steps: [step('hide'), step('block')] }
const RISK: Partial<Decision> = { outcome: 'review', act: 'none', atRisk: true, escalate: 'safeguarding' }
const POLICE: Partial<Decision> = { ...BLOCK, escalate: 'police' }

/** Twelve made-up words: no two of these texts are alike. */
function unlike(n: number): string {
  const digest = createHash('sha256').update(String(n)).digest()
  const letters = Array.from({ length: 96 }, (_, i) =>
    String.fromCharCode(97 + (((digest[i % 32] ?? 0) * (i + 7)) % 26)),
  )
  return letters.join('').replace(/.{8}/g, '$& ').trim()
}

interface Said {
  by?: Author
  text?: string
  decision?: Partial<Decision>
  kind?: ItemKind
  media?: Media[]
  /** The same item with other words. */
  edits?: string
}

eachDatabase((open) => {
  let db: Db
  let priya: string
  let tom: string
  let close: () => Promise<void>
  let minutes = 0
  const now = (): Date => new Date(NOON.getTime() + minutes * 60_000)

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    const join = async (name: string): Promise<string> => {
      const joined = await people(db).accept(await people(db).invite(null, NOON), name, 'a long enough password', NOON)
      if (joined === null || typeof joined === 'string') throw new Error('nobody joined')
      return joined.id
    }
    priya = await join('Priya')
    tom = await join('Tom')
    const given = ['rehearsal', 'elsewhere'].map((platform) => ({ platform, handle: '@mp', mode: 'perform' as const }))
    for (const { id } of await accounts(db).configure(given, NOON)) await accounts(db).readFrom(id, ['replies'], NOON)
  })
  afterAll(async () => {
    expect(await log(db).verify()).toMatchObject({ ok: true })
    await close()
  })

  /** These are written and judged, a minute apart. @returns their decisions' ids */
  const write = async (...said: Said[]): Promise<string[]> => {
    const ids: string[] = []
    for (const {
      by = anAuthor(),
      text = unlike(minutes),
      decision = HIDE,
      kind = 'reply',
      media = [],
      edits,
    } of said) {
      minutes++
      const passes = await sources(db).lease(now(), 'w', 60_000)
      const account = await db.account.findFirstOrThrow({ where: { platform: by.platform } })
      const pass = passes.find(({ accountId }) => accountId === account.id)
      if (!pass) throw new Error('nothing was due')
      const item = { text, kind, media, ...(edits === undefined ? {} : { id: edits }) }
      const incoming = anIncoming({ author: by, item, ...(edits === undefined ? {} : { revision: 'edited' }) })
      await intake(db).store(pass, aPage([incoming]), now())
      for (const one of passes) await sources(db).release(one, now(), now(), null)
      const [waiting] = await assessing(db).lease(now(), 1, 60_000)
      if (!waiting) throw new Error('nothing waits')
      const decide = (): Decision => aDecision(decision)
      await assessing(db).settle([{ waiting, judgement: aJudgement(), decide }], RULES, now())
      ids.push((await queue(db).ofItem(waiting.id)) ?? '')
    }
    return ids
  }
  const writer = async (id: string): Promise<string> =>
    (await db.decision.findUniqueOrThrow({ where: { id } })).authorId ?? ''
  const externalId = async (id: string): Promise<string> =>
    (await db.decision.findUniqueOrThrow({ where: { id }, include: { item: true } })).item.externalId

  const sizeOf = async (id: string, me = priya): Promise<Alike | undefined> =>
    (await alike(db).sizes(await queue(db).of([id]), { me, now: now() })).get(id)
  const membersOf = (id: string, by: Bond, me = priya): Promise<string[]> =>
    alike(db).members(id, by, now(), { after: null, take: 100 }, { me, now: now() })

  interface Choice {
    by?: Bond
    but?: string[]
    shown?: string[]
    till?: Date
    give?: Answer
    apart?: 'block'[]
    id?: string
    person?: string
  }
  const answer = (id: string, choice: Choice = {}) => {
    const shownAt = now()
    minutes++
    const { by = 'words', but = [], shown = [], till = shownAt, give = { answer: 'agreed' }, apart = [] } = choice
    const asked = { id: choice.id ?? randomUUID(), decisionId: id, by, till, but, shown }
    const person = choice.person ?? priya
    return together(db).answer(asked, { person, give: () => give, apart, farewell: FAREWELL, now: now() })
  }
  const state = async (id: string): Promise<string[]> => {
    const found = await db.action.findMany({ where: { decisionId: id }, orderBy: { createdAt: 'asc' } })
    return found.map(({ kind, state: stands, undoOf }) => `${undoOf === null ? '' : 'undo '}${kind} ${stands}`).sort()
  }
  const isOpen = async (id: string): Promise<boolean> =>
    (await db.decision.findUniqueOrThrow({ where: { id } })).closedAt === null

  const COPY = 'Hartley you absolute disgrace, get out of our town and take your lies with you'

  describe('which are alike', () => {
    it('finds near-copies from many people, and nothing else', async () => {
      const [first = '', ...rest] = await write(
        { text: COPY },
        { text: `${COPY} 🤡` },
        { text: `@tom ${COPY}` },
        { text: COPY.replace('absolute', 'abslute').toUpperCase() },
        { text: unlike(1) },
        { text: COPY, decision: BLOCK },
        { text: COPY, decision: { ...HIDE, clauses: ['spam'] } },
        { text: COPY, kind: 'message' },
        { text: COPY, media: [{ kind: 'image', url: 'https://img.example/1' }] },
      )
      expect(await membersOf(first, 'words')).toEqual([first, ...rest.slice(0, 3)])
      expect(await sizeOf(first)).toEqual({ by: 'words', count: 4, more: false, people: 4, unnamed: false })
      expect(await sizeOf(rest[3] ?? '')).toBeUndefined()
    })

    it('finds one person’s flood, on whatever platform, within a day', async () => {
      const by = anAuthor()
      const there = anAuthor({ platform: 'elsewhere' })
      const [first = '', second = '', other = ''] = await write({ by }, { by }, { by: there }, {})
      const said = { ground: 'told', why: 'In a message.' } as const
      expect(await sizeOf(first)).toMatchObject({ by: 'person', count: 2, people: 1 })
      await identities(db).link(await writer(first), await writer(other), said, priya, now())
      expect(await membersOf(other, 'person')).toEqual([first, second, other])
      expect(await sizeOf(other)).toMatchObject({ by: 'person', count: 3, people: 1 })
      minutes += 24 * 60 + 1
      const [late = ''] = await write({ by })
      expect(await membersOf(late, 'person')).toEqual([late])
    })

    it('takes nobody at risk among them, lately or now, nor whoever something was agreed with', async () => {
      const text = unlike(7_000)
      const [desperate, adjusted, friend] = [anAuthor(), anAuthor(), anAuthor({ platform: 'elsewhere' })]
      const [first = '', second = '', third = '', there = ''] = await write(
        { text },
        { text, by: desperate },
        { text, by: adjusted },
        { by: friend },
        { text },
      )
      const said = { ground: 'told', why: 'In a message.' } as const
      await identities(db).link(await writer(second), await writer(there), said, priya, now())
      expect(await membersOf(first, 'words')).toHaveLength(4)
      await write({ by: friend, decision: RISK })
      await db.author.update({ where: { id: await writer(third) }, data: { adjustments: 1 } })
      expect(await membersOf(first, 'words')).toHaveLength(2)
      expect(await sizeOf(second)).toBeUndefined()
      const risks = await write({ text: unlike(7_001), decision: RISK }, { text: unlike(7_001), decision: RISK })
      for (const one of risks) expect(await sizeOf(one)).toBeUndefined()
    })

    it('takes threats together only in the very same words, or from the same person', async () => {
      const text = 'I know where you live Hartley and I will come round there tonight'
      const by = anAuthor()
      const given = { decision: POLICE }
      const [first = '', same = '', , own = ''] = await write(
        { text, ...given, by },
        { text: `${text.toUpperCase()}!!`, ...given },
        { text: `${text} with a bat`, ...given },
        { text: unlike(8_000), ...given, by },
      )
      expect(await membersOf(first, 'words')).toEqual([first, same])
      expect(await membersOf(first, 'person')).toEqual([first, own])
    })

    it('leaves out what was edited, what a colleague looks at and what one left to them', async () => {
      const text = unlike(9_000)
      const [first = '', second = '', third = '', fourth = ''] = await write({ text }, { text }, { text }, { text })
      const [edited = ''] = await write({ text: `${text} really`, edits: await externalId(second) })
      expect(await membersOf(first, 'words')).toEqual([first, third, fourth])
      expect(await sizeOf(edited)).toBeUndefined()
      await claims(db).take(third, tom, now())
      await handing(db).leave(fourth, priya, now())
      expect(await membersOf(first, 'words')).toEqual([first])
      expect(await membersOf(first, 'words', tom)).toEqual([first, third, fourth])
    })

    it('does not take two long texts for one that differ behind where they are read', async () => {
      const long = 'The same long words over and over again. '.repeat(60)
      const [first = ''] = await write({ text: `${long} Thank you.` }, { text: `${long} I will find you.` })
      expect(await membersOf(first, 'words')).toEqual([])
    })

    it('begins anew after a week', async () => {
      const text = unlike(10_000)
      const [first = ''] = await write({ text })
      minutes += 8 * 24 * 60
      const [later = '', next = ''] = await write({ text }, { text })
      expect(await membersOf(first, 'words')).toEqual([first])
      expect(await membersOf(later, 'words')).toEqual([later, next])
      const old = await db.likeness.count({ where: { begunAt: { lte: new Date(now().getTime() - 7 * 86_400_000) } } })
      expect(old).toBe(0)
    })

    it('pages through them by place, each once', async () => {
      const text = unlike(11_000)
      const ids = await write(...Array.from({ length: 7 }, () => ({ text })))
      const seen: string[] = []
      for (let after: { decidedAt: Date; id: string } | null = null; ; ) {
        const page: string[] = await alike(db).members(
          ids[0] ?? '',
          'words',
          now(),
          { after, take: 3 },
          { me: priya, now: now() },
        )
        const last = page.at(-1)
        if (last === undefined) break
        seen.push(...page)
        after = await db.decision.findUniqueOrThrow({ where: { id: last }, select: { decidedAt: true, id: true } })
      }
      expect(seen).toEqual(ids)
    })
  })

  describe('one answer', () => {
    it('answers each, but those that are left out, with a review, entries and actions of its own', async () => {
      const text = unlike(20_000)
      const ids = await write(...Array.from({ length: 5 }, () => ({ text })))
      const [first = '', second = '', third = ''] = ids
      const id = randomUUID()
      expect(await answer(first, { id, but: [third], shown: ids })).toEqual({ count: 4, leftOut: [] })
      for (const one of ids) {
        expect(await state(one)).toEqual([one === third ? 'hide proposed' : 'hide queued'])
        expect(await isOpen(one)).toBe(one === third)
      }
      const found = await db.decision.findUniqueOrThrow({ where: { id: second }, include: { reviews: true } })
      expect(found.reviews).toMatchObject([{ personId: priya, answer: 'agreed', togetherId: id, undoneAt: null }])
      const entries = await log(db).ofItem(found.itemId)
      expect(entries.map(({ kind }) => kind)).toEqual(['seen', 'judged', 'proposed', 'queued', 'reviewed'])
      expect(entries.at(-1)?.body).toMatchObject({ answer: 'agreed', together: id })
      expect(await together(db).find(id)).toMatchObject({
        standing: 4,
        begun: [{ kind: 'hide', state: 'queued', count: 4 }],
      })
    })

    it('is one answer when its form is sent twice, and nobody else’s', async () => {
      const text = unlike(21_000)
      const [first = '', second = ''] = await write({ text }, { text })
      const id = randomUUID()
      await answer(first, { id, shown: [first, second] })
      expect(await answer(first, { id, shown: [first, second] })).toEqual({ count: 2, leftOut: [] })
      await expect(answer(first, { id, person: tom })).rejects.toThrow('answered already')
      expect(await db.review.count({ where: { togetherId: id } })).toBe(2)
    })

    it('says of each that changed since it was shown why it is left out', async () => {
      const text = unlike(22_000)
      const by = anAuthor()
      const ids = await write({ text }, { text }, { text }, { text, by }, { text }, { text })
      const [first = '', answered = '', edited = '', desperate = '', claimed = '', gone = ''] = ids
      const till = now()
      minutes++
      await answering(db).answer(answered, tom, { answer: 'dismissed' }, null, now())
      await write({ text: `${text} sorry`, edits: await externalId(edited) }, { by, decision: RISK })
      await claims(db).take(claimed, tom, now())
      await db.item.updateMany({ where: { externalId: await externalId(gone) }, data: { goneAt: now() } })
      await write({ text })
      const { count, leftOut } = await answer(first, { shown: ids, till })
      expect(count).toBe(1)
      expect(Object.fromEntries(leftOut.map((one) => [one.id, one.why]))).toEqual({
        [answered]: 'answered',
        [edited]: 'edited',
        [desperate]: 'risk',
        [claimed]: 'claimed',
        [gone]: 'gone',
      })
      for (const one of [desperate, claimed, gone]) expect(await isOpen(one)).toBe(true)
    })

    it('leaves alone what came after the page was made', async () => {
      const text = unlike(23_000)
      const [first = ''] = await write({ text }, { text })
      const till = now()
      const [late = ''] = await write({ text })
      expect(await answer(first, { till })).toMatchObject({ count: 2 })
      expect(await isOpen(late)).toBe(true)
    })

    it('takes all of it back in one step, what was edited since excepted', async () => {
      const text = unlike(24_000)
      const ids = await write({ text }, { text }, { text })
      const [first = '', second = ''] = ids
      const id = randomUUID()
      await answer(first, { id })
      await write({ text: `${text} sorry`, edits: await externalId(second) })
      expect(await together(db).takeBack(id, tom, now())).toEqual({ count: 2, stay: [second] })
      for (const one of ids.filter((each) => each !== second)) {
        expect(await isOpen(one)).toBe(true)
        expect(await state(one)).toEqual(['hide proposed'])
      }
      expect(await membersOf(first, 'words')).toHaveLength(2)
      await expect(answer(first, { id, person: tom })).rejects.toThrow()
    })

    it('sends each person the standard answer once', async () => {
      const by = anAuthor()
      const decision = { outcome: 'leave', casework: true, steps: [step('redirect', 'propose', null)] } as const
      const ids = await write(
        { by, decision: { ...decision, steps: [...decision.steps] } },
        { by, decision: { ...decision, steps: [...decision.steps] } },
      )
      await answer(ids[0] ?? '', { by: 'person' })
      expect(await Promise.all(ids.map(state))).toEqual([['redirect queued'], ['redirect dropped']])
    })
  })

  describe('where the policy forbids blocks in bulk', () => {
    it('hides together and leaves each person’s block to an answer of its own', async () => {
      const text = unlike(30_000)
      const twice = anAuthor()
      const ids = await write(
        { text, decision: BLOCK },
        { text, decision: BLOCK, by: twice },
        { text, decision: BLOCK, by: twice },
      )
      const [first = '', second = '', third = ''] = ids
      const id = randomUUID()
      await answer(first, { id, apart: ['block'] })
      expect(await state(first)).toEqual(['block proposed', 'hide queued'])
      expect(await state(second)).toEqual(['block proposed', 'hide queued'])
      expect(await state(third)).toEqual(['block dropped', 'hide queued'])
      expect(await Promise.all(ids.map(isOpen))).toEqual([true, true, false])
      expect(await membersOf(first, 'words')).toEqual([])
      expect((await together(db).find(id))?.apart.toSorted()).toEqual([first, second].toSorted())

      minutes++
      const { reviewId } = await answering(db).answer(first, tom, { answer: 'dismissed' }, FAREWELL, now())
      expect(await state(first)).toEqual(['block dropped', 'hide queued'])
      await answering(db).answer(second, priya, { answer: 'agreed' }, FAREWELL, now())
      expect(await state(second)).toEqual(['block queued', 'hide queued', 'redirect queued'])
      for (const one of [first, second]) {
        const authorId = await writer(one)
        expect((await standingsOf(db, [authorId], 90, now())).of(authorId).breaches).toBe(one === first ? 1 : 2)
      }

      // The part that was answered last is taken back first.
      const { count, stay } = await together(db).takeBack(id, priya, now())
      expect([count, stay.toSorted()]).toEqual([1, [first, second].toSorted()])
      expect(await state(third)).toEqual(['block proposed', 'hide proposed'])
      await answering(db).takeBack(reviewId, tom, now())
      expect(await state(first)).toEqual(['block proposed', 'hide queued'])
      await together(db).takeBack(id, priya, now())
      expect(await state(first)).toEqual(['block proposed', 'hide proposed'])
    })

    it('takes back the block alone, where the same person answered both parts', async () => {
      const text = unlike(31_000)
      const [first = ''] = await write({ text, decision: BLOCK }, { text, decision: BLOCK })
      await answer(first, { apart: ['block'] })
      minutes++
      const { reviewId } = await answering(db).answer(first, priya, { answer: 'agreed' }, null, now())
      expect(await state(first)).toEqual(['block queued', 'hide queued'])
      await answering(db).takeBack(reviewId, priya, now())
      expect(await state(first)).toEqual(['block proposed', 'hide queued'])
    })
  })

  it('comes to the same as the single answers, one by one, and taken back too', async () => {
    const answers: Answer[] = [
      { answer: 'agreed' },
      { answer: 'dismissed' },
      { answer: 'changed', action: 'hide', clause: 'spam' },
      { answer: 'changed', action: 'block', clause: 'spam' },
      { answer: 'changed', action: 'none', clause: 'spam' },
    ]
    const stepsOf = [
      [step('hide')],
      [step('hide'), step('block')],
      [step('hide', 'perform'), step('block')],
      [step('redirect', 'propose', null)],
    ]
    let world = 0
    /** What became of each, without ids and times. */
    const told = async (ids: readonly string[]) => {
      const found = await db.decision.findMany({
        where: { id: { in: [...ids] } },
        include: {
          reviews: true,
          item: { include: { author: true } },
          actions: { orderBy: [{ createdAt: 'asc' }, { kind: 'asc' }] },
        },
      })
      const kinds = new Map(found.flatMap(({ actions }) => actions.map(({ id, kind }) => [id, kind])))
      const entries = await db.entry.findMany({
        where: { itemId: { in: found.map(({ itemId }) => itemId) } },
        orderBy: { seq: 'asc' },
      })
      return ids.map((id) => {
        const one = found.find((each) => each.id === id)
        return {
          closed: one?.closedAt !== null,
          lane: one?.lane,
          reviews: one?.reviews.map(({ answer: given, change, undoneAt }) => [given, change, undoneAt === null]),
          redirected: one?.item.author?.redirectedAt !== null,
          actions: one?.actions
            .map(({ kind, state: stands, because, undoOf, afterId, origin, clause }) =>
              [
                kind,
                stands,
                because,
                undoOf && kinds.get(undoOf),
                afterId && kinds.get(afterId),
                origin,
                clause?.replace(/\d+/, ''),
              ].join(),
            )
            .sort(),
          entries: entries.filter(({ itemId }) => itemId === one?.itemId).map(({ kind }) => kind),
        }
      })
    }
    /** Some of what was ordered is done before it is taken back. */
    const perform = async (most: number): Promise<void> => {
      for (const account of await db.account.findMany())
        for (const errand of await outbox(db).lease(account.id, now(), 'w', most, 60_000))
          await outbox(db).settle(errand, { is: 'done', receipt: null }, now())
    }
    await perform(1000)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2), { minLength: 2, maxLength: 5 }),
        fc.constantFrom(...answers),
        fc.constantFrom(...stepsOf),
        fc.boolean(),
        async (writers, given, steps, done) => {
          const outcomes = []
          for (const isOne of [true, false]) {
            world++
            const clause = `abuse${world}`
            const decision = {
              ...HIDE,
              act: 'block' as const,
              clauses: [clause],
              steps: steps.map((each) => ({ ...each, clause: each.clause && clause })),
            }
            const persons = [0, 1, 2].map(() => anAuthor())
            const ids = await write(
              ...writers.map((n) => ({
                text: unlike(world + 50_000),
                decision,
                ...(persons[n] ? { by: persons[n] } : {}),
              })),
            )
            minutes++
            const reviews: string[] = []
            const id = randomUUID()
            if (isOne) await answer(ids[0] ?? '', { id, give: given })
            else
              for (const one of ids)
                reviews.push((await answering(db).answer(one, priya, given, FAREWELL, now())).reviewId)
            const first = await told(ids)
            minutes++
            if (done) await perform(1000)
            minutes++
            if (isOne) await together(db).takeBack(id, priya, now())
            else for (const review of reviews) await answering(db).takeBack(review, priya, now())
            outcomes.push([first, await told(ids)])
            await perform(1000)
          }
          expect(outcomes[0]).toEqual(outcomes[1])
        },
      ),
      { numRuns: 8 },
    )
  }, 120_000)
})
