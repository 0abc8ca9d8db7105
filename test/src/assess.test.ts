import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { POLICIES } from '../../moderation/policy.ts'
import { type AssessParts, assessor } from '../../src/assess.ts'
import { DatabaseError } from '../../src/store/engine/errors.ts'
import type { Store, Waiting } from '../../src/store/index.ts'
import { aFinding, anAuthor, anIncoming, OFFICE, rulesOf } from '../builders.ts'
import { aStage, hang, LETTER, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await aStage()
})
afterAll(() => stage.close())

const policy = POLICIES['standard']
if (!policy) throw new Error('the standard policy is missing')
const signal = new AbortController().signal
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** What a test broke is judged at last, so that the next one finds nothing waiting. */
afterEach(async () => {
  stage.pass(60 * MINUTE)
  await assessing({})(signal)
})

const assessing = (more: Partial<AssessParts>) =>
  assessor({
    store: stage.store,
    office: OFFICE,
    inForce: rulesOf(policy, { redirect: LETTER }),
    log: stage.log,
    now: stage.now,
    random: () => 0,
    breached: () => {},
    decided: () => {},
    ...more,
  })

/** A store that can't settle what says this, unless nothing was found in it. */
function storeThatChokesOn(text: string, how: () => Error): Store {
  const { assessing: real } = stage.store
  const settle: typeof real.settle = async (batch, rules, now) => {
    const isBad = batch.some(({ waiting, judgement }) => waiting.subject.item.text === text && !judgement.failed)
    if (isBad) throw how()
    return real.settle(batch, rules, now)
  }
  return { ...stage.store, assessing: { ...real, settle } }
}

const decisionOf = async (itemId: string) => {
  const id = await stage.store.queue.ofItem(itemId)
  return id === null ? null : stage.store.queue.find(id)
}

describe('judging', () => {
  it('settles the rest of a batch, and tries what is bad again later', async () => {
    const account = await stage.account()
    const texts = ['Well said, minister.', 'Poison', 'Thank you for the reply.']
    const [first = '', bad = '', last = ''] = await stage.read(
      account,
      ...texts.map((text) => anIncoming({ item: { text } })),
    )
    const assess = assessing({ store: storeThatChokesOn('Poison', () => new Error('it can’t be stored')) })
    await assess(signal)
    expect(await decisionOf(first)).not.toBeNull()
    expect(await decisionOf(last)).not.toBeNull()
    expect(await decisionOf(bad)).toBeNull()
    expect(await stage.store.assessing.lease(stage.now(), 10, 0)).toEqual([])
    stage.pass(MINUTE)
    await assessing({})(signal)
    expect(await decisionOf(bad)).not.toBeNull()
  })

  it.each([
    ['Poison', { escalate: null, lane: 'look' }],
    ['I am going to kill myself tonight', { escalate: 'safeguarding', lane: 'risk' }],
  ])('gives a person what it could not settle five times: %s', async (text, expected) => {
    const account = await stage.account()
    const [bad = ''] = await stage.read(account, anIncoming({ item: { text } }))
    const assess = assessing({ store: storeThatChokesOn(text, () => new Error('it can’t be stored')) })
    let runs = 0
    while ((await decisionOf(bad)) === null && runs < 10) {
      runs++
      await assess(signal)
      stage.pass(15 * MINUTE)
    }
    const reasons = ['The judge broke on this; a person should look.']
    expect(await decisionOf(bad)).toMatchObject({ outcome: 'review', act: 'review', reasons, actions: [], ...expected })
    // Reading it took a lease of its own.
    expect(runs).toBe(4)
    expect(JSON.stringify(stage.lines)).not.toContain(text)
  })

  it('blames no item while the database is ill', async () => {
    const account = await stage.account()
    const [id = ''] = await stage.read(account, anIncoming({ item: { text: 'Poison' } }))
    const store = storeThatChokesOn('Poison', () => new DatabaseError('disk-full', 'The disk is full.'))
    for (let n = 0; n < 7; n++) {
      await expect(assessing({ store })(signal)).rejects.toThrow('The disk is full.')
      stage.pass(2 * MINUTE)
    }
    expect(await decisionOf(id)).toBeNull()
    await assessing({})(signal)
    expect(await decisionOf(id)).toMatchObject({ outcome: 'leave' })
  })

  it('says when the circuit breaker keeps the tool from acting by itself', async () => {
    const tripped: string[] = []
    const account = await stage.account()
    const abuse = { item: { text: 'You are a fucking useless cunt' } }
    for (const alonePerHour of [60, 0]) {
      await stage.read(account, anIncoming(abuse))
      await assessing({ tripped: (id) => tripped.push(id), inForce: rulesOf(policy, { alonePerHour }) })(signal)
      expect(tripped).toEqual(alonePerHour === 0 ? [account.id] : [])
    }
  })
})

