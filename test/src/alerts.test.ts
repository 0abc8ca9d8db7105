import { type ServerType, serve } from '@hono/node-server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Decision, Finding } from '../../moderation/model.ts'
import { alerter, bulletin, type Trouble } from '../../src/alerts.ts'
import { entryWords } from '../../src/web/parts/words.ts'
import { aFinding } from '../builders.ts'
import { aStage, type Stage } from './stage.ts'

const CONSOLE = 'https://console.example'
const signal = new AbortController().signal

/** Where staff are called: what was posted, and what it answers. */
const posted: string[] = []
let status = 200
const answer = async (request: Request): Promise<Response> => {
  const body = await request.text()
  if (status === 200) posted.push(body)
  return new Response(null, { status })
}
let hook: ServerType
let webhook = ''
let stage: Stage

beforeAll(async () => {
  stage = await aStage()
  const port = await new Promise<number>((resolve) => {
    hook = serve({ fetch: answer, hostname: '127.0.0.1', port: 0 }, (info) => resolve(info.port))
  })
  webhook = `http://127.0.0.1:${port}/`
})
beforeEach(() => {
  posted.length = 0
  status = 200
})
afterAll(async () => {
  hook.close()
  await stage.close()
})

describe('calling staff', () => {
  const calling = () => alerter({ ...stage, webhook, consoleUrl: CONSOLE })(signal)
  const aCase = async (decision: Partial<Decision>, ...findings: Finding[]) =>
    stage.decide(await stage.account(), [], { outcome: 'review', act: 'review', ...decision }, findings)

  it('says where to look, once, and nothing of what was written', async () => {
    const { id, item } = await aCase({ escalate: 'safeguarding' })
    await calling()
    await calling()
    expect(posted).toEqual([`Somebody may be at risk (fake). Open it now: ${CONSOLE}/case/${id}`])
    expect(posted[0]).not.toContain(item.text)
  })

  it('fails where nobody takes the call, and calls again until somebody does', async () => {
    const { id } = await aCase({ escalate: 'police' }, aFinding({ concern: 'threat', escalate: 'police' }))
    status = 500
    await expect(calling()).rejects.toMatchObject({ code: '500' })
    expect(await stage.store.queue.toAlert()).toHaveLength(1)
    status = 200
    await calling()
    expect(posted).toEqual([`A possible threat was received (fake). Open it now: ${CONSOLE}/case/${id}`])
    expect(await stage.store.queue.toAlert()).toEqual([])
  })

  const threat = (score: number) => aFinding({ concern: 'threat', score, escalate: 'police' })
  it.each<[string, string, Partial<Decision>, Finding[]]>([
    [
      'somebody in danger, whom the police must help',
      'Somebody may be at risk',
      { atRisk: true },
      [aFinding({ concern: 'at-risk', escalate: 'police' })],
    ],
    [
      'somebody at risk who threatens somebody',
      'Somebody may be at risk',
      { atRisk: true, clauses: ['threat'] },
      [aFinding({ concern: 'at-risk' }), threat(0.8)],
    ],
    ['a threat', 'A possible threat was received', { clauses: ['threat'] }, [threat(0.3)]],
    ['a threat that no clause forbids', 'A possible threat was received', {}, [threat(0.8)]],
    ['an alarm', 'Something may be a threat; the tool is unsure', {}, [threat(0.25)]],
    [
      'what is for the police and no threat',
      'Something may be a matter for the police',
      { clauses: ['harassment'] },
      [aFinding({ concern: 'harassment', escalate: 'police' }), threat(0.2)],
    ],
  ])('says what it is: %s', async (_what, says, decision, findings) => {
    const { id } = await aCase({ escalate: 'police', ...decision }, ...findings)
    await calling()
    expect(posted).toEqual([`${says} (fake). Open it now: ${CONSOLE}/case/${id}`])
  })

  it('does not say that staff were called where no alert is set up', async () => {
    const { id, itemId } = await aCase({ escalate: 'police' }, threat(0.8))
    stage.lines.length = 0
    await alerter({ ...stage, webhook: null, consoleUrl: CONSOLE })(signal)
    expect(await stage.store.queue.toAlert()).toEqual([])
    expect(stage.lines).toMatchObject([{ decision: id, msg: 'shown in the console alone: no alert is set up' }])
    const [entry] = (await stage.store.log.ofItem(itemId)).filter(({ kind }) => kind === 'alerted')
    if (!entry) throw new Error('nothing was logged')
    const words = entryWords(entry, new Map())
    expect(words).toBe('Shown in the console; nobody was called, since no alert is set up.')
    expect(entryWords({ kind: 'alerted', body: { how: 'webhook' } }, new Map())).toBe('Staff were called.')
  })
})

describe('telling staff of the service’s own trouble', () => {
  const unread: Trouble = { id: 'unread 1', text: 'Serjeant can’t read fake.', over: 'Serjeant reads fake again.' }
  const upkeep: Trouble = { id: 'upkeep', text: 'Upkeep failed.', over: 'Upkeep works again.' }

  function telling() {
    let present: Trouble[] = []
    const tell = bulletin({ log: stage.log, webhook, consoleUrl: CONSOLE, troubles: async () => present })
    return async (...troubles: Trouble[]): Promise<void> => {
      present = troubles
      await tell(signal)
    }
  }

  it('tells each trouble once, and once that it is over, and again should it come back', async () => {
    const tell = telling()
    for (const troubles of [[], [unread], [unread], [unread, upkeep], [upkeep], [upkeep], [upkeep, unread]])
      await tell(...troubles)
    expect(posted).toEqual(
      [unread.text, upkeep.text, unread.over, unread.text].map((line) => `${line} ${CONSOLE}/accounts`),
    )
  })

  it('tells it later where it could not be told', async () => {
    const tell = telling()
    status = 503
    await expect(tell(unread)).rejects.toMatchObject({ code: '503' })
    status = 200
    await tell(unread)
    status = 503
    await expect(tell()).rejects.toMatchObject({ code: '503' })
    status = 200
    await tell()
    await tell()
    expect(posted).toEqual([unread.text, unread.over].map((line) => `${line} ${CONSOLE}/accounts`))
  })
})
