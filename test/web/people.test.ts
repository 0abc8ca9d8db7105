import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOON } from '../builders.ts'
import { aStage, insult, PASSWORD, read, type Stage, visitor } from './seed.ts'

/** Who has access, and how it begins and ends. */

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>
let visit: ReturnType<typeof visitor>

beforeAll(async () => {
  stage = await aStage()
  priya = await stage.join('Priya Nair')
  visit = visitor(stage.app, priya.cookie)
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

const nobody = () => visitor(stage.app, '')
const keyOf = (html: string): string => /welcome\?key=([\w.-]+)/.exec(html)?.[1] ?? 'none'
const signsIn = async (name: string, password: string): Promise<boolean> =>
  (await nobody().post('/sign-in', { name, password, next: '/' })).status === 303
const logged = async () => (await stage.store.log.page(null, 3)).map(({ kind, actor, body }) => ({ kind, actor, body }))

describe('names', () => {
  it('are compared without regard to case, also of those who have left', async () => {
    const mary = await stage.join('Mary Okafor')
    const join = async (name: string) =>
      (await nobody().post('/welcome', { key: await stage.store.people.invite(null, NOON), name, password: PASSWORD }))
        .status
    expect(await join('mary okafor')).toBe(422)
    await visit.post(`/people/${mary.id}/remove`, { sure: 'yes' })
    expect(await join('MARY  OKAFOR')).toBe(422)
    expect(await join('Mary O. Okafor')).toBe(303)
    expect(await signsIn('mary o. okafor', PASSWORD)).toBe(true)
  })

  it('go to one of two who join at once', async () => {
    const { people } = stage.store
    const [one, other] = [await people.invite(null, NOON), await people.invite(null, NOON)]
    const joined = await Promise.all([
      people.accept(one, 'Sam Twin', PASSWORD, NOON),
      people.accept(other, 'SAM TWIN', PASSWORD, NOON),
    ])
    expect(joined.filter((answer) => answer === 'name-taken')).toHaveLength(1)
  })
})

describe('removing access', () => {
  it('asks first, then ends the sessions and every unused link, and is in the log', async () => {
    const tom = await stage.join('Tom Walsh')
    const kept = await stage.store.people.invite(tom.id, NOON)
    const path = `/people/${tom.id}/remove`
    expect(await visit.page('/people')).toContain(`href="${path}"`)
    expect(read(await visit.page(path))).toContain('Remove the access of Tom Walsh?')
    expect((await visit.post(path)).headers.get('location')).toBe(path)
    expect((await visitor(stage.app, tom.cookie).get('/')).status).toBe(200)

    expect((await visit.post(path, { sure: 'yes' })).headers.get('location')).toBe('/people?done=removed')
    expect((await visitor(stage.app, tom.cookie).get('/')).status).toBe(303)
    expect(await signsIn('Tom Walsh', PASSWORD)).toBe(false)
    expect((await nobody().get(`/welcome?key=${kept}`)).status).toBe(404)
    expect((await logged())[0]).toEqual({ kind: 'removed', actor: priya.id, body: { person: tom.id } })
    expect(read(await visit.page('/log'))).toContain('A colleague’s access was removed: Tom Walsh.')
    // A second press changes nothing.
    await visit.post(path, { sure: 'yes' })
    expect((await logged()).filter(({ kind }) => kind === 'removed')).toHaveLength(1)
    expect((await visit.get(path)).status).toBe(404)
  })

  it('keeps the name beside what was answered, and lets somebody back in with both', async () => {
    const ann = await stage.join('Ann Other')
    const found = await stage.put(insult())
    await visitor(stage.app, ann.cookie).post(`/case/${found.id}/answer`, { answer: 'dismissed' })
    await visit.post(`/people/${ann.id}/remove`, { sure: 'yes' })
    expect(read(await visit.page('/answers'))).toContain('Ann Other dismissed it')
    expect(read(await visit.page('/log'))).toContain('Ann Other')

    const key = keyOf(await (await visit.post(`/people/${ann.id}/link`)).text())
    const password = 'a different one altogether'
    expect((await nobody().post('/welcome', { key, name: 'Somebody Else', password })).status).toBe(303)
    expect(await signsIn('Ann Other', password)).toBe(true)
    expect((await stage.store.people.all()).map(({ id }) => id)).toContain(ann.id)
  })

  it('of oneself asks too, and signs out', async () => {
    const eve = await stage.join('Eve')
    const { get, post, page } = visitor(stage.app, eve.cookie)
    const path = `/people/${eve.id}/remove`
    expect(read(await page(path))).toContain('Remove your own access?')
    expect((await post(path, { sure: 'yes' })).headers.get('location')).toBe('/sign-in')
    expect((await get('/')).status).toBe(303)
  })

  it('never leaves nobody, even where two remove each other at once', async () => {
    const own = await aStage()
    try {
      const [one, other] = [await own.join('One'), await own.join('Other')]
      const { people } = own.store
      const became = await Promise.all([people.remove(one.id, other.id, NOON), people.remove(other.id, one.id, NOON)])
      expect(became.sort()).toEqual(['last', 'removed'])
      const [left] = await people.all()
      const { token } = await own.store.sessions.begin(left?.id ?? '', NOON)
      const alone = visitor(own.app, `serjeant=${token}`)
      expect(await alone.page('/people')).not.toContain('Remove access')
      expect((await alone.post(`/people/${left?.id}/remove`, { sure: 'yes' })).status).toBe(409)
    } finally {
      await own.close()
    }
  })

  it('of nobody is not found', async () => {
    const id = '00000000-0000-7000-8000-000000000000'
    expect((await visit.get(`/people/${id}/remove`)).status).toBe(404)
    expect((await visit.post(`/people/${id}/link`)).status).toBe(404)
  })
})

describe('a forgotten password', () => {
  it('is replaced with a link that keeps name and history, ends the sessions, and works once', async () => {
    const lost = await stage.join('Lost Password')
    const html = await (await visit.post(`/people/${lost.id}/link`)).text()
    const key = keyOf(html)
    expect(read(html)).toContain('With it, Lost Password chooses a new password.')
    expect(await nobody().page(`/welcome?key=${key}`)).toMatch(/value="Lost Password"[^>]*readonly/)
    expect((await nobody().post('/welcome', { key, password: 'short' })).status).toBe(422)
    // Until it is used, everything stays as it is.
    expect(await signsIn('Lost Password', PASSWORD)).toBe(true)

    const password = 'battery horse correct staple'
    expect((await nobody().post('/welcome', { key, password })).status).toBe(303)
    expect((await visitor(stage.app, lost.cookie).get('/')).status).toBe(303)
    expect([await signsIn('Lost Password', PASSWORD), await signsIn('Lost Password', password)]).toEqual([false, true])
    expect((await nobody().post('/welcome', { key, password })).status).toBe(404)
    expect((await logged())[0]).toEqual({ kind: 'renewed', actor: lost.id, body: {} })
  })

  it('can’t be replaced for somebody else with the same link', async () => {
    const lost = await stage.join('Owner Of The Link')
    const key = await stage.store.people.invite(priya.id, NOON, lost.id)
    const bent = `${priya.id}.${key.split('.')[1]}`
    expect((await nobody().post('/welcome', { key: bent, password: 'battery horse correct staple' })).status).toBe(404)
    expect(await signsIn('Priya Nair', PASSWORD)).toBe(true)
    const fresh = await stage.store.people.invite(priya.id, NOON)
    const taken = { key: `${priya.id}.${fresh}`, password: 'battery horse correct staple' }
    expect((await nobody().post('/welcome', taken)).status).toBe(404)
  })
})
