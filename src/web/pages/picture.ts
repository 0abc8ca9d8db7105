import { Hono } from 'hono'
import type { ConsoleParts, Env } from '../deps.ts'
import { ID } from '../parts/place.ts'
import { still } from '../still.ts'

/** Shown as pictures. Not SVG: it can hold scripts. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'])

/** A stranger's bytes, taken for nothing but a picture that stands still; guard.ts sees to it that they run nothing. */
export function picturePage({ store }: ConsoleParts): Hono<Env> {
  return new Hono<Env>().get(`/picture/${ID}`, async (c) => {
    const picture = await store.pictures.read(c.req.param('id'))
    if (!picture?.bytes) return c.notFound()
    const type = picture.type?.split(';')[0]?.trim().toLowerCase() ?? ''
    const asked = c.req.query('moving') !== undefined
    const shown = SHOWN.has(type) ? (asked ? picture.bytes : still(picture.bytes, type)) : null
    return c.body(Uint8Array.from(shown ?? picture.bytes), 200, {
      'content-type': shown === null ? 'application/octet-stream' : type,
      'content-disposition': shown === null ? 'attachment; filename="picture.bin"' : 'inline',
    })
  })
}
