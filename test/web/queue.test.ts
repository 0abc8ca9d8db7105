import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Case } from '../../src/store/index.ts'
import { anAuthor } from '../builders.ts'
import { A_STREET, aStage, insult, look, read, type Stage, threat, visitor } from './seed.ts'

/** A queue that several people share: what of it is shown, who looks at what, what is left to others, and their notes. */

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>
let tom: Awaited<ReturnType<Stage['join']>>

beforeAll(async () => {
  stage = await aStage()
  priya = await stage.join('Priya Nair')
  tom = await stage.join('Tom Walsh')
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})
afterEach(async () => {
  for (const one of await stage.store.queue.page({}, null, 100))
    await stage.store.queue.answer(one.id, tom.id, { answer: 'agreed', anyway: true }, null, stage.parts.now())
})

const as = ({ cookie }: { cookie: string }) => visitor(stage.app, cookie)
const cards = (html: string): string[] =>
  [...html.matchAll(/<article class="card" id="case-([\w-]+)"/g)].map(([, id]) => id ?? '')
const place = (answer: Response): URL => new URL(answer.headers.get('location') ?? '', 'http://localhost')
const answers = async ({ id }: Case) => (await stage.store.queue.find(id))?.reviews.map(({ personId }) => personId)

describe('what is asked for', () => {
  it('is kept from page to page and through an answer, is said in chips, and each chip takes it back', async () => {
    const cases: Case[] = []
    for (let n = 0; n < 22; n++) cases.push(await stage.put(insult()))
    await stage.put(look())
    const html = await as(priya).page('/?clause=abuse&age=new&platform=bluesky')
    expect(cards(html)).toEqual(cases.slice(0, 20).map(({ id }) => id))
    expect(read(html)).toContain('22 match:')
    expect(html).toContain('href="/?clause=abuse&amp;age=new"')
    expect(html).toContain('href="/?platform=bluesky&amp;clause=abuse"')
    expect(html).toContain('href="/?lane=proposal&amp;platform=bluesky&amp;clause=abuse&amp;age=new"')
    const [, more = ''] = /href="([^"]+)">The next 20/.exec(html) ?? []
    expect(cards(await as(priya).page(more.replaceAll('&amp;', '&')))).toEqual(cases.slice(20).map(({ id }) => id))
    const [first, second] = cases as [Case, Case]
    const form = { answer: 'agreed', from: 'queue', clause: 'abuse', age: 'new', platform: 'bluesky' }
    const onwards = place(await as(priya).post(`/case/${first.id}/answer`, form))
    expect(onwards.hash).toBe(`#case-${second.id}`)
    expect(Object.fromEntries(onwards.searchParams)).toEqual({
      platform: 'bluesky',
      clause: 'abuse',
      age: 'new',
      done: first.id,
    })
    expect(read(await as(priya).page('/?clause=spam'))).toContain('Nothing that waits matches this.')
  })

  it('may be a person, whom words of the name lead to', async () => {
    const one = await stage.put(look({ author: anAuthor({ handle: '@zebedee', displayName: 'Zeb' }) }))
    const other = await stage.put(look({ author: anAuthor({ handle: '@zebra', displayName: 'Stripes' }) }))
    const found = await as(priya).get('/?who=zebe')
    expect(place(found).searchParams.get('person')).toBe(one.item.authorId)
    const both = await as(priya).page('/?who=zeb&lane=look')
    expect(both).toContain(`href="/?lane=look&amp;person=${other.item.authorId}"`)
    const only = await as(priya).page(`/?person=${other.item.authorId}`)
    expect(cards(only)).toEqual([other.id])
    expect(read(only)).toContain('1 matches:No longer only: Stripes @zebra')
    expect(only).toMatch(/<option value="allegation">Do not accuse [^<]+… \(1\)<\/option>/)
    expect(read(await as(priya).page('/?who=nobody'))).toContain('Nothing of anybody with these words')
  })

  it('is nothing that nobody offers', async () => {
    for (const given of A_STREET) await stage.put(given())
    const nonsense = '/?platform=%27;--&account=1&person=x&age=never&clause=%3Cb%3E&after=1&lane=no'
    const html = await as(priya).page(nonsense)
    expect(cards(html)).toHaveLength(A_STREET.length)
    expect(html).not.toContain('class="chips"')
  })
})

