import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aStage, read, type Stage, visitor } from './seed.ts'

/** What is entered is found, and no page shows it. */

const SECRETS = {
  phone: '07700 900321',
  address: '27 Larkspur Crescent',
  email: 'quillfeather@example.net',
  handle: '@quillfeather_private',
  name: 'Peregrine Quillfeather',
} as const
const TRACES = /900321|larkspur|quillfeather|peregrine/i

describe('the page of the register', () => {
  let stage: Stage
  let visit: ReturnType<typeof visitor>
  const said: string[] = []

  beforeAll(async () => {
    stage = await aStage()
    visit = visitor(stage.app, (await stage.join('Priya Nair')).cookie)
  })
  afterAll(async () => {
    expect(stage.failures).toEqual([])
    await stage.close()
  })

  const add = async (kind: string, value: string, label: string) => {
    const answer = await visit.post('/register/add', { kind, value, label })
    said.push(await answer.clone().text(), answer.headers.get('location') ?? '')
    return answer
  }

  it('takes every kind, and shows none again', async () => {
    for (const [kind, value] of Object.entries(SECRETS)) {
      expect((await add(kind, value, `The ${kind} to keep`)).status).toBe(303)
    }
    const page = await visit.page('/register')
    expect(read(page)).toContain('The phone to keep')
    expect(read(page)).toContain('What you enter is scrambled so that nobody can read it back')
    expect(read(page)).toContain('in the usual ways of writing it')
    for (const seen of [page, await visit.page('/log'), ...said]) expect(seen).not.toMatch(TRACES)
    expect(JSON.stringify(await stage.store.log.page(null, 100), bigints)).not.toMatch(TRACES)
  })

  it('finds what was entered at once', () => {
    const { register: kept } = stage.store
    expect(kept.has('phone:7700900321')).toBe(true)
    expect(kept.has('phone:7700900322')).toBe(false)
    expect(kept.has('plate:ab12cde')).toBe(false)
  })

  it.each([
    ['phone', SECRETS.phone, 'Again', 'on the register already'],
    ['phone', '123', 'Short', 'can’t be read as a telephone number'],
    ['phone', '07700 900400', '', 'Write what to call it'],
    ['phone', '01632 960100', 'The office', 'The office publishes that itself'],
    ['name', 'Jo Hartley', 'The MP', 'The office publishes that itself'],
    ['phone', '07700 900555', 'Jo 07700900555', 'holds what is to be kept secret'],
    ['name', 'Barnaby', 'barnaby', 'holds what is to be kept secret'],
  ])('refuses a %s %j called %j', async (kind, value, label, why) => {
    const answer = await add(kind, value, label)
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(read(page)).toContain(why)
    expect(page).not.toMatch(/900555|barnaby/i)
  })

  it('forgets what is removed, once', async () => {
    const [row] = (await stage.store.register.all()).filter(({ kind }) => kind === 'phone')
    await visit.post(`/register/${row?.id}/remove`)
    await visit.post(`/register/${row?.id}/remove`)
    expect(stage.store.register.has('phone:7700900321')).toBe(false)
    const removed = (await stage.store.log.page(null, 100)).filter(({ kind }) => kind === 'protected-removed')
    expect(removed).toHaveLength(1)
  })

  it('is for staff alone', async () => {
    const stranger = visitor(stage.app, '')
    expect((await stranger.get('/register')).status).toBe(303)
    expect((await stranger.post('/register/add', { kind: 'phone', value: '07700 900777', label: 'x' })).status).toBe(
      401,
    )
  })
})

const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
