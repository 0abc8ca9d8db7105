import pino from 'pino'
import { describe, expect, it } from 'vitest'
import type { Platform } from '../../adapters/platform.ts'
import { PlatformError } from '../../adapters/platform.ts'
import { pictureKeeper } from '../../src/pictures.ts'
import type { Served } from '../../src/poll.ts'
import type { Store, Wanted } from '../../src/store/index.ts'
import { NOON } from '../builders.ts'

/** What became of each picture, by id. */
async function keep(wanted: Wanted[], image: Platform['image']): Promise<Map<string, string>> {
  const became = new Map<string, string>()
  const pictures = {
    lease: async () => wanted,
    keep: async (id: string) => void became.set(id, 'kept'),
    lose: async (id: string) => void became.set(id, 'lost'),
    postpone: async (id: string, at: Date) =>
      void became.set(id, `again in ${(at.getTime() - NOON.getTime()) / 1000} s`),
  }
  const served = new Map([['mp', { id: 'mp', platform: { image } } as unknown as Served]])
  const log = pino({ level: 'silent' })
  const run = pictureKeeper({ store: { pictures } as unknown as Store, served, log, now: () => NOON, random: () => 1 })
  await run(AbortSignal.timeout(5000))
  return became
}

const wanted = (id: string, attempts = 1): Wanted => ({ id, accountId: 'mp', url: `https://x.example/${id}`, attempts })

describe('the pictures of new items', () => {
  it('are kept, or given up where they are gone, side by side', async () => {
    let open = 0
    let most = 0
    const became = await keep([wanted('a'), wanted('gone'), wanted('b')], async (url) => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 5))
      open--
      return url.endsWith('gone') ? null : { bytes: new Uint8Array([1]), type: 'image/png' }
    })
    expect(Object.fromEntries(became)).toEqual({ a: 'kept', b: 'kept', gone: 'lost' })
    expect(most).toBe(3)
  })

  it('are tried again later and later, and in the end given up', async () => {
    const away = (): Promise<never> => Promise.reject(new PlatformError('unavailable', 'The server is away.'))
    const became = await keep([wanted('a', 1), wanted('b', 3), wanted('c', 6)], away)
    expect(Object.fromEntries(became)).toEqual({ a: 'again in 60 s', b: 'again in 240 s', c: 'lost' })
  })
})
