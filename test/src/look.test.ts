import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Order, type Platform, PlatformError } from '../../adapters/platform.ts'
import { actor } from '../../src/act.ts'
import { looker, reconciler } from '../../src/look.ts'
import { anAuthor } from '../builders.ts'
import { aStage, aStep, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await aStage()
})
afterAll(() => stage.close())

const MINUTE = 60_000
const signal = () => new AbortController().signal

/** Staff were asked to report a reply by hand on a platform that can be looked at. */
async function asked(doneByHand: NonNullable<Platform['doneByHand']>) {
  const { store, log, now } = stage
  const looks: Order[][] = []
  const account = await stage.account({
    perform: async () => ({ is: 'manual', link: 'https://x.example/kim', words: 'Press Report.' }),
    seesByHand: ['report'],
    doneByHand: (orders, stop) => {
      looks.push([...orders])
      return doneByHand(orders, stop)
    },
  })
  const found = await stage.decide(account, [aStep('report')])
  await actor({ store, account, worker: 'here', log, now, mayRedirect: async () => true, isStopped: () => false })(
    signal(),
  )
  const look = looker({ store, served: new Map([[account.id, account]]), log, now })
  const actions = async () => (await store.queue.find(found.id))?.actions ?? []
  return { looks, look: () => look(signal()), actions, found }
}

describe('looking for what staff did by hand', () => {
  it('finds it done, and says so in the log', async () => {
    let isDone = false
    const { looks, look, actions, found } = await asked(
      async (orders) => new Set(isDone ? orders.map(({ id }) => id) : []),
    )
    await look()
    expect(looks).toEqual([])
    stage.pass(10 * MINUTE)
    await look()
    expect(looks).toMatchObject([[{ action: 'report', undo: false }]])
    expect(await actions()).toMatchObject([{ state: 'manual', settledAt: null }])
    isDone = true
    stage.pass(20 * MINUTE)
    await look()
    expect(await actions()).toMatchObject([{ state: 'done', settledAt: stage.now() }])
    expect((await stage.store.log.ofItem(found.itemId)).map(({ kind }) => kind)).toContain('seen-done')
    stage.pass(24 * 60 * MINUTE)
    await look()
    expect(looks).toHaveLength(2)
  })

  it('looks more and more seldom, and no more seldom for a failure', async () => {
    const away = new PlatformError('unavailable', 'It is away.')
    const { looks, look, actions } = await asked(() =>
      looks.length > 2 ? Promise.resolve(new Set()) : Promise.reject(away),
    )
    for (let minute = 0; minute < 200; minute += 10) {
      stage.pass(10 * MINUTE)
      await look()
    }
    expect(looks).toHaveLength(7) // after 10, 20 and 30 minutes, 40, 60, 100 and 180
    expect(await actions()).toMatchObject([{ state: 'manual' }])
  })
})

