import { afterAll, beforeAll, expect, it } from 'vitest'
import { accounts } from '../../../src/store/accounts.ts'
import { assessing } from '../../../src/store/assessing.ts'
import type { Db } from '../../../src/store/db.ts'
import { histories } from '../../../src/store/histories.ts'
import { intake } from '../../../src/store/intake.ts'
import { people } from '../../../src/store/people.ts'
import { sources } from '../../../src/store/sources.ts'
import { aDecision, aJudgement, anAuthor, anIncoming, aPage, NOON } from '../../builders.ts'
import { eachDatabase } from '../../support/databases.ts'

const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000)
const RULES = { warningDays: 90, alonePerHour: 60, redirect: { text: 'Please ring 01632 960100.', links: [] } }

eachDatabase((open) => {
  let db: Db
  let account: string
  let person: string
  let close: () => Promise<void>

  beforeAll(async () => {
    const opened = await open()
    close = () => opened.close()
    db = opened.prisma
    const staff = await people(db).accept(await people(db).invite(null, NOON), 'Priya', 'a long enough password', NOON)
    if (staff === null || typeof staff === 'string') throw new Error('nobody joined')
    person = staff.id
    const [row] = await accounts(db).configure([{ platform: 'rehearsal', handle: '@mp', mode: 'perform' }], NOON)
    account = row?.id ?? ''
    await accounts(db).readFrom(account, ['replies'], NOON)
  })
  afterAll(() => close())

  let minutes = 0
  /** Somebody writes, and does or doesn't seem to be at risk. @returns their id, the decision's, and when it was made */
  const writes = async (author: ReturnType<typeof anAuthor>, atRisk: boolean) => {
    const now = later(++minutes)
    const pass = (await sources(db).lease(now, 'w', 60_000)).find(({ accountId }) => accountId === account)
    if (!pass) throw new Error('nothing was due')
    await intake(db).store(pass, aPage([anIncoming({ author })]), now)
    await sources(db).release(pass, now, now, null)
    const waiting = await assessing(db).lease(now, 100, 60_000)
    const judged = { judgement: aJudgement(), decide: () => aDecision({ atRisk }) }
    await assessing(db).settle(
      waiting.map((one) => ({ waiting: one, ...judged })),
      RULES,
      now,
    )
    const id = waiting[0]?.authorId ?? ''
    const { id: decisionId } = await db.decision.findFirstOrThrow({ where: { itemId: waiting[0]?.id ?? '' } })
    return { id, decisionId, now }
  }
  const last = (...ids: string[]) => histories(db).lastAtRisk(ids)

  it('tells when people last seemed to be at risk, and leaves out who never did', async () => {
    const kim = anAuthor()
    await writes(kim, true)
    const { id, now } = await writes(kim, true)
    await writes(kim, false)
    const calm = await writes(anAuthor(), false)
    expect(await last(id, calm.id)).toEqual(new Map([[id, now]]))
    expect(await last()).toEqual(new Map())
  })

  it('heeds that staff found nobody at risk, until they take that back', async () => {
    const { id, decisionId, now } = await writes(anAuthor(), true)
    const review = { decisionId, personId: person, answer: 'dismissed', at: later(1000) }
    const { id: reviewId } = await db.review.create({ data: review })
    expect(await last(id)).toEqual(new Map())
    await db.review.update({ where: { id: reviewId }, data: { undoneAt: later(1001) } })
    expect(await last(id)).toEqual(new Map([[id, now]]))
  })
})
