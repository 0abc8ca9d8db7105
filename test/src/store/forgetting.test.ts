import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Decision, Step } from '../../../moderation/model.ts'
import type { Served } from '../../../src/poll.ts'
import { anIncoming, aPage } from '../../builders.ts'
import { aStage, aStep, type Stage } from '../stage.ts'

let stage: Stage
let staff = ''
beforeAll(async () => {
  stage = await aStage()
  const token = await stage.store.people.invite(null, stage.now())
  const person = await stage.store.people.accept(token, 'Priya', 'correct horse battery staple', stage.now())
  if (person === null || typeof person === 'string') throw new Error('nobody joined')
  staff = person.id
})
afterAll(() => stage.close())

/** Somebody wrote, it was decided, and then it was deleted on the platform. */
async function deleted(account: Served, decision: Partial<Decision> = {}) {
  const found = await stage.decide(account, [], { outcome: 'leave', act: 'none', clauses: [], ...decision })
  await goes(account, found.item.externalId)
  return found
}

async function goes(account: Served, ...ids: string[]): Promise<void> {
  const passes = await stage.store.sources.lease(stage.now(), 'test', 60_000)
  const pass = passes.find(({ accountId }) => accountId === account.id)
  if (!pass) throw new Error('no source is due')
  await stage.store.intake.store(pass, aPage([], { gone: ids }), stage.now())
  for (const one of passes) await stage.store.sources.release(one, stage.now(), stage.now(), null)
}

/** What staff did by hand about whoever wrote it. */
async function byHand(account: Served, decisionId: string, link: string): Promise<void> {
  await stage.store.queue.answer(decisionId, staff, { answer: 'agreed' }, null, stage.now())
  for (const errand of await stage.store.outbox.lease(account.id, stage.now(), 'here', 100, 60_000)) {
    await stage.store.outbox.settle(errand, { is: 'manual', link, words: 'Press “Block”.' }, stage.now())
    await stage.store.outbox.settledByHand(errand.order.id, staff, true, stage.now())
  }
}

const caseOf = async (id: string) => {
  const found = await stage.store.queue.find(id)
  if (!found) throw new Error('no case')
  return found
}

