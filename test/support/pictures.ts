import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** Pictures as people send them, drawn by real software. */

const svg = (body: string, width = 800, height = 600): Promise<Buffer> =>
  sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`))
    .png()
    .toBuffer()

/** Circles on a coloured ground; another number is another picture. */
export const drawing = (n: number): Promise<Buffer> =>
  svg(
    `<rect width="800" height="600" fill="hsl(${(n * 37) % 360},50%,60%)"/>${Array.from(
      { length: 12 },
      (_, i) =>
        `<circle cx="${(n * 97 + i * 173) % 800}" cy="${(n * 53 + i * 211) % 600}" r="${20 + ((n * 31 + i * 47) % 120)}" fill="hsl(${(n * 71 + i * 59) % 360},60%,${20 + ((i * 13) % 60)}%)"/>`,
    ).join('')}`,
  )

export const blank = (): Promise<Buffer> => svg('<rect width="800" height="600" fill="#eee"/>')

/** Lighter to the right: every such picture is alike. */
export const slope = (): Promise<Buffer> =>
  svg(
    '<defs><linearGradient id="g"><stop stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient></defs><rect width="800" height="600" fill="url(#g)"/>',
  )

/** A page of lines that are all alike. */
export const ruled = (): Promise<Buffer> =>
  svg(
    `<rect width="800" height="600" fill="#fff"/>${Array.from({ length: 14 }, (_, i) => `<text x="40" y="${50 + i * 40}" font-size="22">Third week running that nobody emptied the bins, ${i}</text>`).join('')}`,
  )

const WORDS =
  'the council said that nobody came to empty our bins again this week and my street is full while you tweet'.split(' ')

/** A screenshot of a text; another number is another text. */
export function screenshot(n: number): Promise<Buffer> {
  // A small generator of numbers, so that the same number is the same text.
  let state = (n * 2_654_435_761) >>> 0
  const chance = (): number => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const size = n % 2 === 0 ? 22 : 40
  const lines = Array.from({ length: Math.floor(560 / (size * 1.5)) }, (_, i) => {
    const words = Array.from({ length: 2 + Math.floor(chance() * 9) }, () => WORDS[Math.floor(chance() * WORDS.length)])
    return `<text x="40" y="${50 + i * size * 1.5}" font-size="${size}">${words.join(' ')}</text>`
  })
  return svg(`<rect width="800" height="600" fill="#fff"/>${lines.join('')}`)
}

/** Soft light and shade everywhere, as on a photograph; another number is another scene. */
export async function scene(n: number): Promise<Buffer> {
  const [width, height] = [320, 240]
  const waves = Array.from({ length: 9 }, (_, i) => {
    const turn = (n * 12.9898 + i * 78.233) % (2 * Math.PI)
    const pace = 1 + ((n * 7 + i * 3) % 5)
    return { x: Math.cos(turn) * pace, y: Math.sin(turn) * pace, at: n * (i + 1), tall: 30 / (1 + i / 3) }
  })
  const pixels = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = waves.reduce(
        (sum, wave) => sum + wave.tall * Math.sin((6 * (wave.x * x + wave.y * y)) / width + wave.at),
        120,
      )
      pixels.set(
        [light, light * 0.9, light * 0.8].map((one) => Math.max(0, Math.min(255, one))),
        (y * width + x) * 3,
      )
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(800, 600)
    .jpeg({ quality: 92 })
    .toBuffer()
}

/** 400 million pixels, all white, in a PNG of 50 kB. */
export function bomb(): Buffer {
  const side = 20_000
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  // One bit for each pixel, grey.
  header.set([1, 0], 8)
  const rows = deflateSync(Buffer.alloc((1 + side / 8) * side))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND')])
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  whole.set(body, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

/** A GIF of these frames, one after another. */
export const animation = (...frames: Buffer[]): Promise<Buffer> => timed(frames.map((frame) => [frame, 100]))

/** Each of its frames is shown for so many milliseconds. */
export async function timed(frames: [Buffer, number][], width = 320, height = 240): Promise<Buffer> {
  const small = await Promise.all(frames.map(([frame]) => sharp(frame).resize(width, height).png().toBuffer()))
  return sharp(small, { join: { animated: true } })
    .gif({ delay: frames.map(([, ms]) => ms) })
    .toBuffer()
}

/** What people do to a picture before they send it on, and how often it is then still known. */
export const ALTERED: Readonly<Record<string, (picture: Buffer) => Promise<Buffer>>> = {
  'saved as a poor JPEG': (picture) => sharp(picture).jpeg({ quality: 40 }).toBuffer(),
  'made half as large': (picture) => sharp(picture).resize(400).jpeg().toBuffer(),
  greyed: (picture) => sharp(picture).greyscale().jpeg().toBuffer(),
  captioned: (picture) =>
    sharp(picture)
      .composite([
        {
          input: Buffer.from(
            '<svg width="800" height="80"><rect width="800" height="80" fill="#000"/><text x="20" y="55" font-size="40" fill="#fff">caption added</text></svg>',
          ),
          top: 0,
          left: 0,
        },
      ])
      .jpeg()
      .toBuffer(),
}

export const cropped = (picture: Buffer): Promise<Buffer> =>
  sharp(picture).extract({ left: 40, top: 30, width: 720, height: 540 }).jpeg().toBuffer()
