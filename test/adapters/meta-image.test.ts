import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { image } from '../../adapters/meta/image.ts'
import { NOON } from '../builders.ts'
import { type Meta, startMeta } from '../emulators/meta/index.ts'

/** Pictures: from Meta's stores and nobody else's, and never more than asked for. */

const signal = new AbortController().signal

describe('from the emulated store', () => {
  let meta: Meta
  let time = NOON.getTime()
  beforeEach(async () => {
    meta = await startMeta({ now: () => time })
  })
  afterEach(async () => {
    expect(meta.violations).toEqual([])
    await meta.close()
  })
  const linkToOne = (): string => meta.world.gallery.linkTo(meta.world.gallery.hang())
  const take = (url: string, most = 10_000) => image({ api: meta.url }, url, most, signal)

  it('takes a picture, and sends no token along', async () => {
    const taken = await take(linkToOne())
    expect(taken?.type).toBe('image/png')
    expect(
      Buffer.from(taken?.bytes ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    expect(meta.reads).toMatchObject([{ name: 'GET cdn', tokenIn: [] }])
  })

  it('takes none that is larger than it may be, gone, or whose address has ended', async () => {
    expect(await take(linkToOne(), 10)).toBeNull()
    expect(await take(`${meta.url}/cdn/1_n.png`)).toBeNull()
    const link = linkToOne()
    time += 5 * 86_400_000
    expect(await take(link)).toBeNull()
  })

  it('says when the store is in trouble, and heeds its end', async () => {
    meta.faults.once('GET cdn', 'reset')
    await expect(take(linkToOne())).rejects.toMatchObject({ trouble: 'unavailable' })
    meta.faults.once('GET cdn', 'truncate')
    await expect(take(linkToOne())).rejects.toMatchObject({ trouble: 'unavailable' })
    for (const status of [429, 500, 503]) {
      meta.faults.once('GET cdn', { status, body: 'Sorry' })
      await expect(take(linkToOne())).rejects.toMatchObject({ trouble: 'unavailable' })
    }
    const ending = new AbortController()
    meta.faults.once('GET cdn', 'hang')
    const taking = image({ api: meta.url }, linkToOne(), 10_000, ending.signal)
    ending.abort(new Error('the end'))
    await expect(taking).rejects.toThrow('the end')
  })
})

describe('from elsewhere', () => {
  let server: Server
  let asked: string[]
  const serve = async (listener: RequestListener): Promise<string> => {
    asked = []
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      listener(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it('takes nothing, and asks nobody', async () => {
    const other = await serve((_, response) => response.end())
    for (const url of [
      `${other}/a.png`,
      `${other}/scontent.fbcdn.net/a.png`,
      other.replace('http://', 'http://scontent.fbcdn.net@'),
      'http://scontent.xx.fbcdn.net/a.png',
      'https://scontent.xx.fbcdn.net:8443/a.png',
      'https://user:word@scontent.xx.fbcdn.net/a.png',
      'https://fbcdn.net.evil.example/a.png',
      'https://evilfbcdn.net/a.png',
      'https://graph.facebook.com/me/picture',
      'file:///etc/passwd',
      'data:image/png;base64,AAAA',
      'nothing',
      '',
    ]) {
      expect(await image({ api: undefined }, url, 10_000, signal), url).toBeNull()
    }
    expect(asked).toEqual([])
  })

  it('follows nobody elsewhere, and takes nothing that is no picture or is endless', async () => {
    const store = await serve(({ url }, response) => {
      if (url === '/moved') response.writeHead(302, { location: '/picture' }).end()
      else if (url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
      else if (url === '/endless') {
        response.writeHead(200, { 'content-type': 'image/png' })
        const more = (): void => {
          if (!response.destroyed && response.write(Buffer.alloc(4096))) setImmediate(more)
          else response.once('drain', more)
        }
        more()
      } else response.writeHead(200, { 'content-type': 'image/webp; charset=binary' }).end('12345')
    })
    expect(await image({ api: store }, `${store}/moved`, 10_000, signal)).toBeNull()
    expect(await image({ api: store }, `${store}/page`, 10_000, signal)).toBeNull()
    expect(await image({ api: store }, `${store}/endless`, 10_000, signal)).toBeNull()
    expect(await image({ api: store }, `${store}/picture`, 10_000, signal)).toEqual({
      bytes: Buffer.from('12345'),
      type: 'image/webp',
    })
    expect(asked).toEqual(['/moved', '/page', '/endless', '/picture'])
  })
})