describe('who looks at a case', () => {
  it('is said on its card and page, and whoever answers all the same has to say so', async () => {
    const one = await stage.put(insult())
    const other = await stage.put(insult())
    expect(read(await as(priya).page(`/case/${one.id}`))).not.toContain('is looking at this')
    stage.pass(2)
    expect(read(await as(tom).page(`/case/${one.id}`))).toContain('Priya Nair is looking at this (2 min)')
    expect(read(await as(tom).page('/'))).toContain('Priya Nair is looking at this (2 min)')
    expect(read(await as(priya).page('/'))).not.toContain('is looking at this')

    const refused = await as(tom).post(`/case/${one.id}/answer`, { answer: 'agreed', why: 'Vile.', from: 'case' })
    expect(refused.status).toBe(409)
    const html = await refused.text()
    expect(read(html)).toContain('Your answer was not recorded yet')
    expect(await answers(one)).toEqual([])
    const fields = [...html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ])
    expect(fields).toEqual([
      ['answer', 'agreed'],
      ['why', 'Vile.'],
      ['from', 'case'],
      ['anyway', 'yes'],
    ])
    const decided = await as(tom).post(`/case/${one.id}/answer`, Object.fromEntries(fields))
    expect(place(decided).pathname).toBe(`/case/${other.id}`)
    expect(await answers(one)).toEqual([tom.id])
  })

  it('is passed over by whoever goes on to the next, and no longer when it is over', async () => {
    const cases = [await stage.put(insult()), await stage.put(insult()), await stage.put(insult())] as const
    const [first, second, third] = cases
    await as(priya).page(`/case/${second.id}`)
    expect(await as(tom).page(`/case/${first.id}`)).toContain(`href="/case/${third.id}#case-${third.id}"`)
    const left = place(await as(tom).post(`/case/${first.id}/answer`, { answer: 'dismissed', from: 'queue' }))
    expect(left.hash).toBe(`#case-${third.id}`)
    stage.pass(6)
    const back = place(await as(tom).post(`/case/${third.id}/answer`, { answer: 'dismissed', from: 'queue' }))
    expect(back.hash).toBe(`#case-${second.id}`)
  })

  it('is told by the script, which hears of colleagues and says when it looks away', async () => {
    const one = await stage.put(insult())
    const claim = async (who: { cookie: string }) => {
      const answer = await as(who).post(`/case/${one.id}/claim`)
      return (await answer.json()) as { till: string | null; held: string }
    }
    const mine = await claim(priya)
    expect(mine).toEqual({ till: expect.any(String), held: '' })
    expect(await claim(tom)).toEqual({ till: null, held: 'Priya Nair is looking at this (since just now)' })
    await as(tom).post(`/case/${one.id}/unclaim`, { till: mine.till ?? '' })
    expect((await claim(tom)).till).toBeNull()
    for (const till of ['x', '', '1e400']) await as(priya).post(`/case/${one.id}/unclaim`, { till })
    expect((await claim(tom)).till).toBeNull()
    await as(priya).post(`/case/${one.id}/unclaim`, { till: mine.till ?? '' })
    expect((await claim(tom)).till).not.toBeNull()
  })

  it('is nobody who may not answer', async () => {
    const one = await stage.put(insult())
    const lead = await stage.join('Data Lead')
    await stage.store.people.giveRoles(lead.id, ['data-lead'], priya.id, stage.parts.now())
    const { token } = await stage.store.sessions.begin(lead.id, stage.parts.now())
    const cookie = `serjeant=${token}`
    await visitor(stage.app, cookie).page(`/case/${one.id}`)
    await visitor(stage.app, cookie).post(`/case/${one.id}/claim`)
    expect((await stage.store.claims.on([one.id], stage.parts.now())).size).toBe(0)
    expect((await visitor(stage.app, cookie).post(`/case/${one.id}/hand-on`)).status).toBe(403)
    await stage.store.people.remove(lead.id, priya.id, stage.parts.now())
  })
})

describe('what is left to others', () => {
  it('goes on to the next, is out of one’s own queue alone, and comes back by one press', async () => {
    const [one, other] = [await stage.put(threat()), await stage.put(insult())]
    const left = place(await as(priya).post(`/case/${one.id}/hand-on`, { from: 'queue', platform: 'bluesky' }))
    expect([left.pathname, left.hash, left.searchParams.get('left')]).toEqual(['/', `#case-${other.id}`, one.id])
    const html = await as(priya).page(`${left.pathname}${left.search}`)
    expect(cards(html)).toEqual([other.id])
    expect(read(html)).toContain('Left to your colleagues')
    expect(read(html)).toMatch(/For the police 0 waiting/)
    expect(cards(await as(tom).page('/'))).toEqual([one.id, other.id])
    expect(read(await as(priya).page(`/case/${one.id}`))).toContain('You left this to your colleagues')
    const back = place(await as(priya).post(`/case/${one.id}/take-back`, { from: 'queue', platform: 'bluesky' }))
    expect(`${back.pathname}${back.search}${back.hash}`).toBe(`/?platform=bluesky#case-${one.id}`)
    expect(cards(await as(priya).page('/'))).toEqual([one.id, other.id])
  })

  it('stays with whoever is the last, in words', async () => {
    const one = await stage.put(insult())
    await as(tom).post(`/case/${one.id}/hand-on`)
    const refused = await as(priya).post(`/case/${one.id}/hand-on`)
    expect(refused.status).toBe(409)
    expect(read(await refused.text())).toContain('Nobody else is left for this')
    expect(cards(await as(priya).page('/'))).toEqual([one.id])
  })
})

describe('notes', () => {
  it('are for colleagues, stand on the page of the case, and are taken back by whoever wrote them', async () => {
    const one = await stage.put(look())
    const path = `/item/${one.itemId}/note`
    const answer = await as(priya).post(path, { note: ' They rang <b>twice</b>.\r\nOn Friday. ' })
    expect(`${place(answer).pathname}${place(answer).hash}`).toBe(`/case/${one.id}#notes`)
    await as(priya).post(path, { note: '  ' })
    const html = await as(tom).page(`/case/${one.id}`)
    expect(html).toContain('They rang &lt;b&gt;twice&lt;/b&gt;.\nOn Friday.')
    expect(html.match(/class="note"/g)).toHaveLength(1)
    expect(html).not.toContain('/remove"')
    const [, remove = ''] = /action="(\/note\/[\w-]+\/remove)"/.exec(await as(priya).page(`/case/${one.id}`)) ?? []
    await as(tom).post(remove)
    expect(await as(tom).page(`/case/${one.id}`)).toContain('They rang')
    await as(priya).post(remove)
    const after = await as(priya).page(`/case/${one.id}`)
    expect(after).not.toContain('They rang')
    expect(read(after)).toContain('Taken back by whoever wrote it.')
    expect(read(after)).toContain('A note was taken back')
  })
})
