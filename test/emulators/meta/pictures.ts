import { createHmac, randomBytes } from 'node:crypto'

/** Meta's store of pictures: every link to one is signed, and after some time opens nothing. */

export interface Picture {
  readonly key: string
  /** PNG. */
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}

/** What a link to a picture opens. */
export type Opened = { status: 200; bytes: Uint8Array } | { status: 403 | 404; words: string }

export type Gallery = ReturnType<typeof gallery>

/** Small, but a picture: one red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

/**
 * @param now Unix milliseconds
 * @param at the address below which pictures are served
 * @param life how long a link opens, in milliseconds
 */
export function gallery(now: () => number, at: string, life: number) {
  const secret = randomBytes(16)
  const pictures = new Map<string, Picture>()
  const sign = (key: string, ends: string): string =>
    createHmac('sha256', secret).update(`${key} ${ends}`).digest('base64url').slice(0, 20)

  return {
    /** @param bytes a PNG; one red pixel, if absent */
    hang: (bytes: Uint8Array = PIXEL): Picture => {
      const view = Buffer.from(bytes)
      const isPng = view.subarray(1, 4).toString() === 'PNG'
      if (!isPng) throw new Error('the emulator keeps pictures as PNG')
      const key = `${5_000_000 + pictures.size}_n`
      const picture = { key, bytes, width: view.readUInt32BE(16), height: view.readUInt32BE(20) }
      pictures.set(key, picture)
      return picture
    },

    /** A fresh link; `oe` is when it ends, in seconds, as hexadecimal: so Meta's are made. */
    linkTo: ({ key }: Picture): string => {
      const ends = Math.floor((now() + life) / 1000)
        .toString(16)
        .toUpperCase()
      return `${at}/${key}.png?oh=${sign(key, ends)}&oe=${ends}`
    },

    open: (name: string, query: URLSearchParams): Opened => {
      const picture = pictures.get(name.replace(/\.png$/, ''))
      if (!picture) return { status: 404, words: 'Not Found' }
      const ends = query.get('oe') ?? ''
      if (sign(picture.key, ends) !== query.get('oh')) return { status: 403, words: 'URL signature mismatch' }
      if (Number.parseInt(ends, 16) * 1000 <= now()) return { status: 403, words: 'URL signature expired' }
      return { status: 200, bytes: picture.bytes }
    },
  }
}
