import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { AppBskyEmbedImages } from '@atproto/api'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { fetchGuarded, isPublic } from '../../adapters/bluesky/guarded.ts'
import { image } from '../../adapters/bluesky/image.ts'
import { pictureIn, pictureUrl } from '../../adapters/bluesky/map.ts'
import { readSettings } from '../../adapters/bluesky/settings.ts'
import { PlatformError } from '../../adapters/platform.ts'
import { PIXEL, townOn } from '../support/bluesky.ts'
import { officeOf, soon } from '../support/bluesky-account.ts'

const closing: (() => void)[] = []

/** A server on this machine. @returns its address */
async function serving(answer: RequestListener, connected = (): void => {}): Promise<string> {
  const server = createServer(answer).on('connection', connected).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}/`
}

afterAll(() => {
  for (const close of closing) close()
})

describe('fetching from where a stranger says', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.168.1.1',
    '192.175.48.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::ffff:1.1.1.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
    '100::1',
    '1fff:ffff::1',
    '2001::a00:1',
    '2001:2::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:a00:1::1',
    '2620:4f:8000::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00::1',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%eth0',
    'fec0::1',
    'ff02::1',
    '0177.0.0.1',
    'not an address',
  ])('knows that %s is nobody’s business', (address) => {
    expect(isPublic(address)).toBe(false)
  })

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.1',
    '192.0.3.1',
    '192.169.0.1',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2606:4700::1111',
    '2a00:1450:4009:81f::200e',
    '2003::1',
    '3ffe::1',
  ])('may ask %s', (address) => {
    expect(isPublic(address)).toBe(true)
  })

  it('asks nothing of this machine, whether by number, by name or by plain HTTP', async () => {
    let knocks = 0
    const url = await serving(
      (_, response) => response.end('secret'),
      () => {
        knocks += 1
      },
    )
    const { port } = new URL(url)
    for (const place of [
      url,
      `https://127.0.0.1:${port}/`,
      `https://user@example.org/`,
      'file:///etc/passwd',
      'nowhere',
    ])
      expect(await fetchGuarded(place, 100, false, soon()), place).toBe('forbidden')
    // The name is looked up, and what it means is refused.
    await expect(fetchGuarded(`https://localhost:${port}/`, 100, false, soon())).rejects.toThrow(PlatformError)
    expect(knocks).toBe(0)
  })

  it('is not led inside by a redirect', async () => {
    const url = await serving((_, response) => {
      response.writeHead(302, { location: 'https://169.254.169.254/latest/meta-data' }).end()
    })
    expect(await fetchGuarded(url, 100, true, soon())).toBe('forbidden')
  })

  it('is not led round in circles', async () => {
    const url = await serving((_, response) => {
      response.writeHead(302, { location: '/again' }).end()
    })
    expect(await fetchGuarded(url, 100, true, soon())).toBe('forbidden')
  })

  it('takes no more than it was asked for', async () => {
    let sent = 0
    const url = await serving((_, response) => {
      response.on('close', () => clearInterval(endless))
      const endless = setInterval(() => {
        sent += 1000
        response.write(Buffer.alloc(1000))
      }, 1)
    })
    expect(await fetchGuarded(url, 5000, true, soon())).toBe('too large')
    expect(sent).toBeLessThan(1_000_000)
  })

  it('stops when it is told to', async () => {
    const url = await serving(() => {})
    const reason = new Error('the service stops')
    const stop = new AbortController()
    setTimeout(() => stop.abort(reason), 50)
    await expect(fetchGuarded(url, 100, true, stop.signal)).rejects.toBe(reason)
  })
})

describe('the address of a picture', () => {
  it('names its author and its content', () => {
    expect(pictureIn(pictureUrl('did:plc:abc', 'bafkrei'))).toEqual({ did: 'did:plc:abc', cid: 'bafkrei' })
    expect(pictureIn(pictureUrl('did:web:example.org', 'bafkrei'))).toEqual({
      did: 'did:web:example.org',
      cid: 'bafkrei',
    })
    expect(pictureIn('https://example.org/cat.png')).toBeNull()
  })
})

describe('a picture whose author has a server of their own', () => {
  /** The PIXEL's content id, as Bluesky reckons it. */
  const CID = 'bafkreigectgq4icn5f2pon2ty7ri25ry46zwsg5ywgrlvnvslo375v6oo4'

  async function fetched(blob: RequestListener) {
    const server = await serving(blob)
    const document = { service: [{ id: '#atproto_pds', serviceEndpoint: server.replace(/\/$/, '') }] }
    const plc = await serving((_, response) => response.end(JSON.stringify(document)))
    const shown = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end('as Bluesky shows it')
    })
    const settings = readSettings({ appPassword: 'x', service: 'http://127.0.0.1:9', plc })
    return image(settings, `${shown}img/feed_fullsize/plain/did:plc:abc/${CID}@jpeg`, 1000, soon())
  }
  const shownByBluesky = { bytes: Buffer.from('as Bluesky shows it'), type: 'image/jpeg' }

  it('is taken from there', async () => {
    expect(await fetched((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL))).toEqual(
      {
        bytes: PIXEL,
        type: 'image/png',
      },
    )
  })

  it.each<[string, RequestListener]>([
    ['shows us something harmless', (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('!')],
    ['has it no more', (_, response) => response.writeHead(404).end()],
    ['is broken', (_, response) => response.writeHead(500).end()],
    ['sends us elsewhere', (_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end()],
  ])('is taken from Bluesky where that server %s', async (_, blob) => {
    expect(await fetched(blob)).toEqual(shownByBluesky)
  })
})

const info = inject('bluesky')

describe.skipIf(!info)('a picture on Bluesky', () => {
  it('is what its author uploaded, byte for byte; and nothing, once it is gone or too large', async () => {
    if (!info) throw new Error('no Bluesky servers')
    const town = townOn(info)
    const [mp, sam] = await Promise.all([town.person('mp'), town.person('sam')])
    const office = await officeOf(town, mp)
    await sam.say('Look', { picture: { bytes: PIXEL, alt: '' } })
    const { data } = await town.stranger.getAuthorFeed({ actor: sam.did })
    // Bluesky's own address for it, whatever the host.
    const embed = data.feed[0]?.post.embed
    const url = AppBskyEmbedImages.isView(embed) ? (embed.images[0]?.fullsize ?? '') : ''
    expect(await office.image(url, PIXEL.length, soon())).toEqual({ bytes: PIXEL, type: 'image/png' })
    expect(await office.image(url, PIXEL.length - 1, soon())).toBeNull()
    expect(await office.image('https://example.org/cat.png', 1000, soon())).toBeNull()
  })
})
