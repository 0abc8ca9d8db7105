import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Decision, Step } from '../../../moderation/model.ts'
import { accounts } from '../../../src/store/accounts.ts'
import { adjustments } from '../../../src/store/adjustments.ts'
import { answering, NotAllowed, NotOpen } from '../../../src/store/answering.ts'
import { assessing } from '../../../src/store/assessing.ts'
import { authorNotes } from '../../../src/store/author-notes.ts'
import { blocks } from '../../../src/store/blocks.ts'
import { contacts } from '../../../src/store/contacts.ts'
import { contests } from '../../../src/store/contests.ts'
import type { Db } from '../../../src/store/db.ts'
import { historiesOf, standingAt } from '../../../src/store/histories.ts'
import { identities } from '../../../src/store/identities.ts'
import { intake } from '../../../src/store/intake.ts'
import { ladder } from '../../../src/store/ladder.ts'
import { letters, type NewLetter, type Way } from '../../../src/store/letters.ts'
import { log } from '../../../src/store/log.ts'
import { outbox } from '../../../src/store/outbox.ts'
import { people } from '../../../src/store/people.ts'
import { promises } from '../../../src/store/promises.ts'
import { queue } from '../../../src/store/queue.ts'
import { sources } from '../../../src/store/sources.ts'
import { written } from '../../../src/store/written.ts'
import { aDecision, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

/** What an office promises to people it acts against: to tell them, to listen, and to look again. */

const DAY = 86_400_000
const RULES = { warningDays: 90, alonePerHour: 60, redirect: { text: 'Please ring 01632 960100.', links: [] } }
const BLOCK: Step = { action: 'block', how: 'propose', clause: 'abuse', breach: 'abuse' }
const HIDE: Step = { action: 'hide', how: 'perform', clause: 'abuse', breach: 'abuse' }
const ABUSIVE: Partial<Decision> = { outcome: 'propose', act: 'block', clauses: ['abuse'], steps: [BLOCK] }
const AT_RISK: Partial<Decision> = { outcome: 'review', atRisk: true, escalate: 'safeguarding' }

eachDatabase((open) => {
  let db: Db
  let account: string
  let priya: string
  let tom: string
  let close: () => Promise<void>
  let now = NOON

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
    const [row] = await accounts(db).configure([{ platform: 'rehearsal', handle: '@mp', mode: 'perform' }], NOON)
    account = row?.id ?? ''
    await accounts(db).readFrom(account, ['replies'], NOON)
  })
  afterAll(async () => {
    expect(await log(db).verify()).toMatchObject({ ok: true })
    await close()
  })

  /** Somebody writes, and it is decided so. */
  const write = async (decision: Partial<Decision>, author = anAuthor()) => {
    now = new Date(now.getTime() + 60_000)
    const pass = (await sources(db).lease(now, 'w', 60_000)).find(({ accountId }) => accountId === account)
    if (!pass) throw new Error('nothing was due')
    await intake(db).store(pass, aPage([anIncoming({ author, item: { writtenAt: now } })]), now)
    await sources(db).release(pass, now, now, null)
    const [waiting] = await assessing(db).lease(now, 1, 60_000)
    if (!waiting?.authorId) throw new Error('nothing waits')
    const decide = () => aDecision(decision)
    await assessing(db).settle([{ waiting, judgement: aJudgement(), decide }], RULES, now)
    return { decision: (await queue(db).ofItem(waiting.id)) ?? '', author: waiting.authorId, item: waiting.id }
  }
  const answer = (id: string, action: 'warn' | 'block' | 'restrict' | 'hide', staff = priya) =>
    answering(db).answer(id, staff, { answer: 'changed', action, clause: 'abuse' }, null, now)
  const actionsOf = (decisionId: string) =>
    db.action.findMany({ where: { decisionId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  const statesOf = async (decision: string) =>
    (await actionsOf(decision)).map(({ kind, state, undoOf }) => `${undoOf ? 'undo ' : ''}${kind} ${state}`)
  const actionOf = async (decision: string, kind: string) => {
    const found = (await actionsOf(decision)).find((one) => one.kind === kind && one.undoOf === null)
    if (!found) throw new Error(`no ${kind}`)
    return found
  }
  /** The platform carries out all that is due. */
  const perform = async (is: 'done' | 'refused' = 'done') => {
    const errands = await outbox(db).lease(account, now, 'w', 50, 60_000)
    const outcome = is === 'done' ? { is, receipt: null } : { is, because: 'No.' }
    for (const errand of errands) await outbox(db).settle(errand, outcome, now)
    return errands.map(({ order }) => order)
  }
  const letter = (authorId: string, kind: NewLetter['kind'], more: Partial<NewLetter> = {}): NewLetter => ({
    kind,
    authorId,
    clause: 'abuse',
    policy: { id: 'standard', version: '1' },
    subject: 'A letter',
    text: 'Hello there',
    until: null,
    ...more,
  })
  const send = (id: string, way: Way, until: Date | null = null) =>
    letters(db).send(id, way, { to: 'a@example.org', links: [], until }, priya, now)
  const standing = (author: string) => ladder(db).of(author, 90, now)
  const entries = async (authorId: string) =>
    (await db.entry.findMany({ where: { authorId }, orderBy: { seq: 'asc' } })).map(({ kind }) => kind)
  const left = () => promises(db).counts({ letters: true, notes: true })

  /** Somebody is warned, and the letter is written. */
  const warned = async (author = anAuthor()) => {
    const made = await write(ABUSIVE, author)
    await answer(made.decision, 'warn')
    const { id: action } = await actionOf(made.decision, 'warn')
    const id = await letters(db).write(letter(made.author, 'warn'), { aboutId: action }, priya, now)
    return { ...made, action, letter: id }
  }
  const blocked = async (author = anAuthor()) => {
    const made = await write(ABUSIVE, author)
    await answering(db).answer(made.decision, priya, { answer: 'agreed' }, null, now)
    await perform()
    return { ...made, action: (await actionOf(made.decision, 'block')).id }
  }

  describe('a warning', () => {
    it('is given by its letter alone: until somebody has written it, nothing goes out and nothing counts', async () => {
      const made = await write(ABUSIVE)
      await answer(made.decision, 'warn')
      expect(await statesOf(made.decision)).toEqual(['block dropped', 'warn unwritten'])
      expect(await perform()).toEqual([])
      expect((await standing(made.author)).standing).toMatchObject({ warnings: 0, breaches: 1 })
      expect((await left()).letters).toBe(1)
      // A second press changes nothing.
      await expect(answer(made.decision, 'warn')).rejects.toThrow(NotOpen)

      const { id: action } = await actionOf(made.decision, 'warn')
      const drafts = await Promise.all(
        [1, 2].map(() => letters(db).write(letter(made.author, 'warn'), { aboutId: action }, priya, now)),
      )
      expect(drafts[0]).toBe(drafts[1])
      expect((await left()).letters).toBe(1)
      const until = new Date(now.getTime() + 90 * DAY)
      await send(drafts[0] ?? '', 'email', until)
      expect((await left()).letters).toBe(0)
      expect(await statesOf(made.decision)).toEqual(['block dropped', 'warn done'])
      const { warnings, standing: stands } = await standing(made.author)
      expect(stands.warnings).toBe(1)
      expect(warnings).toMatchObject([{ clause: 'abuse', until, withdrawnAt: null, letterId: drafts[0] }])
      expect(await entries(made.author)).toEqual(expect.arrayContaining(['letter-written', 'letter-sent']))
      await expect(send(drafts[0] ?? '', 'post')).rejects.toThrow('Nobody is sent it twice.')
      await expect(letters(db).revise(drafts[0] ?? '', { subject: 'x', text: 'y', until }, priya, now)).rejects.toThrow(
        NotOpen,
      )
    })

    it('counts till the day its letter names, now and when the past is played again', async () => {
      const made = await warned()
      const until = new Date(now.getTime() + 10 * DAY)
      await send(made.letter, 'post', until)
      const at = async (days: number) => {
        const then = new Date(now.getTime() + days * DAY)
        const past = (await historiesOf(db, [made.author])).get(made.author)
        if (!past) throw new Error('no history')
        const { warnings } = standingAt(past, { at: then, seq: 0n, itemId: '' }, 90)
        return [(await ladder(db).of(made.author, 90, then)).standing.warnings, warnings]
      }
      expect([await at(0), await at(9), await at(10), await at(11)]).toEqual([
        [1, 1],
        [1, 1],
        [0, 0],
        [0, 0],
      ])
    })

    it('goes out once by the platform, with its letter, and counts once it is there', async () => {
      const made = await warned()
      await send(made.letter, 'platform', new Date(now.getTime() + 90 * DAY))
      expect((await standing(made.author)).standing.warnings).toBe(0)
      const orders = await perform()
      expect(orders).toMatchObject([{ action: 'warn', undo: false, letter: { text: 'Hello there' } }])
      expect(await perform()).toEqual([])
      expect((await standing(made.author)).standing.warnings).toBe(1)
      await expect(send(made.letter, 'email')).rejects.toThrow(NotOpen)
    })

    it('may go another way where the platform refuses it', async () => {
      const made = await warned()
      await send(made.letter, 'platform')
      await perform('refused')
      expect((await standing(made.author)).standing.warnings).toBe(0)
      await send(made.letter, 'email')
      expect((await standing(made.author)).standing.warnings).toBe(1)
      expect((await outbox(db).byHand(500)).some(({ id }) => id === made.action)).toBe(false)
    })

    it('was not given where nobody knows where to write to', async () => {
      const made = await warned()
      await letters(db).noAddress(made.letter, 'No email, and messages are shut.', priya, now)
      expect(await statesOf(made.decision)).toEqual(['block dropped', 'warn dropped'])
      expect((await standing(made.author)).standing.warnings).toBe(0)
      expect((await left()).letters).toBe(0)
      await expect(send(made.letter, 'email')).rejects.toThrow(NotOpen)
    })

    it('counts no more once the answer is taken back, and no platform is asked to unsay it', async () => {
      const made = await warned()
      await send(made.letter, 'email')
      const { reviews } = (await queue(db).find(made.decision)) ?? {}
      await answering(db).takeBack(reviews?.[0]?.id ?? '', priya, now)
      expect((await standing(made.author)).standing.warnings).toBe(0)
      expect(await perform()).toEqual([])
      const { warnings } = await standing(made.author)
      expect(warnings[0]?.withdrawnAt).not.toBeNull()
      expect(await statesOf(made.decision)).toContain('undo warn done')
    })

    it('is dropped with the answer while its letter is not written, and its draft can’t be sent any more', async () => {
      const made = await warned()
      const { reviews } = (await queue(db).find(made.decision)) ?? {}
      await answering(db).takeBack(reviews?.[0]?.id ?? '', priya, now)
      expect(await statesOf(made.decision)).toContain('warn dropped')
      await expect(send(made.letter, 'email')).rejects.toThrow('taken back meanwhile')
      // Warned anew, they get a letter of their own.
      await answer(made.decision, 'warn')
      expect((await statesOf(made.decision)).filter((one) => one.startsWith('warn'))).toEqual([
        'warn dropped',
        'warn unwritten',
      ])
    })

    it('is never sent to somebody at risk, whatever the way', async () => {
      const author = anAuthor()
      const made = await warned(author)
      await write(AT_RISK, author)
      for (const way of ['platform', 'email', 'post'] as const)
        await expect(send(made.letter, way)).rejects.toThrow(NotAllowed)
      expect((await db.letter.findUniqueOrThrow({ where: { id: made.letter } })).state).toBe('draft')
      expect(await statesOf(made.decision)).toContain('warn unwritten')
    })
  })

  describe('a block', () => {
    it('is not complete until the person is told, or nobody knows where to', async () => {
      const before = await left()
      const made = await blocked()
      expect((await left()).letters).toBe(before.letters + 1)
      expect((await promises(db).counts({ letters: false, notes: false })).letters).toBe(before.letters)
      const list = await promises(db).toWrite(true, null, 100)
      expect(list.some(({ id }) => id === made.action)).toBe(true)
      const id = await letters(db).write(letter(made.author, 'block'), { aboutId: made.action }, priya, now)
      expect((await left()).letters).toBe(before.letters + 1)
      await letters(db).noAddress(id, 'Only the handle is known.', priya, now)
      expect((await left()).letters).toBe(before.letters)
      // An address is found one day.
      await send(id, 'email')
      await expect(send(id, 'email')).rejects.toThrow(NotOpen)
      expect((await left()).letters).toBe(before.letters)
    })

    it('is told of by a message that warns nobody and can’t be taken for a warning', async () => {
      const made = await write(ABUSIVE)
      const { id: action } = await actionOf(made.decision, 'block')
      const id = await letters(db).write(letter(made.author, 'block'), { aboutId: action }, priya, now)
      await send(id, 'platform')
      expect(await perform()).toMatchObject([{ action: 'warn', letter: { text: 'Hello there' } }])
      expect((await standing(made.author)).standing.warnings).toBe(0)
      expect((await standing(made.author)).warnings).toEqual([])
      const past = (await historiesOf(db, [made.author])).get(made.author)
      expect(past?.warnings).toEqual([])
      // Written before it was agreed to, it counts for the block that came of it.
      const before = await left()
      await answering(db).answer(made.decision, priya, { answer: 'agreed' }, null, now)
      await perform()
      expect(await statesOf(made.decision)).toContain('block done')
      expect((await left()).letters).toBe(before.letters)
    })

    it('owes a letter while that is on its way, and again where it never arrived', async () => {
      const made = await blocked()
      const before = await left()
      const id = await letters(db).write(letter(made.author, 'block'), { aboutId: made.action }, priya, now)
      await send(id, 'platform')
      expect((await left()).letters).toBe(before.letters)
      await perform('refused')
      expect((await left()).letters).toBe(before.letters)
      await send(id, 'post')
      expect((await left()).letters).toBe(before.letters - 1)
    })

    it('owes nothing once it is undone', async () => {
      const before = await left()
      const made = await blocked()
      expect((await left()).notes).toBe(before.notes + 1)
      await answering(db).undoAction(made.action, tom, now)
      expect(await left()).toEqual(before)
    })

    it('has a day on which somebody looks at it again, however it came to be', async () => {
      const made = await blocked()
      expect(await blocks(db).date(180)).toBeGreaterThan(0)
      expect(await blocks(db).date(180)).toBe(0)
      const due = (days: number) => blocks(db).due(new Date(now.getTime() + days * DAY), null, 500)
      const isDue = async (days: number) => (await due(days)).some(({ id }) => id === made.action)
      expect([await isDue(179), await isDue(180)]).toEqual([false, true])
      expect(await blocks(db).dueCount(new Date(now.getTime() + 179 * DAY))).toBe(0)
      const till = new Date(now.getTime() + 300 * DAY)
      expect(await blocks(db).keep(made.action, till, 'It began again elsewhere.', tom, now)).toBe(true)
      expect([await isDue(299), await isDue(300)]).toEqual([false, true])
      expect((await blocks(db).ofPerson(made.author)).map(({ id }) => id)).toEqual([made.action])
      await answering(db).undoAction(made.action, tom, now)
      expect(await isDue(300)).toBe(false)
      expect(await blocks(db).keep(made.action, till, 'Too late.', tom, now)).toBe(false)
      expect(await entries(made.author)).toContain('block-kept')
    })

    it('is shown page by page, longest due first, each once', async () => {
      for (let n = 0; n < 5; n++) await blocked()
      await blocks(db).date(1)
      const then = new Date(now.getTime() + 500 * DAY)
      const seen: string[] = []
      let after: { at: Date; id: string } | null = null
      for (;;) {
        const page: Awaited<ReturnType<ReturnType<typeof blocks>['due']>> = await blocks(db).due(then, after, 2)
        const last = page.at(-1)
        if (!last?.reviewAt) break
        seen.push(...page.map(({ id }) => id))
        after = { at: last.reviewAt, id: last.id }
      }
      expect(seen.length).toBe(await blocks(db).dueCount(then))
      expect(new Set(seen).size).toBe(seen.length)
    })
  })

  describe('a note on the record', () => {
    it('is owed for each formal action and ticked off once', async () => {
      const made = await blocked()
      const before = await left()
      expect((await promises(db).toNote(null, 500)).some(({ id }) => id === made.action)).toBe(true)
      expect(await promises(db).noted(made.action, tom, now)).toBe(true)
      expect(await promises(db).noted(made.action, priya, now)).toBe(false)
      expect((await left()).notes).toBe(before.notes - 1)
      expect((await promises(db).toNote(null, 500)).some(({ id }) => id === made.action)).toBe(false)
    })
  })

  it('lists what is left to write page by page, each once', async () => {
    const all = (await left()).letters
    const seen: string[] = []
    for (let after = null, page = []; ; after = page.at(-1) ?? null) {
      page = await promises(db).toWrite(true, after, 2)
      seen.push(...page.map(({ id }) => id))
      if (page.length === 0) break
    }
    expect(all).toBeGreaterThan(2)
    expect(seen.length).toBe(all)
    expect(new Set(seen).size).toBe(all)
  })

  describe('an adjustment', () => {
    it('changes nothing before it is agreed, then adds a step of patience until it ends', async () => {
      const { author } = await write({})
      const wish = { kind: 'large print', detail: '18 points', format: 'large-print' } as const
      await adjustments(db).ask(author, wish, priya, now)
      const [asked] = await adjustments(db).ofPerson(author)
      if (!asked) throw new Error('nothing was asked')
      const agreed = async () => (await standing(author)).standing.adjustments
      expect(await agreed()).toBe(0)
      expect(await adjustments(db).turn(asked.id, 'ended', '', tom, now)).toBe(false)
      const [one, two] = await Promise.all(
        [tom, priya].map((staff) => adjustments(db).turn(asked.id, 'agreed', 'The MP agreed.', staff, now)),
      )
      expect([one, two].filter(Boolean)).toHaveLength(1)
      expect(await agreed()).toBe(1)
      const moment = { at: now, seq: 0n, itemId: '' }
      const past = (await historiesOf(db, [author])).get(author)
      expect(past && standingAt(past, moment, 90).adjustments).toBe(1)
      now = new Date(now.getTime() + DAY)
      expect(await adjustments(db).turn(asked.id, 'ended', '', tom, now)).toBe(true)
      expect(await agreed()).toBe(0)
      const since = (await historiesOf(db, [author])).get(author)
      expect(since && standingAt(since, moment, 90).adjustments, 'it was so then').toBe(1)
      expect((await entries(author)).filter((kind) => kind === 'adjustment')).toHaveLength(3)
      const bodies = JSON.stringify(await db.entry.findMany({ where: { authorId: author }, select: { body: true } }))
      expect(bodies).not.toMatch(/18 points|The MP agreed/)
    })
  })

  describe('a contest', () => {
    const contest = (decision: string) =>
      contests(db).record(
        decision,
        { receivedAt: now, words: 'They say it was a song.', dueAt: new Date(now.getTime() + 28 * DAY) },
        priya,
        now,
      )

    it('is decided by somebody who had no part in it, and undoes what was done when it is right', async () => {
      const made = await blocked()
      const id = await contest(made.decision)
      await expect(contest(made.decision)).rejects.toThrow(NotOpen)
      await expect(contests(db).decide(id, 'overturned', 'It was a song.', priya, now)).rejects.toThrow(NotAllowed)
      expect((await contests(db).find(id))?.state).toBe('open')
      expect((await standing(made.author)).standing.breaches).toBe(1)
      await contests(db).decide(id, 'overturned', 'It was a song.', tom, now)
      await expect(contests(db).decide(id, 'upheld', 'No.', tom, now)).rejects.toThrow(NotOpen)
      expect(await perform()).toMatchObject([{ action: 'block', undo: true }])
      expect((await standing(made.author)).standing.breaches).toBe(0)
      const found = await queue(db).find(made.decision)
      expect(found?.closedAt).not.toBeNull()
      expect(found?.reviews.map(({ answer: one, personId }) => [one, personId])).toEqual([
        ['agreed', priya],
        ['dismissed', tom],
      ])
      // That answer is the person's right by now: nobody takes it back in one step.
      await expect(answering(db).takeBack(found?.reviews[1]?.id ?? '', tom, now)).rejects.toThrow('contested')
      expect(await entries(made.author)).toEqual(expect.arrayContaining(['contested', 'contest-decided']))
      // Right or wrong, they have an answer to come.
      const owed = await promises(db).toWrite(true, null, 500)
      expect(owed).toContainEqual(expect.objectContaining({ of: 'contest', id }))
      const answerTo = await letters(db).write(letter(made.author, 'contest'), { contestId: id }, tom, now)
      await send(answerTo, 'email')
      expect((await promises(db).toWrite(true, null, 500)).some((one) => one.id === id)).toBe(false)
    })

    it('takes a warning off the ladder', async () => {
      const made = await warned()
      await send(made.letter, 'email', new Date(now.getTime() + 90 * DAY))
      expect((await standing(made.author)).standing).toMatchObject({ warnings: 1, breaches: 1 })
      await contests(db).decide(await contest(made.decision), 'overturned', 'It was a song.', tom, now)
      expect((await standing(made.author)).standing).toMatchObject({ warnings: 0, breaches: 0 })
      expect(await perform(), 'what was said stays said').toEqual([])
    })

    it('changes nothing when it is wrong, and may be contested anew', async () => {
      const made = await blocked()
      const id = await contest(made.decision)
      await contests(db).decide(id, 'upheld', 'It was meant for the MP.', tom, now)
      expect(await perform()).toEqual([])
      expect((await standing(made.author)).standing.breaches).toBe(1)
      expect(await contest(made.decision)).not.toBe(id)
    })

    it('is overdue after its day, and what the tool did alone anybody may look at', async () => {
      const made = await write({ outcome: 'perform', act: 'hide', clauses: ['abuse'], steps: [HIDE] })
      await perform()
      const before = await contests(db).counts(new Date(now.getTime() + 29 * DAY))
      const id = await contest(made.decision)
      expect((await contests(db).counts(now)).overdue).toBe(0)
      const after = await contests(db).counts(new Date(now.getTime() + 29 * DAY))
      expect(after).toEqual({ open: before.open + 1, overdue: before.overdue + 1 })
      await contests(db).decide(id, 'overturned', 'It broke no rule.', priya, now)
      expect(await perform()).toMatchObject([{ action: 'hide', undo: true }])
    })

    it('is never decided so that somebody at risk is held to be in none', async () => {
      const made = await write(AT_RISK)
      const id = await contest(made.decision)
      await expect(contests(db).decide(id, 'overturned', 'x', tom, now)).rejects.toThrow(NotAllowed)
      expect((await queue(db).find(made.decision))?.atRisk).toBe(true)
    })
  })

  it('keeps one point of contact for a person, on whatever platform, and notes that leave only a hash behind', async () => {
    const { author } = await write({}, anAuthor({ platform: 'facebook' }))
    const { author: other } = await write({}, anAuthor({ platform: 'x' }))
    await identities(db).link(author, other, { ground: 'told', why: 'They said so.' }, priya, now)
    await contacts(db).set(author, tom, priya, now)
    expect(await contacts(db).of(other)).toMatchObject({ personId: tom })
    await contacts(db).set(other, priya, priya, now)
    expect(await contacts(db).of(author)).toMatchObject({ personId: priya })
    expect(await db.pointOfContact.count({ where: { authorId: { in: [author, other] } } })).toBe(1)
    await contacts(db).set(author, null, priya, now)
    expect(await contacts(db).of(author)).toBeNull()

    await authorNotes(db).add(author, 'Hard of hearing.', priya, now)
    const [note] = await authorNotes(db).ofPerson(other)
    expect(note).toMatchObject({ text: 'Hard of hearing.', by: priya })
    expect(await authorNotes(db).remove(note?.id ?? '', tom, now)).toBe(author)
    expect(await authorNotes(db).remove(note?.id ?? '', tom, now)).toBeNull()
    expect(await authorNotes(db).ofPerson(author)).toEqual([])
    expect(await entries(author)).toEqual(
      expect.arrayContaining(['linked', 'contact', 'author-note', 'author-note-removed']),
    )
  })

  it('shows all that somebody wrote a page at a time, over linked accounts, newest first', async () => {
    const [one, two] = [anAuthor({ platform: 'facebook' }), anAuthor({ platform: 'x' })]
    const made = []
    for (const author of [one, two, one, two, one]) made.push(await write({}, author))
    const [own, other] = [made[0]?.author ?? '', made[1]?.author ?? '']
    await identities(db).link(own, other, { ground: 'told', why: 'They said so.' }, priya, now)
    const seen: string[] = []
    for (let before = null; ; ) {
      const page = await written(db).page(other, before, 2)
      seen.push(...page.map(({ id }) => id))
      const last = page.at(-1)
      if (!last) break
      before = { at: last.writtenAt, id: last.id }
    }
    expect(seen).toEqual(made.map(({ item }) => item).reverse())
  })
})
