import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { expect, it, vi } from 'vitest'
import type { AssessParts } from '../../src/assess.ts'
import { readConfig } from '../../src/config.ts'
import { startService } from '../../src/main.ts'
import { NOON } from '../builders.ts'
import { scratch } from '../support/service.ts'

/** What the judge of a running service is given. */
const given: AssessParts[] = []
vi.mock('../../src/assess.ts', async (original) => {
  const real = await original<typeof import('../../src/assess.ts')>()
  return {
    ...real,
    assessor: (parts: AssessParts) => {
      given.push(parts)
      return real.assessor(parts)
    },
  }
})

it('a service judges by the texts that are registered at that moment', async () => {
  const onFatal = (error: unknown): never => {
    throw error
  }
  const around = { key: randomBytes(32), log: pino({ level: 'silent' }), onFatal }
  const service = await startService(readConfig({ DATA_DIR: scratch(), PORT: '0' }), around)
  try {
    const [parts] = given
    if (!parts) throw new Error('nothing judges')
    const { office, store } = parts
    expect(office.works).toEqual([])
    const heron = { title: 'Slow heron', holder: 'D. Penhaligon', text: 'Slow heron on the weir at dawn' }
    await store.works.add(heron, 'priya', NOON)
    expect(office.works).toMatchObject([heron])
    expect(office.works).toBe(office.works)
    const [row] = await store.works.all()
    await store.works.remove(row?.id ?? '', 'priya', NOON)
    expect(office.works).toEqual([])
  } finally {
    await service.stop()
  }
})
