import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Case } from '../../src/store/index.ts'
import { aFinding, anAuthor } from '../builders.ts'
import { OPEN, routesOf } from './routes.ts'
import { abusiveMessage, aStage, inDanger, insult, read, type Stage, visitor } from './seed.ts'

/** What was written in private: who may read it, on which page whatsoever, and that reading it is in the log. */

const WORDS = 'zephyrquartz my landlord is a worthless sack of shit'
const RISK = 'marmaladefjord I have locked myself in the bathroom'
const WRITER = 'Quillon Featherby'
/** All that must not reach whoever may not read it. */
const SECRETS = ['zephyrquartz', 'marmaladefjord', WRITER, '@quillon.f', 'briarwicket']

let stage: Stage
let message: Case
let danger: Case
let picture: string
let reviewer: Awaited<ReturnType<Stage['join']>>
let senior: Awaited<ReturnType<Stage['join']>>
let administrator: Awaited<ReturnType<Stage['join']>>

beforeAll(async () => {
  stage = await aStage()
  const author = anAuthor({ displayName: WRITER, handle: '@quillon.f', bio: 'briarwicket' })
  const conversation = { id: 'talk', above: [] }
  const media = [{ kind: 'image' as const, url: 'https://img.example/private', alt: 'briarwicket' }]
  const finding = aFinding({ reason: 'An obscene insult: zephyrquartz.', spans: [{ start: 0, end: 12 }] })
  const item = { text: WORDS, kind: 'message' as const, links: ['https://briarwicket.example/'], media }
  message = await stage.put(abusiveMessage({ author, conversation, item, findings: [finding] }))
  danger = await stage.put(inDanger({ author, conversation, item: { text: RISK, kind: 'message' } }))
  await stage.put(insult({ author: anAuthor({ displayName: 'Public Person', handle: '@public' }) }))
  picture = message.item.pictures[0]?.id ?? ''
  const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
  await stage.store.pictures.keep(picture, { bytes, type: 'image/png' }, stage.parts.now())
  reviewer = await stage.join('Only Reviews', ['reviewer'])
  senior = await stage.join('May Read', ['senior'])
  administrator = await stage.join('Runs It', ['administrator'])
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

/** What hangs on a private message: something to do by hand, a letter to write, a contest, a block to look at again. */
async function leaveTraces() {
  const { store, parts, accountId } = stage
  const { post } = visitor(stage.app, senior.cookie)
  const other = { conversation: { id: 'talk', above: [] }, item: { text: WORDS, kind: 'message' as const } }
  const person = anAuthor({ displayName: WRITER, handle: '@quillon.f' })
  const [byHand, warned] = [
    await stage.put(abusiveMessage({ author: person, ...other })),
    await stage.put(abusiveMessage({ author: person, ...other })),
  ]
  await post(`/case/${byHand.id}/answer`, { answer: 'changed', action: 'block', clause: 'abuse' })
  await post(`/case/${warned.id}/answer`, { answer: 'changed', action: 'warn', clause: 'abuse' })
  for (;;) {
    const errands = await store.outbox.lease(accountId, parts.now(), 'here', 10, 60_000)
    if (errands.length === 0) break
    for (const errand of errands)
      await store.outbox.settle(
        errand,
        { is: 'manual', link: 'https://briarwicket.example/', words: 'Press Block.' },
        parts.now(),
      )
  }
  await post(`/case/${byHand.id}/contest`, { received: '2026-11-24', words: 'They say that zephyrquartz is a quote.' })
  const actions = (await Promise.all([byHand, warned].map(({ id }) => store.queue.find(id)))).flatMap(
    (found) => found?.actions ?? [],
  )
  const warning = actions.find(({ kind }) => kind === 'warn')
  const letter = await post(`/action/${warning?.id}/letter`)
  const contest = (await store.contests.ofDecision(byHand.id))[0]
  return {
    action: actions.find(({ kind }) => kind === 'block')?.id ?? 'none',
    contest: contest?.id ?? 'none',
    letter: /\/letter\/([\da-f-]{36})/.exec(letter.headers.get('location') ?? '')?.[1] ?? 'none',
  }
}

const opened = async () =>
  (await stage.store.log.page(null, 200))
    .filter(({ kind }) => kind === 'opened')
    .map(({ actor, itemId }) => [actor, itemId])

it('reaches nobody who is not there for it, on any page, in words, names, links, pictures or reasons', async () => {
  await visitor(stage.app, senior.cookie).post(`/case/${message.id}/answer`, { answer: 'agreed' })
  const pages = routesOf(stage.app).filter(({ method, path }) => method === 'GET' && !OPEN.includes(path))
  let looked = 0
  for (const who of [reviewer, administrator]) {
    const { get } = visitor(stage.app, who.cookie)
    for (const found of [message, danger]) {
      const ids = {
        '/case': found.id,
        '/item': found.item.id,
        '/picture': picture,
        '/pictures': picture,
        '/together': found.id,
      }
      for (const { path, at } of pages) {
        for (const query of ['', `?lane=risk&done=${found.id}&show=${found.item.id}&mask=nothing&change=1`]) {
          const answer = await get(`${at(ids)}${query}`)
          const html = await answer.text()
          looked += answer.status === 200 ? 1 : 0
          for (const secret of SECRETS)
            expect([path, query, secret, html.includes(secret)]).toEqual([path, query, secret, false])
        }
      }
    }
    expect((await get(`/picture/${picture}`)).status).toBe(403)
  }
  expect(looked).toBeGreaterThan(60)
  expect(await opened()).toEqual([])
}, 120_000)

it('leaves no trace on what is to be done, written, contested or looked at again', async () => {
  const { action, contest, letter } = await leaveTraces()
  expect([action, contest, letter]).not.toContain('none')
  const ids = { '/action': action, '/block': action, '/contest': contest, '/letter': letter }
  const seen = async (cookie: string, path: string) => (await visitor(stage.app, cookie).get(path)).text()
  expect(await seen(senior.cookie, '/by-hand')).toContain(WRITER)
  const pages = routesOf(stage.app).filter(({ method, path }) => method === 'GET' && !OPEN.includes(path))
  for (const who of [reviewer, administrator])
    for (const { path, at } of pages) {
      const html = await seen(who.cookie, at(ids))
      for (const secret of SECRETS) expect([path, secret, html.includes(secret)]).toEqual([path, secret, false])
    }
  const { get, post } = visitor(stage.app, reviewer.cookie)
  for (const path of [`/letter/${letter}`, `/letter/${letter}/print`, `/contest/${contest}`, `/block/${action}`])
    expect([path, (await get(path)).status]).toEqual([path, 403])
  for (const path of [
    `/letter/${letter}`,
    `/action/${action}/letter`,
    `/action/${action}/by-hand`,
    `/action/${action}/undo`,
  ])
    expect([path, (await post(path)).status]).toEqual([path, 403])
}, 120_000)

it('is shown to others as waiting, in its lane, with whom to call where it can’t wait', async () => {
  const { page } = visitor(stage.app, reviewer.cookie)
  const queue = read(await page('/'))
  expect(queue).toContain('A private message: you may not read it.')
  expect(queue).toContain('call a colleague who may read private messages, now')
  const html = await page(`/case/${danger.id}`)
  expect(read(html)).toContain('A private message: you may not read it.')
  expect(html).not.toContain('/answer"')
})

it('is decided by nobody who may not read it, by whatever form', async () => {
  const { post } = visitor(stage.app, reviewer.cookie)
  for (const path of ['answer', 'hand-on', 'claim', 'disclosure', 'signposted', 'contest'])
    expect([path, (await post(`/case/${danger.id}/${path}`, { answer: 'agreed' })).status]).toEqual([path, 403])
  const [review] = (await stage.store.queue.find(message.id))?.reviews ?? []
  expect((await post(`/review/${review?.id}/undo`)).status).toBe(409)
  const told = stage.store.queue.answer(danger.id, reviewer.id, { answer: 'agreed' }, null, stage.parts.now())
  await expect(told).rejects.toThrow('written in private')
  expect((await stage.store.queue.find(danger.id))?.closedAt).toBeNull()
})

it('is read by those who are there for it, and each reading is in the log once an hour', async () => {
  const { page } = visitor(stage.app, senior.cookie)
  expect(await page(`/case/${danger.id}`)).toContain('marmaladefjord')
  expect(await opened()).toContainEqual([senior.id, danger.item.id])
  const before = (await opened()).length
  await page(`/case/${danger.id}`)
  expect(await opened()).toHaveLength(before)
  stage.pass(61)
  await page(`/case/${danger.id}`)
  expect((await opened()).length).toBeGreaterThan(before)
  expect(read(await page('/log'))).toContain('A private message was read.')
  const lines = JSON.stringify((await stage.store.log.page(null, 200)).map(({ body }) => body))
  for (const secret of SECRETS) expect(lines).not.toContain(secret)
})

it('is not shown by any page that the log does not know of', async () => {
  const own = await stage.join('Second Reader', ['senior', 'data-lead', 'administrator', 'reviewer'])
  const { get } = visitor(stage.app, own.cookie)
  const ids = {
    '/case': danger.id,
    '/item': danger.item.id,
    '/author': danger.item.authorId ?? '',
    '/picture': picture,
    '/together': danger.id,
  }
  for (const { method, path, at } of routesOf(stage.app)) {
    if (method !== 'GET' || OPEN.includes(path)) continue
    stage.pass(61)
    const fresh = (await stage.store.sessions.begin(own.id, stage.parts.now())).token
    const before = (await opened()).length
    const html = await (await get(at(ids), { cookie: `serjeant=${fresh}` })).text()
    const shows = html.includes('marmaladefjord') || html.includes('zephyrquartz my')
    if (shows) expect([path, (await opened()).length > before]).toEqual([path, true])
  }
})
