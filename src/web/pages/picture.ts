import { Hono } from 'hono'
import type { ConsoleParts, Env } from '../deps.ts'
import { ID } from '../parts/place.ts'

/** Shown as pictures. Not SVG: it can hold scripts. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'])

/** A stranger's bytes, taken for nothing but a picture; guard.ts sees to it that they run nothing. */
export function picturePage({ store }: ConsoleParts): Hono<Env> {
  return new Hono<Env>().get(`/picture/${ID}`, async (c) => {
    const picture = await store.pictures.read(c.req.param('id'))
    if (!picture?.bytes) return c.notFound()
    const type = picture.type?.split(';')[0]?.trim().toLowerCase() ?? ''
    const shown = SHOWN.has(type)
    return c.body(picture.bytes, 200, {
      'content-type': shown ? type : 'application/octet-stream',
      'content-disposition': shown ? 'inline' : 'attachment; filename="picture.bin"',
    })
  })
}
