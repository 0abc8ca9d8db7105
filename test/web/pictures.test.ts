import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExaminer, type Examiner } from '../../src/classifiers/images/examiner.ts'
import { hashesOf, sightOf } from '../../src/classifiers/images/sight.ts'
import { createConsole } from '../../src/web/app.tsx'
import { NOON } from '../builders.ts'
import { ALTERED, blank, bomb, drawing } from '../support/pictures.ts'
import { aStage, HERE, look, read, type Stage, visitor } from './seed.ts'

/** The page of pictures to be known again, and what a case lets staff do about a picture. */

let examiner: Examiner
let stage: Stage
let cookie: string
let portrayed = 0

beforeAll(async () => {
  examiner = createExaminer()
  stage = await aStage({ examiner, portrayed: async () => void portrayed++ })
  cookie = (await stage.join('Priya Nair')).cookie
})
afterAll(async () => {
  await stage.close()
  await examiner.close()
})

const browser = () => visitor(stage.app, cookie)

const upload = (picture: Uint8Array<ArrayBuffer> | null, fields: Record<string, string>) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  if (picture) body.set('picture', new File([picture], 'a.png', { type: 'image/png' }))
  return stage.app.request(`${HERE}/pictures/add`, { method: 'POST', headers: { cookie, origin: HERE }, body })
}
const bytes = async (picture: Buffer | Promise<Buffer>) => new Uint8Array(await picture)

describe('the pictures to be known again', () => {
  it('are taken from nobody who is not signed in, and not a byte of them is read', async () => {
    let pulls = 0
    const body = new ReadableStream({
      pull: (stream) => {
        pulls++
        stream.enqueue(new Uint8Array(64 * 1024))
        if (pulls > 100) stream.close()
      },
    })
    const headers = { origin: HERE, 'content-type': 'multipart/form-data; boundary=x', 'transfer-encoding': 'chunked' }
    const sent: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' }
    const answer = await stage.app.request(new Request(`${HERE}/pictures/add`, sent))
    expect(answer.status).toBe(401)
    expect(pulls).toBeLessThan(3)
  })

  it('are added with what they are, listed under it, and removed; only the fingerprint is kept', async () => {
    const picture = await bytes(drawing(31))
    const answer = await upload(picture, {
      kind: 'ours',
      title: 'Dawn over <b>Ambleford</b>',
      holder: 'R. Okafor',
      breach: 'spam',
      note: 'Bought for the 2024 leaflet.',
    })
    expect(answer.headers.get('location')).toBe('/pictures?added=1')
    const [row] = await stage.store.known.all()
    expect(row).toMatchObject({ kind: 'ours', holder: 'R. Okafor', breach: null, addedAt: NOON })
    const looked = await examiner.look(picture)
    expect(row?.hashes).toEqual(looked.is === 'seen' ? hashesOf(looked.frames) : null)
    const html = await browser().page('/pictures')
    expect(html).toContain('Dawn over &lt;b&gt;Ambleford&lt;/b&gt;')
    expect(read(html)).toMatch(/Registered works.*of R\. Okafor.*by Priya Nair/)
    expect(read(html)).not.toContain('not installed')
    await browser().post(`/pictures/${row?.id}/remove`)
    expect(await stage.store.known.all()).toEqual([])
    const log = read(await browser().page('/log'))
    expect(log).toContain('A picture is to be known again')
    expect(log).toContain('A picture is no longer to be known again')
  })

  it('are entered as nothing that nobody chose, and a work not without whoever holds the rights', async () => {
    const html = await browser().page('/pictures')
    expect(html).not.toContain('checked')
    expect(html.match(/name="kind" value="\w+" required/g)).toHaveLength(5)
    expect(read(html)).toContain(
      'Never one that may show the abuse of a child: it is a crime to save it. Report it first',
    )
    expect(read(html)).toContain('Whoever wears it on a profile is shown to staff as a possible impostor.')
    for (const [fields, sentence] of [
      [{ title: 'Jo Hartley' }, 'Choose what it is.'],
      [{ title: 'Dawn', kind: 'ours', holder: ' ' }, 'Write who holds the rights in the work.'],
    ] as const) {
      const answer = await upload(await bytes(drawing(33)), fields)
      expect(answer.status).toBe(422)
      expect(read(await answer.text())).toContain(sentence)
    }
    expect(await stage.store.known.all()).toEqual([])
  })

  it('are on one list alone, unless they only look like what is on another and are harmless', async () => {
    const saved = ALTERED['saved as a poor JPEG']?.(await drawing(34))
    if (!saved) throw new Error('no such alteration')
    await upload(await bytes(drawing(34)), { kind: 'mp', title: 'Jo in the library' })
    const graphic = { kind: 'unwanted', title: 'Something bad', breach: 'graphic-imagery' }
    for (const picture of [drawing(34), saved]) {
      const answer = await upload(await bytes(picture), graphic)
      expect(answer.status).toBe(422)
      expect(read(await answer.text())).toContain(
        'That picture is listed already: it is “Jo in the library” under “Portraits of the MP”.',
      )
    }
    const harmless = { kind: 'never', title: 'A statue' }
    expect((await upload(await bytes(drawing(34)), harmless)).status).toBe(422)
    expect((await upload(await bytes(saved), harmless)).status).toBe(303)
    expect((await upload(await bytes(drawing(35)), graphic)).status).toBe(303)
    for (const { id } of await stage.store.known.all()) await browser().post(`/pictures/${id}/remove`)
  })

  it('have what is said kept where something is missing or wrong', async () => {
    const fields = { kind: 'unwanted', title: 'The noose', breach: 'threat', note: 'Twice in May' }
    const broken = Buffer.from('no picture at all')
    for (const [picture, sentence] of [
      [null, 'Choose a picture.'],
      [await bytes(broken), 'Only JPEG, PNG, GIF, WebP and AVIF can be read.'],
      [await bytes(bomb()), 'too many pixels'],
      [await bytes(blank()), 'too plain'],
    ] as const) {
      const answer = await upload(picture, fields)
      expect(answer.status).toBe(422)
      const html = await answer.text()
      expect(read(html)).toContain(sentence)
      expect(html).toMatch(/value="The noose"/)
      expect(html).toMatch(/value="threat" selected/)
      expect(read(html)).toContain('Twice in May')
    }
    expect((await upload(await bytes(drawing(1)), { ...fields, title: ' ' })).status).toBe(422)
    expect((await upload(new Uint8Array(6_000_000), fields)).status).toBe(413)
    expect(await stage.store.known.all()).toEqual([])
  })

  it('are compared with the profiles anew when they are portraits', async () => {
    const before = portrayed
    await upload(await bytes(drawing(32)), { kind: 'staff', title: 'Tom Walsh' })
    expect(portrayed).toBe(before + 1)
    const [row] = await stage.store.known.all()
    await browser().post(`/pictures/${row?.id}/remove`)
    expect(portrayed).toBe(before + 2)
  })

  it('are for staff alone, and forms of our own', async () => {
    const body = new FormData()
    body.set('title', 'x')
    const add = (headers: Record<string, string>) =>
      stage.app.request(`${HERE}/pictures/add`, { method: 'POST', headers, body })
    expect((await add({ origin: HERE })).headers.get('location') ?? (await add({ origin: HERE })).status).not.toBe(
      '/pictures?added=1',
    )
    expect((await add({ cookie, origin: 'https://evil.example' })).status).toBe(403)
    expect(await stage.store.known.all()).toEqual([])
  })

  it('says honestly what is missing', async () => {
    const on = async (means: { pictures: boolean; nudity: boolean } | null) => {
      const { examiner: _, ...bare } = stage.parts
      const app = createConsole(means ? { ...bare, examiner: { ...examiner, means: async () => means } } : bare)
      return read(await visitor(app, cookie).page('/pictures'))
    }
    expect(await on({ pictures: true, nudity: false })).toContain('Pictures are not searched for nudity here')
    expect(await on({ pictures: false, nudity: false })).toContain('Pictures are not looked at here')
    expect(await on(null)).toContain('Pictures are not looked at here')
  })
})

