import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PurgeParts, purge, purgeFrom } from '../../src/commands/purge.ts'
import { type Config, ConfigError, readConfig } from '../../src/config.ts'
import { lockFolder } from '../../src/store/engine/lock.ts'
import { OFFICE } from '../builders.ts'
import { scratch } from '../support/service.ts'
import { aStage, type Stage } from './stage.ts'

/** `serjeant purge`. What becomes of each row is tested beside the store. */

function configOf(...accounts: unknown[]): Config {
  const folder = scratch()
  const file = path.join(folder, 'serjeant.json')
  writeFileSync(file, JSON.stringify({ office: OFFICE, accounts }))
  return readConfig({ SERJEANT_CONFIG: file, DATA_DIR: path.join(folder, 'data') })
}

interface Told {
  said: string[]
  asked: string[]
  screen: string
}

/** @param typed what somebody types when asked; absent, nobody is asked */
function asking(parts: Partial<PurgeParts>, typed?: string, isTTY = false): PurgeParts & Told {
  const told: Told = { said: [], asked: [], screen: '' }
  const write = (chunk: unknown, _: string, done: () => void): void => {
    told.screen += String(chunk)
    done()
  }
  const ask = async (question: string): Promise<string> => {
    told.asked.push(question)
    return typed ?? ''
  }
  return Object.assign(told, {
    config: configOf(),
    platform: 'fake',
    held: false,
    print: (line: string) => void told.said.push(line),
    error: Object.assign(new Writable({ write }), { isTTY }),
    ...(typed === undefined ? {} : { ask }),
    ...parts,
  })
}

describe('a purge', () => {
  let stage: Stage
  let staff = ''
  beforeAll(async () => {
    stage = await aStage()
    const token = await stage.store.people.invite(null, stage.now())
    const person = await stage.store.people.accept(token, 'Priya', 'correct horse battery staple', stage.now())
    if (person === null || typeof person === 'string') throw new Error('nobody joined')
    staff = person.id
    const account = await stage.account()
    const held = await stage.decide(account, [])
    for (let n = 0; n < 2; n++) await stage.decide(account, [])
    await stage.store.forgetting.hold(held.item.id, staff, 'For the police', stage.now())
    await stage.store.vault(account.id).update(async () => ({ token: 'secret' }))
  })
  afterAll(() => stage.close())
  const kept = () => stage.store.forgetting.kept('fake')
  const facts = async (): Promise<string[]> => (await stage.store.log.page(null, 1)).map(({ kind }) => kind)

  it('says what goes and what stays, and does nothing unless the platform’s name is typed', async () => {
    for (const typed of ['', 'yes', 'Fake', 'bluesky']) {
      const told = asking({}, typed)
      expect(await purgeFrom(stage.store, told)).toBe(1)
      expect(told.asked).toEqual(['Type fake to go on:'])
      expect(told.said[0]).toBe('Of fake, 3 items kept, 1 of them held as evidence.')
      expect(told.said.at(-1)).toMatch(/nothing (was )?changed\.$/)
      const [goes = '', stays = ''] = told.said.join('\n').split('What stays:')
      expect(goes).toContain('what people wrote')
      expect(goes).not.toContain('evidence, too')
      expect(stays).toContain('1 item held as evidence, until somebody lets them go')
      expect(stays).toContain('the log')
      expect(stays).toContain('backups')
      expect(stays).toContain('take it back there')
    }
    expect(await kept()).toEqual({ items: 3, held: 1, withPolice: 0 })
    expect(await facts()).not.toContain('purged')
  })

  it('refuses a platform that was never connected, and names those that were', async () => {
    const told = asking({ platform: 'y' }, 'y')
    await expect(purgeFrom(stage.store, told)).rejects.toThrow(
      'There never was an account on a platform of that name here, only on fake.',
    )
    expect(told.said).toEqual([])
  })

  it('refuses while a service reads the platform', async () => {
    const passes = await stage.store.sources.lease(stage.now(), 'service', 60_000)
    const told = asking({ now: stage.now }, 'fake')
    await expect(purgeFrom(stage.store, told)).rejects.toThrow(
      'Serjeant is running. Stop it, purge, and start it again.',
    )
    expect([told.said, told.asked]).toEqual([[], []])
    expect(await kept()).toEqual({ items: 3, held: 1, withPolice: 0 })
    for (const pass of passes) await stage.store.sources.release(pass, stage.now(), stage.now(), null)
  })

  it('leaves what is held; shows how far it is on a terminal, and there alone', async () => {
    const told = asking({ now: stage.now }, 'fake', true)
    expect(await purgeFrom(stage.store, told)).toBe(0)
    expect(told.said.at(-1)).toBe('Done: 2 items blanked, and the sign-in forgotten.')
    expect(told.screen).toBe('\r2 of 2 items\r\u001b[K')
    expect(await kept()).toEqual({ items: 1, held: 1, withPolice: 0 })
    expect(await facts()).toEqual(['purged'])
    const [row] = await stage.store.accounts.all()
    expect(await stage.store.vault(row?.id ?? '').read()).toBeNull()
  })

  it('takes what is held too where that is said, asks nobody with --yes, and can be run again', async () => {
    const config = configOf({ platform: 'fake', handle: '@mp' })
    const told = asking({ config, held: true, now: stage.now })
    expect(await purgeFrom(stage.store, told)).toBe(0)
    expect([told.asked, told.screen]).toEqual([[], ''])
    const said = told.said.join('\n')
    expect(said).toContain('the 1 item held as evidence, too')
    expect(said).toContain('There is still an account on fake in serjeant.json: take it out, or it is read again.')
    expect(await kept()).toEqual({ items: 0, held: 0, withPolice: 0 })
    const again = asking({ held: true })
    expect(await purgeFrom(stage.store, again)).toBe(0)
    expect(again.said.at(-1)).toBe('Done: 0 items blanked, and the sign-in forgotten.')
    expect(await stage.store.log.verify()).toMatchObject({ ok: true })
  })
})

describe('where there is nothing to open', () => {
  it('says so', async () => {
    await expect(purge(asking({}))).rejects.toThrow(/^Nothing is stored in .* yet, so there is nothing to purge\.$/)
  })

  it('asks for a running service to be stopped', async () => {
    const config = configOf()
    const release = await lockFolder(config.dataDir)
    try {
      // Whoever runs has made one.
      writeFileSync(path.join(config.dataDir, 'database'), '')
      const tried = purge(asking({ config }))
      await expect(tried).rejects.toBeInstanceOf(ConfigError)
      await expect(tried).rejects.toThrow(/^Serjeant is running on .* Stop it, purge, and start it again\.$/)
    } finally {
      await release()
    }
  })
})
