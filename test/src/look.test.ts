import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Order, type Platform, PlatformError } from '../../adapters/platform.ts'
import { actor } from '../../src/act.ts'
import { looker } from '../../src/look.ts'
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
  await actor({ store, account, worker: 'here', log, now, mayRedirect: async () => true })(signal())
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