describe('a picture of a case', () => {
  const put = async (n: number) => {
    const media = [{ kind: 'image' as const, url: `https://img.example/${n}` }]
    const found = await stage.put({ ...look(), item: { media } })
    const id = found.item.pictures[0]?.id ?? ''
    const picture = await bytes(drawing(n))
    await stage.store.pictures.keep(id, { bytes: picture, type: 'image/png' }, NOON)
    const sight = sightOf(await examiner.look(picture), [])
    if (sight) await stage.store.pictures.examined(id, sight, NOON)
    return { found, id, hashes: sight?.hashes }
  }

  it('says what the tool saw, and what it can’t see', async () => {
    const { found } = await put(40)
    const words = read(await browser().page(`/case/${found.id}`))
    expect(words).toContain('It can’t recognise blood or violence.')
    expect(words).toContain('report.iwf.org.uk')
    expect(words).toContain('If a child may be in danger now, call 999.')
  })

  it('is known again with one press', async () => {
    const { id, hashes } = await put(41)
    const form = { from: id, kind: 'never', title: 'A statue' }
    expect((await browser().post('/pictures/add-from-case', form)).headers.get('location')).toBe('/pictures?added=1')
    expect(await stage.store.known.all()).toMatchObject([{ kind: 'never', title: 'A statue', hashes }])
    expect((await browser().post('/pictures/add-from-case', { ...form, title: '' })).status).toBe(422)
    expect((await browser().post('/pictures/add-from-case', { ...form, from: 'x' })).status).toBe(404)
    const twice = await browser().post('/pictures/add-from-case', { ...form, kind: 'unwanted' })
    expect(twice.status).toBe(422)
    expect(read(await twice.text())).toContain('it is “A statue” under “Harmless: never found”')
  })

  it('is erased only after a second thought, and is then shown nowhere', async () => {
    const { found, id } = await put(42)
    await browser().post(`/pictures/${id}/erase`)
    expect((await browser().get(`/picture/${id}`)).status).toBe(200)
    expect(read(await browser().page(`/pictures/${id}/erase`))).toContain('Its bytes are erased')
    const answer = await browser().post(`/pictures/${id}/erase`, { sure: 'yes' })
    expect(answer.headers.get('location')).toBe(`/item/${found.item.id}`)
    expect((await browser().get(`/picture/${id}`)).status).toBe(404)
    const words = read(await browser().page(`/case/${found.id}`))
    expect(words).toContain('somebody suspected that it shows the abuse of a child')
    expect(words).toContain('A picture was erased here')
  })
})
