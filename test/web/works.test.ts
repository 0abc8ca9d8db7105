import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ip } from '../../moderation/detect/ip.ts'
import { judge } from '../../moderation/judge.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'
import { aStage, read, type Stage, visitor } from './seed.ts'

const TITLE = 'Dawn over <b>Ambleford</b>'
const LINES = [
  'The lamps go out along the quay before the bakers have unlocked their doors,',
  'and somebody who has not slept all night walks home against the first bus, counting windows,',
  'while the gulls divide the market square between them like landlords.',
] as const
const TEXT = LINES.join('\r\n')

describe('registered texts', () => {
  let stage: Stage
  let visit: ReturnType<typeof visitor>

  beforeAll(async () => {
    stage = await aStage()
    visit = visitor(stage.app, (await stage.join('Priya Nair')).cookie)
  })
  afterAll(async () => {
    expect(stage.failures).toEqual([])
    await stage.close()
  })

  const add = (given: Record<string, string>) =>
    visit.post('/pictures/texts/add', { title: TITLE, holder: 'R. Okafor', text: TEXT, ...given })
  /** What the service would find, as it asks the store. */
  const found = (text: string) =>
    judge(
      { item: anItem({ text }), author: anAuthor(), context: { earlier: [], others: [] } },
      { ...OFFICE, works: stage.store.works.present() },
      [ip],
    ).findings

  it('are entered, listed with their words and their holder, found when copied, and removed', async () => {
    expect(found(TEXT)).toEqual([])
    expect((await add({})).headers.get('location')).toBe('/pictures?added=1')
    const html = await visit.page('/pictures')
    expect(html).toContain('Dawn over &lt;b&gt;Ambleford&lt;/b&gt;')
    expect(read(html)).toMatch(/Registered texts.*, of R\. Okafor.*by Priya Nair · 41 words/)
    expect(html).not.toContain('bakers')
    expect(found(TEXT)).toMatchObject([{ gravity: 'mild', detector: 'ip' }])
    expect(found(TEXT)[0]?.reason).toContain(`${TITLE}, of R. Okafor`)

    const [row] = await stage.store.works.all()
    expect(row?.text).toBe(LINES.join('\n'))
    expect(html).toContain(`/pictures/texts/${row?.id}/remove`)
    const removed = await visit.post(`/pictures/texts/${row?.id}/remove`)
    expect(removed.headers.get('location')).toBe('/pictures?removed=1')
    await visit.post(`/pictures/texts/${row?.id}/remove`)
    expect(read(await visit.page('/pictures'))).toContain('Nothing is to be known again yet.')
    expect(found(TEXT)).toEqual([])

    const log = await visit.page('/log')
    expect(read(log).match(/A text was registered, to be known again/g)).toHaveLength(1)
    expect(read(log).match(/A text is no longer to be known again/g)).toHaveLength(1)
    expect(JSON.stringify((await stage.store.log.page(null, 10)).map(({ body }) => body))).not.toContain('bakers')
  })

  it.each([
    ['without a title', { title: ' ' }, 'Write what the text is called'],
    ['without a holder', { holder: '' }, 'Write who holds the rights'],
    ['of a few words', { text: 'one two three four '.repeat(6) }, 'shorter than 25 words'],
    ['that is too long', { text: `${'palabras '.repeat(3_000)}the end` }, 'longer than 20,000 characters'],
    // The cut would fall on a blank.
    ['that is too long by a little', { text: `${'x'.repeat(19_999)} ${'and more '.repeat(30)}` }, 'longer than 20,000'],
  ])('are refused %s, and what was entered is kept', async (_, given, why) => {
    const answer = await add(given)
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(read(html)).toContain(why)
    const { text } = { text: TEXT, ...given }
    expect(html.replaceAll('\n', ' ')).toContain(text.trim().replaceAll(/\s+/g, ' '))
    expect(await stage.store.works.all()).toEqual([])
  })

  it('are taken in any script, and once', async () => {
    const text = 'мост стоит над рекой '.repeat(950)
    expect((await add({ text })).status).toBe(303)
    const again = await add({ text })
    expect(again.status).toBe(422)
    expect(read(await again.text())).toContain('That text is registered already.')
    expect(await stage.store.works.all()).toHaveLength(1)
  })

  it('are for staff alone, and forms of our own', async () => {
    const stranger = visitor(stage.app, '')
    expect((await stranger.post('/pictures/texts/add', { title: 'x', holder: 'x', text: TEXT })).status).toBe(401)
    const [row] = await stage.store.works.all()
    expect((await stranger.post(`/pictures/texts/${row?.id}/remove`)).status).toBe(401)
    const forged = await visit.post(`/pictures/texts/${row?.id}/remove`, {}, { origin: 'https://evil.example' })
    expect(forged.status).toBe(403)
    expect(await stage.store.works.all()).toHaveLength(1)
  })
})
