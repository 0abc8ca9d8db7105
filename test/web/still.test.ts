import * as fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { still } from '../../src/web/still.ts'
import { animation, drawing } from '../support/pictures.ts'

/** Decoded by sharp, which counts the pictures in a file. */
const frames = async (bytes: Uint8Array): Promise<number> =>
  (await sharp(bytes, { animated: true }).metadata()).pages ?? 1
const pixels = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes, { page: 0 }).ensureAlpha().raw().toBuffer()

const moving = async (): Promise<Buffer> => animation(await drawing(1), await drawing(2), await drawing(3))
const MOVING = {
  'image/gif': moving,
  'image/webp': async () =>
    sharp(await moving(), { animated: true })
      .webp({ lossless: true })
      .toBuffer(),
  // With an alpha channel of its own, which a lossy picture keeps apart.
  'image/webp, lossy': async () => {
    const clear = await sharp(await drawing(1))
      .resize(64, 64)
      .ensureAlpha(0.5)
      .png()
      .toBuffer()
    const other = await sharp(await drawing(2))
      .resize(64, 64)
      .ensureAlpha(0.5)
      .png()
      .toBuffer()
    return sharp([clear, other], { join: { animated: true } })
      .webp({ quality: 60 })
      .toBuffer()
  },
}

describe('a picture that moves', () => {
  it.each(Object.entries(MOVING))('is its own first picture alone: %s', async (type, make) => {
    const bytes = await make()
    expect(await frames(bytes)).toBeGreaterThan(1)
    const stilled = still(bytes, type.split(',')[0] ?? '')
    if (stilled === null) throw new Error('it was given up')
    expect(await frames(stilled)).toBe(1)
    expect((await pixels(stilled)).equals(await pixels(bytes))).toBe(true)
  })

  it('loses what makes a PNG move, and nothing else', async () => {
    const plain = await sharp(await drawing(1))
      .png()
      .toBuffer()
    const chunk = (name: string, length: number) =>
      Buffer.concat([Buffer.from([0, 0, 0, length]), Buffer.from(name, 'latin1'), Buffer.alloc(length + 4)])
    const animated = Buffer.concat([
      plain.subarray(0, 33),
      chunk('acTL', 8),
      chunk('fcTL', 26),
      plain.subarray(33, -12),
      chunk('fcTL', 26),
      chunk('fdAT', 40),
      plain.subarray(-12),
    ])
    expect(Buffer.from(still(animated, 'image/png') ?? [])).toEqual(plain)
  })

  it('is not shown at all where it can’t be stilled', () => {
    const header = Buffer.from('\0\0\0\x1cftypavis\0\0\0\0avisavifmif1', 'latin1')
    expect(still(header, 'image/avif')).toBeNull()
    expect(still(Buffer.from('\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf', 'latin1'), 'image/avif')).not.toBeNull()
  })
})

describe('a picture that stands still', () => {
  it('is left as it is', async () => {
    const picture = sharp(await drawing(1))
    for (const type of ['png', 'webp', 'jpeg'] as const) {
      const bytes = await picture.toFormat(type).toBuffer()
      expect(Buffer.from(still(bytes, `image/${type}`) ?? [])).toEqual(bytes)
    }
    const gif = await picture.gif().toBuffer()
    expect((await pixels(still(gif, 'image/gif') ?? gif)).equals(await pixels(gif))).toBe(true)
  })

  it('may be any bytes whatever', async () => {
    const beginnings = [await moving(), await MOVING['image/webp']()]
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.constantFrom(...beginnings), fc.nat(3000)).map(([whole, length]) => whole.subarray(0, length)),
    )
    const types = fc.constantFrom('image/gif', 'image/png', 'image/webp', 'image/avif', 'image/jpeg')
    fc.assert(
      fc.property(bytes, types, (given, type) => {
        const stilled = still(given, type)
        expect(stilled === null || stilled.length <= given.length + 20).toBe(true)
      }),
    )
  })
})
