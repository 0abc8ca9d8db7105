import { afterEach, describe, expect, it } from 'vitest'
import type { Judge } from '../../src/web/deps.ts'
import { aStage, read, type Stage, visitor } from './seed.ts'

let stage: Stage
afterEach(() => stage.close())

async function accounts(judges: readonly Judge[]): Promise<string> {
  stage = await aStage({ judges })
  const { cookie } = await stage.join('Priya Nair')
  return read(await visitor(stage.app, cookie).page('/accounts'))
}

const aJudge = (given: Partial<Judge>): Judge => ({
  name: 'Perspective',
  sendsTo: 'commentanalyzer.googleapis.com',
  readsPrivate: false,
  trouble: () => null,
  ...given,
})

describe('staff are told plainly where people’s words go', () => {
  it('nowhere', async () => {
    expect(await accounts([])).toContain('Nothing that people write is sent to anybody else to be judged.')
  })

  it('nowhere, where the other judge is on this machine', async () => {
    const page = await accounts([aJudge({ name: 'Policy judge (safeguard)', sendsTo: null, readsPrivate: true })])
    expect(page).toContain('Nothing that people write is sent to anybody else to be judged.')
    expect(page).toContain('Policy judge (safeguard): runs on this machine. What people write stays here.')
  })

  it('to each third party by name, with pictures or without, and private messages or not', async () => {
    const page = await accounts([
      aJudge({ trouble: () => 'It did not answer in time.' }),
      aJudge({ name: 'OpenAI moderation', sendsTo: 'api.openai.com', seesPictures: true, readsPrivate: true }),
    ])
    expect(page).not.toContain('Nothing that people write')
    expect(page).toContain(
      'Perspective: what people write is sent to commentanalyzer.googleapis.com. Private messages are not.',
    )
    expect(page).toContain('It has no say at the moment. It did not answer in time.')
    expect(page).toContain(
      'OpenAI moderation: what people write, and their pictures, are sent to api.openai.com. Private messages are sent too.',
    )
  })
})