describe('the optional judges', () => {
  const outsider = aFinding({ score: 0.6, detector: 'outsider', reason: 'An outsider says so.' })
  const item = (text: string) => anIncoming({ item: { text } })

  it('are asked about a whole batch at once, and add what they find', async () => {
    let open = 0
    let most = 0
    const advise = async () => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 10))
      open--
      return { findings: [outsider], unheard: [] }
    }
    const ids = await stage.read(
      await stage.account(),
      ...Array.from({ length: 30 }, () => item('Well said, minister.')),
    )
    await assessing({ advise })(signal)
    expect(most).toBe(30)
    const found = await decisionOf(ids[7] ?? '')
    expect(found).toMatchObject({ outcome: 'propose', act: 'hide', reasons: expect.arrayContaining([outsider.reason]) })
    expect(found?.item.findings.map(({ detector }) => detector)).toContain('outsider')
  })

  it('that don’t answer are named in the decision, and cost nothing but what they would have found', async () => {
    const advise = async () => ({ findings: [], unheard: ['Perspective'] })
    const [id = ''] = await stage.read(await stage.account(), item('Well said, minister.'))
    await assessing({ advise })(signal)
    expect(await decisionOf(id)).toMatchObject({
      outcome: 'leave',
      lane: null,
      reasons: expect.arrayContaining(['Perspective gave no answer, so this is judged without it.']),
    })
    const [abuse = ''] = await stage.read(await stage.account(), item('You are a fucking useless cunt'))
    await assessing({ advise })(signal)
    expect(await decisionOf(abuse)).toMatchObject({ outcome: 'perform' })
  })

  it('never read the words of somebody who may be at risk', async () => {
    const asked: string[] = []
    const advise = async ({ subject }: Waiting) => {
      asked.push(subject.item.text)
      return { findings: [outsider], unheard: [] }
    }
    const risk = 'I am going to kill myself tonight'
    const [id = ''] = await stage.read(await stage.account(), item(risk), item('Well said, minister.'))
    await assessing({ advise })(signal)
    expect(asked).toEqual(['Well said, minister.'])
    expect(await decisionOf(id)).toMatchObject({ atRisk: true, escalate: 'safeguarding', actions: [] })
  })

  describe('are not asked', () => {
    const RISK = 'I am going to kill myself tonight'
    const asked: string[] = []
    const advise = async ({ subject }: Waiting) => {
      asked.push(subject.item.text)
      return { findings: [], unheard: [] }
    }
    const from = (id: string, text: string) => anIncoming({ author: anAuthor({ id }), item: { text } })
    beforeEach(() => {
      asked.length = 0
    })

    it('about anything somebody writes for 30 days after they seemed to be at risk', async () => {
      const account = await stage.account()
      await stage.read(account, from('kim', RISK))
      await assessing({ advise })(signal)
      await stage.read(account, from('kim', 'Well said, minister.'), from('lee', 'The train is late.'))
      await assessing({ advise })(signal)
      expect(asked).toEqual(['The train is late.'])
      stage.pass(30 * DAY + MINUTE)
      await stage.read(account, from('kim', 'The bus is late again.'))
      await assessing({ advise })(signal)
      expect(asked).toEqual(['The train is late.', 'The bus is late again.'])
    })

    it('about what the same person wrote beside it, read at the same time', async () => {
      const account = await stage.account()
      await stage.read(
        account,
        from('max', 'Well said, minister.'),
        from('max', RISK),
        from('ann', 'The train is late.'),
      )
      await assessing({ advise })(signal)
      expect(asked).toEqual(['The train is late.'])
    })

    it('about what they write on another platform, once staff have linked the accounts', async () => {
      const account = await stage.account()
      const on = (platform: string, text: string) =>
        anIncoming({ author: anAuthor({ platform, id: `ida-${platform}` }), item: { text } })
      const ids = await stage.read(account, on('facebook', 'The bus is late.'), on('x', 'The tram is late.'))
      await assessing({})(signal)
      const [here = '', there = ''] = await Promise.all(
        ids.map(async (id) => (await decisionOf(id))?.item.authorId ?? ''),
      )
      const said = { ground: 'told', why: 'They rang.' } as const
      const staff = await stage.store.people.accept(
        await stage.store.people.invite(null, stage.now()),
        'Priya',
        'correct horse battery staple',
        stage.now(),
      )
      if (staff === null || typeof staff === 'string') throw new Error('nobody joined')
      expect(await stage.store.identities.link(here, there, said, staff.id, stage.now())).toBe('linked')

      await stage.read(
        account,
        on('x', RISK),
        on('facebook', 'Well said, minister.'),
        from('tom', 'The train is late.'),
      )
      await assessing({ advise })(signal)
      expect(asked).toEqual(['The train is late.'])
      const [abuse = ''] = await stage.read(account, on('facebook', 'You are a fucking useless cunt'))
      await assessing({ advise })(signal)
      expect(asked).toEqual(['The train is late.'])
      const found = await decisionOf(abuse)
      expect(found?.actions.map(({ state }) => state)).toEqual(found?.actions.map(() => 'proposed'))
      expect(found?.reasons).toContain(
        'The author seemed to be at risk within the last 30 days (on another platform, where staff have linked an account to this one), so a person decides.',
      )
    })

    it('about a text in a language that the tool can’t read', async () => {
      const polish = 'Nie mogę już dłużej czekać na mieszkanie, proszę mi pomóc, bo nie mam gdzie mieszkać z dziećmi'
      const [id = ''] = await stage.read(await stage.account(), from('ola', polish))
      await assessing({ advise })(signal)
      expect(asked).toEqual([])
      expect((await decisionOf(id))?.reasons.join(' ')).toContain('Polish')
    })
  })

  it('hold nothing up when the service stops: what they were asked about is judged later', async () => {
    const [id = ''] = await stage.read(await stage.account(), item('Well said, minister.'))
    const ending = new AbortController()
    const advise = (_: Waiting, stop: AbortSignal) => {
      setTimeout(() => ending.abort(), 50)
      return hang(stop)
    }
    const running = assessing({ advise })(ending.signal)
    await expect(running).rejects.toThrow('aborted')
    expect(await decisionOf(id)).toBeNull()
    stage.pass(2 * MINUTE)
    await assessing({})(signal)
    expect(await decisionOf(id)).not.toBeNull()
  })
})