describe('what its author deleted on a platform that wants it forgotten', () => {
  it('loses its words, its pictures and its author’s name, and keeps its decision; the log stays whole', async () => {
    const account = await stage.account()
    const { id, item } = await deleted(account)
    expect(await stage.store.forgetting.blankGone([account.id], stage.now())).toBe(1)
    const after = await caseOf(id)
    expect(after.item).toMatchObject({ text: '', exact: null, links: [], media: [], link: '', blankedAt: stage.now() })
    expect(after.item.author).toMatchObject({ handle: '', displayName: null, profile: {} })
    expect(after.item.sha256).toBe(item.sha256)
    expect(after).toMatchObject({ outcome: 'leave', decidedAt: stage.now() })
    expect(await stage.store.log.verify()).toMatchObject({ ok: true })
    expect(await stage.store.forgetting.blankGone([account.id], stage.now())).toBe(0)
  })

  it('is kept where a person keeps it, until they no longer do', async () => {
    const account = await stage.account()
    const { id, item } = await deleted(account)
    expect(await stage.store.forgetting.hold(item.id, staff, 'For the police, ref. 12', stage.now())).toBe(true)
    expect(await stage.store.forgetting.hold(item.id, staff, 'again', stage.now())).toBe(false)
    expect(await stage.store.forgetting.blankGone([account.id], stage.now())).toBe(0)
    expect((await caseOf(id)).item.text).toBe(item.text)
    expect(await stage.store.forgetting.release(item.id, staff, stage.now())).toBe(true)
    expect(await stage.store.forgetting.blankGone([account.id], stage.now())).toBe(1)
    const kinds = (await stage.store.log.ofItem(item.id)).map(({ kind }) => kind)
    expect(kinds).toEqual(['seen', 'judged', 'gone', 'held', 'released', 'blanked'])
  })

  it.each([
    ['may be a threat', { outcome: 'review', escalate: 'police' }],
    ['may come from somebody in danger', { outcome: 'review', escalate: 'safeguarding', atRisk: true }],
  ] as const)('waits for a person where it %s', async (_, decision) => {
    const account = await stage.account()
    const { id, item } = await deleted(account, decision)
    expect(await stage.store.forgetting.blankGone([account.id], stage.now())).toBe(0)
    const answer = decision.escalate === 'police' ? 'agreed' : 'nobody-at-risk'
    await stage.store.queue.answer(id, staff, { answer, why: 'Read it.' }, null, stage.now())
    expect(await stage.store.forgetting.blankGone([account.id], stage.now())).toBe(1)
    expect((await caseOf(id)).item).toMatchObject({ id: item.id, text: '' })
  })

  it('leaves the name of whom a block stands against, who could not be unblocked otherwise', async () => {
    const account = await stage.account()
    const found = await stage.decide(account, [aStep('block', 'propose')], { outcome: 'propose', act: 'block' })
    await byHand(account, found.id, 'https://fake.example/their-name')
    await goes(account, found.item.externalId)
    const blanked = async () => {
      await stage.store.forgetting.blankGone([account.id], stage.now())
      return (await caseOf(found.id)).item.author
    }
    expect((await blanked())?.handle).not.toBe('')
    const after = await caseOf(found.id)
    expect(after.item).toMatchObject({ text: '', link: '' })
    expect(after.actions).toMatchObject([{ state: 'done', link: null, because: 'Done by hand.' }])

    await stage.store.queue.takeBack(after.reviews[0]?.id ?? '', staff, stage.now())
    await stage.store.queue.answer(found.id, staff, { answer: 'dismissed' }, null, stage.now())
    expect((await blanked())?.handle, 'until the block is undone').not.toBe('')
    const [undo] = await stage.store.outbox.lease(account.id, stage.now(), 'here', 100, 60_000)
    if (!undo) throw new Error('nothing is to be undone')
    await stage.store.outbox.settle(undo, { is: 'done', receipt: null }, stage.now())
    expect(await blanked()).toMatchObject({ handle: '', displayName: null })
  })

  it('is taken out of what answers and quotes it too, and of nothing that a person keeps', async () => {
    const account = await stage.account()
    const first = await deleted(account)
    const { text, writtenAt: at, link } = first.item
    const own = {
      id: 'a-thread',
      above: [
        { handle: '@sam', text, at },
        { handle: '@kim', text, at: stage.now() },
      ],
    }
    const quotation = { kind: 'other' as const, url: link, alt: text }
    const picture = { kind: 'image' as const, url: 'https://img.example/1' }
    const say = () =>
      stage.decide(account, [], { outcome: 'leave', act: 'none', clauses: [] }, [], {
        conversation: own,
        item: { media: [picture, quotation] },
      })
    const [answer, kept] = [await say(), await say()]
    await stage.store.forgetting.hold(kept.item.id, staff, 'For the police', stage.now())
    expect(await stage.store.forgetting.blankGone([account.id], stage.now())).toBe(1)
    const after = (await caseOf(answer.id)).item
    expect(after).toMatchObject({ media: [picture], above: [{ handle: '@kim' }], text: answer.item.text })
    expect((await caseOf(kept.id)).item).toMatchObject({ media: [picture, quotation], above: [{}, {}] })
  })

  it('leaves other accounts alone, and what is still there', async () => {
    const account = await stage.account()
    const { id: elsewhere } = await deleted(account)
    const other = await stage.account()
    const there = await stage.decide(other, [], { outcome: 'leave', act: 'none', clauses: [] })
    expect(await stage.store.forgetting.blankGone([other.id], stage.now())).toBe(0)
    expect((await caseOf(elsewhere)).item.text).not.toBe('')
    expect((await caseOf(there.id)).item.text).not.toBe('')
  })

  it('is judged and kept anew when it comes back', async () => {
    const account = await stage.account()
    const { item } = await deleted(account)
    await stage.store.forgetting.blankGone([account.id], stage.now())
    const [again] = await stage.read(account, anIncoming({ item: { id: item.externalId } }))
    expect(again).toBeDefined()
    expect(again).not.toBe(item.id)
  })
})