describe('comparing each night who is blocked', () => {
  let staff = ''
  beforeAll(async () => {
    const { people } = stage.store
    const joined = await people.accept(
      await people.invite(null, stage.now()),
      'Priya',
      'a long enough password',
      stage.now(),
    )
    if (joined === null || typeof joined === 'string') throw new Error('nobody joined')
    staff = joined.id
  })

  /** An account where somebody was blocked and somebody else is only to be, on a platform that knows whom it blocks. */
  async function blocking() {
    const { store, log, now } = stage
    const blocked = new Set<string>()
    const performed: string[] = []
    const questioned: Order[][] = []
    /** Reads only a part of its list: of nobody is it then certain that they are not on it. */
    const list = { isWhole: true, fails: false }
    const account = await stage.account({
      perform: async ({ author, undo }) => {
        performed.push(`${undo ? 'un' : ''}block ${author?.id}`)
        if (undo) blocked.delete(author?.id ?? '')
        else blocked.add(author?.id ?? '')
        return { is: 'done', receipt: null }
      },
      seesByHand: ['block', 'report'],
      doneByHand: async (orders) => {
        if (list.fails) throw new PlatformError('unavailable', 'It is away.')
        questioned.push([...orders])
        const stands = ({ undo, author }: Order): boolean => {
          const isBlocked = blocked.has(author?.id ?? '')
          return undo ? list.isWhole && !isBlocked : isBlocked
        }
        return new Set(orders.filter(stands).map(({ id }) => id))
      },
    })
    const act = actor({
      store,
      account,
      worker: 'here',
      log,
      now,
      mayRedirect: async () => true,
      isStopped: () => false,
    })
    const compare = reconciler({ store, served: new Map([[account.id, account]]), log, now })
    const propose = (author = anAuthor()) =>
      stage.decide(account, [aStep('block', 'propose')], { outcome: 'propose', act: 'block' }, [], { author })
    const answer = async (id: string, given: 'agreed' | 'dismissed'): Promise<void> => {
      await store.queue.answer(id, staff, { answer: given }, null, now())
      await act(signal())
    }
    const found = await propose()
    await answer(found.id, 'agreed')
    const person = found.item.author?.externalId ?? ''
    const actionsOf = async (id: string) => (await store.queue.find(id))?.actions ?? []
    return {
      account,
      blocked,
      performed,
      questioned,
      list,
      found,
      person,
      propose,
      answer,
      actionsOf,
      act: () => act(signal()),
      /** A night later. */
      compare: async (): Promise<void> => {
        stage.pass(24 * 60 * MINUTE)
        await compare(signal())
      },
      logged: async (itemId: string) =>
        (await store.log.ofItem(itemId)).map(({ kind }) => kind).filter((kind) => kind.startsWith('stands')),
    }
  }

  it('finds nothing to say where all stands as it should, and asks in both ways', async () => {
    const { compare, questioned, found, person, actionsOf, logged } = await blocking()
    await compare()
    expect(questioned[0]).toMatchObject([
      { action: 'block', undo: false, author: { id: person } },
      { action: 'block', undo: true, author: { id: person } },
    ])
    expect(await actionsOf(found.id)).toMatchObject([{ state: 'done', because: null, otherwiseAt: null }])
    expect(await logged(found.itemId)).toEqual([])
  })

  it('notices that somebody was unblocked by hand, writes it down once, and never blocks again by itself', async () => {
    const { compare, blocked, performed, found, person, actionsOf, logged } = await blocking()
    blocked.delete(person)
    await compare()
    const at = stage.now()
    expect(await actionsOf(found.id)).toMatchObject([
      {
        state: 'done',
        because: 'Seen on the platform: somebody took it back there. Serjeant does not do it again by itself.',
        otherwiseAt: at,
      },
    ])
    await compare()
    expect(await logged(found.itemId)).toEqual(['stands-no-longer'])
    expect((await actionsOf(found.id))[0]?.otherwiseAt).toEqual(at)
    expect(performed).toEqual([`block ${person}`])
    expect([...blocked]).toEqual([])
    // Nothing is left to undo.
    expect(await stage.store.queue.undoAction((await actionsOf(found.id))[0]?.id ?? '', staff, stage.now())).toBe(false)

    blocked.add(person)
    await compare()
    expect(await actionsOf(found.id)).toMatchObject([{ state: 'done', otherwiseAt: null }])
    expect(await logged(found.itemId)).toEqual(['stands-no-longer', 'stands-again'])
    expect(await stage.store.log.verify()).toMatchObject({ ok: true })
  })

  it('lets a person block anew whom somebody unblocked by hand', async () => {
    const { compare, blocked, performed, found, person, propose, answer } = await blocking()
    blocked.delete(person)
    await compare()
    const again = await propose(anAuthor({ id: person }))
    await answer(again.id, 'agreed')
    expect(performed).toEqual([`block ${person}`, `block ${person}`])
    expect(found.id).not.toBe(again.id)
  })

  it('notices a block made by hand while it was only proposed; agreeing then does what it always did', async () => {
    const { act, compare, blocked, performed, person, propose, actionsOf, logged } = await blocking()
    const open = await propose()
    const other = open.item.author?.externalId ?? ''
    const same = await propose(anAuthor({ id: person }))
    blocked.add(other)
    await compare()
    expect(await actionsOf(open.id)).toMatchObject([
      {
        state: 'proposed',
        because: 'Seen on the platform: somebody has done it there already.',
        otherwiseAt: stage.now(),
      },
    ])
    expect(await logged(open.itemId)).toEqual(['stands-already'])
    expect(await logged(same.itemId), 'the tool’s own block is nobody’s by hand').toEqual([])
    await stage.store.queue.answer(open.id, staff, { answer: 'agreed' }, null, stage.now())
    expect(await actionsOf(open.id)).toMatchObject([{ state: 'queued', because: null, otherwiseAt: null }])
    await act()
    expect(await actionsOf(open.id)).toMatchObject([{ state: 'done', because: null, otherwiseAt: null }])
    expect(performed).toEqual([`block ${person}`, `block ${other}`])
  })

  it('leaves alone what somebody blocked by hand when the proposal is dismissed', async () => {
    const { compare, blocked, performed, person, propose, answer, actionsOf, logged } = await blocking()
    const open = await propose()
    const other = open.item.author?.externalId ?? ''
    blocked.add(other)
    await compare()
    blocked.delete(other)
    await compare()
    expect(await logged(open.itemId)).toEqual(['stands-already', 'stands-no-longer'])
    blocked.add(other)
    await compare()
    await answer(open.id, 'dismissed')
    expect(await actionsOf(open.id)).toMatchObject([{ kind: 'block', state: 'dropped' }])
    expect(performed).toEqual([`block ${person}`])
    expect(blocked.has(other)).toBe(true)
  })

  it('says nothing of whom the platform could not tell, nor where it could not be asked', async () => {
    const { compare, blocked, list, found, person, actionsOf, logged } = await blocking()
    blocked.delete(person)
    list.isWhole = false
    await compare()
    list.isWhole = true
    list.fails = true
    await compare()
    expect(await actionsOf(found.id)).toMatchObject([{ state: 'done', otherwiseAt: null }])
    expect(await logged(found.itemId)).toEqual([])
    expect(stage.lines.at(-1)?.msg).toBe('what staff did by hand could not be looked for')
  })

  it('is told by no answer what moved on while it was asked', async () => {
    const { account, person, propose, answer, actionsOf } = await blocking()
    const open = await propose()
    const { questions, compared } = stage.store.reconciling
    const before = await questions(account.id, 'block', null, stage.now())
    expect(before.map(({ does }) => does.author?.id)).toEqual([person, open.item.author?.externalId])
    await answer(open.id, 'agreed')
    const seen = new Set(before.map(({ does }) => does.id))
    expect(await compared(before.slice(1), seen, stage.now())).toBe(0)
    expect(await actionsOf(open.id)).toMatchObject([{ state: 'done', otherwiseAt: null }])
  })

  it('asks about everybody, some at a time', async () => {
    const { account, propose, person } = await blocking()
    const others = [await propose(), await propose()].map(({ item }) => item.author?.externalId)
    const { questions } = stage.store.reconciling
    const questioned: (string | undefined)[] = []
    for (let after: string | null = null; ; ) {
      const [question] = await questions(account.id, 'block', after, stage.now(), 1)
      if (question === undefined) break
      after = question.actionId
      questioned.push(question.does.author?.id)
    }
    expect(questioned).toEqual([person, ...others])
  })
})