describe('what nobody needs', () => {
  const DAY = 86_400_000
  const old = (account: Served) => {
    const before = new Date(stage.now().getTime() - 7 * DAY)
    return stage.store.forgetting.blankOld(account.id, before, stage.now())
  }

  it('is blanked after its days, and not a day sooner', async () => {
    const account = await stage.account()
    const left = await stage.decide(account, [], { outcome: 'leave', act: 'none', clauses: [] })
    stage.pass(6 * DAY)
    expect(await old(account)).toBe(0)
    stage.pass(2 * DAY)
    expect(await old(account)).toBe(1)
    expect((await caseOf(left.id)).item).toMatchObject({ text: '', goneAt: null })
    expect(await stage.store.log.verify()).toMatchObject({ ok: true })
  })

  it.each<[string, Step[], Partial<Decision>]>([
    ['broke a rule', [aStep('hide')], {}],
    ['asked for help', [], { outcome: 'leave', act: 'none', clauses: [], casework: true }],
    ['waits for a person', [], { outcome: 'review', act: 'review' }],
  ])('is not what %s', async (_, steps, decision) => {
    const account = await stage.account()
    const found = await stage.decide(account, steps, decision)
    stage.pass(100 * DAY)
    expect(await old(account)).toBe(0)
    expect((await caseOf(found.id)).item.text).not.toBe('')
  })

  it('is not what a person keeps', async () => {
    const account = await stage.account()
    const left = await stage.decide(account, [], { outcome: 'leave', act: 'none', clauses: [] })
    await stage.store.forgetting.hold(left.item.id, staff, 'Part of a series', stage.now())
    stage.pass(100 * DAY)
    expect(await old(account)).toBe(0)
  })
})

describe('a purge', () => {
  it('blanks all of a platform but what a person keeps, forgets the sign-in, and says so in the log', async () => {
    const account = await stage.account()
    const kept = await stage.decide(account, [], { outcome: 'leave', act: 'none', clauses: [] })
    const lost = await stage.decide(account, [], { outcome: 'leave', act: 'none', clauses: [] })
    await stage.store.forgetting.hold(kept.item.id, staff, 'Evidence', stage.now())
    await stage.store.vault(account.id).update(async () => ({ token: 'secret' }))
    const before = await stage.store.forgetting.kept('fake')
    const others = before.held - 1
    const progress: number[] = []
    const purged = await stage.store.forgetting.purge('fake', false, stage.now(), (done) => progress.push(done))
    expect(purged).toBe(before.items - before.held)
    expect(progress.at(-1)).toBe(purged)
    expect((await caseOf(lost.id)).item.text).toBe('')
    expect((await caseOf(kept.id)).item.text).not.toBe('')
    expect(await stage.store.vault(account.id).read()).toBeNull()
    const post = 'I have written to the bus company.'
    expect((await caseOf(kept.id)).item.conversation).toMatchObject({ post })
    expect(await stage.store.forgetting.kept('fake')).toEqual({ items: others + 1, held: others + 1, withPolice: 0 })
    expect(await stage.store.forgetting.purge('fake', true, stage.now(), () => {})).toBe(others + 1)
    expect((await caseOf(kept.id)).item.conversation).toMatchObject({ post: null, link: null })
    expect(await stage.store.log.verify()).toMatchObject({ ok: true })
    const [entry] = await stage.store.log.page(null, 1)
    expect(entry).toMatchObject({ kind: 'purged', body: { platform: 'fake', items: others + 1, held: true } })
  })
})
