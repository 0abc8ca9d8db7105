import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Capabilities, Incoming } from '../../adapters/platform.ts'
import type { Breach, Decision, Finding, Item, Step } from '../../moderation/model.ts'
import { POLICIES } from '../../moderation/policy.ts'
import { rulesInForce } from '../../src/rules.ts'
import { type Case, openStore, type Role, type Rules, type Staff, type Store } from '../../src/store/index.ts'
import { type ConsoleParts, createConsole } from '../../src/web/app.tsx'
import { aDecision, aFinding, aJudgement, anAuthor, anIncoming, aPage, NOON, OFFICE } from '../builders.ts'

/** A real store with a console on it, and words to put a case there: read, judged and settled as the service does it. */

export interface Given extends Partial<Omit<Incoming, 'item'>> {
  item?: Partial<Item>
  findings?: Finding[]
  decision?: Partial<Decision>
}

export interface Stage {
  store: Store
  parts: ConsoleParts
  app: ReturnType<typeof createConsole>
  /** How often the console said that something was queued. */
  woken: () => number
  /** What the console could not show, for a test that expects there to be none. */
  failures: unknown[]
  pass: (minutes: number) => void
  put: (given: Given) => Promise<Case>
  /** Somebody new, signed in; without roles given, with all of them. */
  join: (name: string, roles?: readonly Role[]) => Promise<Staff & { cookie: string }>
  accountId: string
  close: () => Promise<void>
}

export const PASSWORD = 'correct horse battery staple'

const standard = POLICIES['standard']
if (!standard) throw new Error('the standard policy is missing')
const POLICY = standard

/** Unlike on purpose: something done for staff, something by hand, something impossible. */
const CAPABILITIES: Capabilities = {
  hide: { reply: 'automatic', comment: 'automatic' },
  delete: 'impossible',
  'close-comments': 'impossible',
  mute: 'automatic',
  restrict: 'impossible',
  block: { reply: 'automatic', mention: 'manual', comment: 'manual', message: 'automatic' },
  'delete-own': 'automatic',
  report: 'automatic',
  redirect: { reply: 'automatic', message: 'automatic' },
  warn: 'automatic',
}

const RULES = { warningDays: 90, alonePerHour: 1000, redirect: { text: 'Please ring 01632 960100.', links: [] } }

const onFatal = (error: unknown): never => {
  throw error
}

export async function aStage(
  more: Partial<ConsoleParts> = {},
  platform = 'bluesky',
  rules: Partial<Rules> = {},
): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'serjeant-console-'))
  const store = more.store ?? (await openStore({ dir, key: randomBytes(32), onFatal }))
  let now = NOON
  let woken = 0
  const failures: unknown[] = []
  const [account] = await store.accounts.configure([{ platform, handle: '@johartley', mode: 'perform' }], now)
  if (!account) throw new Error('no account')
  await store.accounts.readFrom(account.id, ['replies'], now)
  const notes = ['Mentions can’t be hidden here, replies can.']
  await store.accounts.probed(account.id, { handle: '@johartley', capabilities: CAPABILITIES, notes }, now)

  const { redirect, alonePerHour } = RULES
  const configured = { office: OFFICE, policy: POLICY, redirect, alonePerHour, redirectsPerHour: 20 }
  const inForce = rulesInForce(
    configured,
    () => store.settings.present(),
    () => now,
  )
  const parts: ConsoleParts = {
    store,
    office: OFFICE,
    get policy() {
      return inForce().policy
    },
    get farewell() {
      const { answers, redirect: letter, policy } = inForce()
      return answers ? { letter, everyDays: policy.redirect.everyDays } : null
    },
    inForce,
    configured,
    now: () => now,
    wake: () => {
      woken++
    },
    failed: (error) => failures.push(error),
    health: async () => {
      await store.ping()
      const { handle, mode } = account
      return {
        ok: true,
        accounts: [{ platform, handle, mode, trouble: null, lastOkAt: now, notes }],
        rehearsal: false,
        callsStaff: true,
      }
    },
    secureCookies: false,
    hosts: ['localhost', '127.0.0.1'],
    ...more,
  }

  const put = async ({ findings = [], decision = {}, ...given }: Given): Promise<Case> => {
    const incoming = anIncoming(given)
    const [pass] = await store.sources.lease(now, 'test', 60_000)
    if (!pass) throw new Error('the source is leased')
    await store.intake.store({ ...pass, cursor: null }, aPage([incoming]), now)
    await store.sources.release(pass, now, now, null)
    const [waiting] = await store.assessing.lease(now, 1, 60_000)
    if (!waiting) throw new Error('nothing waits to be judged')
    const decide = (): Decision => aDecision(decision)
    await store.assessing.settle([{ waiting, judgement: aJudgement(...findings), decide }], { ...RULES, ...rules }, now)
    const id = await store.queue.ofItem(waiting.id)
    const found = id === null ? null : await store.queue.find(id)
    if (!found) throw new Error('no decision')
    return found
  }

  return {
    store,
    parts,
    app: createConsole(parts),
    woken: () => woken,
    failures,
    accountId: account.id,
    put,
    pass: (minutes) => {
      now = new Date(now.getTime() + minutes * 60_000)
    },
    join: async (name, roles) => {
      const key = await store.people.invite(null, now, null, roles)
      const staff = await store.people.accept(key, name, PASSWORD, now)
      if (staff === null || staff === 'name-taken') throw new Error('could not join')
      const { token } = await store.sessions.begin(staff.id, now)
      return { ...staff, cookie: `serjeant=${token}` }
    },
    close: async () => {
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export const HERE = 'http://localhost'
export const FORM = 'application/x-www-form-urlencoded'

/** The words of a page without its tags, as somebody would read them. */
export const read = (html: string): string => html.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ')

/** Somebody's browser, as far as the server sees it. */
export const visitor = (app: Stage['app'], cookie: string) => {
  const get = (path: string, headers: Record<string, string> = { cookie }) => app.request(`${HERE}${path}`, { headers })
  const post = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    app.request(`${HERE}${path}`, {
      method: 'POST',
      headers: { cookie, origin: HERE, 'content-type': FORM, ...headers },
      body: new URLSearchParams(form).toString(),
    })
  const page = async (path: string): Promise<string> => (await get(path)).text()
  return { get, post, page }
}

const step = (action: Step['action'], how: Step['how'], breach: Breach | null): Step => ({
  action,
  how,
  // The standard policy names its clauses after the breaches they forbid.
  clause: breach,
  breach,
})

/** The stretch of `text` that reads `words`. */
function spanOf(text: string, words: string) {
  const start = text.indexOf(words)
  if (start < 0) throw new Error('the words are not in the text')
  return { start, end: start + words.length }
}

const INSULT = 'You are a worthless sack of shit, Hartley. Answer the question about the library.'

export const insult = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Gaz T', handle: '@gazt_1987' }),
  item: { text: INSULT },
  findings: [
    aFinding({
      score: 0.97,
      reason: 'An obscene insult is aimed at the MP.',
      spans: [spanOf(INSULT, 'worthless sack of shit')],
    }),
  ],
  decision: {
    outcome: 'propose',
    act: 'block',
    clauses: ['abuse'],
    reasons: ['It is an obscene insult aimed at a person, and not the first.', 'A block is decided by a person.'],
    steps: [step('hide', 'propose', 'abuse'), step('block', 'propose', 'abuse')],
  },
  ...more,
})

const HIDDEN = 'go back where you came from, vermin'

export const hiddenAlone = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'truth_teller', handle: '@tt.social' }),
  item: { text: HIDDEN },
  findings: [
    aFinding({
      concern: 'discrimination',
      score: 0.93,
      gravity: 'grave',
      reason: 'A group of people is called vermin.',
      spans: [spanOf(HIDDEN, 'vermin')],
    }),
  ],
  decision: {
    outcome: 'perform',
    act: 'hide',
    clauses: ['discrimination'],
    reasons: ['The policy lets the tool hide this by itself.'],
    steps: [step('hide', 'perform', 'discrimination')],
  },
  ...more,
})

const THREAT = 'I know which train you get on a Friday. Someone ought to be waiting for you with a bat.'

export const threat = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'no name', handle: '@x9914' }),
  item: { text: THREAT },
  findings: [
    aFinding({
      concern: 'threat',
      score: 0.91,
      gravity: 'grave',
      escalate: 'police',
      reason: 'It names a weapon, and a place where the MP can be found.',
      spans: [spanOf(THREAT, 'waiting for you with a bat')],
    }),
  ],
  decision: {
    outcome: 'propose',
    act: 'block',
    escalate: 'police',
    clauses: ['threat'],
    reasons: ['A threat against a person, with a place and a means.'],
    steps: [step('hide', 'propose', 'threat'), step('block', 'propose', 'threat')],
  },
  ...more,
})

const RISK = 'Nobody at the council will talk to me. I can’t do this any more, I don’t want to wake up tomorrow.'

export const atRisk = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Maureen', handle: '@maureen.b' }),
  item: { text: RISK, kind: 'message' },
  findings: [
    aFinding({
      concern: 'at-risk',
      score: 0.9,
      gravity: 'grave',
      escalate: 'safeguarding',
      reason: 'The writer says that they do not want to live.',
      spans: [spanOf(RISK, 'I don’t want to wake up tomorrow')],
    }),
  ],
  decision: {
    outcome: 'review',
    act: 'review',
    escalate: 'safeguarding',
    atRisk: true,
    casework: true,
    reasons: ['Somebody may be at risk: they are helped, and nothing is moderated.'],
  },
  ...more,
})

export const look = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Dai', handle: '@daibach' }),
  item: { text: 'Funny how the new car park contract went to your brother-in-law, isn’t it?' },
  findings: [
    aFinding({
      concern: 'allegation',
      score: 0.55,
      gravity: 'mild',
      reason: 'It hints at corruption and names no source.',
    }),
  ],
  decision: {
    outcome: 'review',
    act: 'review',
    clauses: ['allegation'],
    reasons: ['It may be a fair question, so a person should look.'],
  },
  ...more,
})

export const casework = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Nikhil Haskew', handle: '@nikhil.h' }),
  item: {
    text: 'My mum has waited nine weeks for her PIP review and nobody picks up. Who can I ring?',
    kind: 'mention',
  },
  findings: [
    aFinding({ concern: 'casework', score: 0.88, gravity: 'mild', reason: 'Somebody asks for help with a benefit.' }),
  ],
  decision: {
    casework: true,
    reasons: ['A constituent asks for help.'],
    steps: [step('redirect', 'perform', null)],
  },
  ...more,
})

const DOXXING = 'Hartley’s constituency manager lives at 14 Tannery Row, the one with the red door.'

/** Something for the police that is no threat. */
export const doxxing = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Doorstepper', handle: '@doorstepper' }),
  item: { text: DOXXING },
  findings: [
    aFinding({
      concern: 'harassment',
      score: 0.86,
      gravity: 'grave',
      escalate: 'police',
      reason: 'It says where somebody lives.',
      spans: [spanOf(DOXXING, '14 Tannery Row')],
    }),
  ],
  decision: {
    outcome: 'propose',
    act: 'block',
    escalate: 'police',
    clauses: ['harassment'],
    reasons: ['It says where somebody lives.', 'Only a person may decide a block.'],
    steps: [step('hide', 'propose', 'harassment'), step('block', 'propose', 'harassment')],
  },
  ...more,
})

/** Somebody at risk who threatens somebody: both kinds of help are needed. */
export const atRiskAndThreatening = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Lee', handle: '@lee.w' }),
  item: { text: `${RISK} ${THREAT}` },
  findings: [...(atRisk().findings ?? []), aFinding({ concern: 'threat', score: 0.8, reason: 'It names a weapon.' })],
  decision: {
    ...atRisk().decision,
    escalate: 'police',
    clauses: ['threat'],
    reasons: ['The writer says that they do not want to live.', 'It names a weapon.'],
  },
  ...more,
})

const BREAK_IN = 'He’s outside with a knife and I’ve locked myself in the bathroom, please help.'

/** Somebody in danger at this moment, whom nobody but the police can help. */
export const inDanger = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Aisha', handle: '@aisha.k' }),
  item: { text: BREAK_IN, kind: 'message' },
  findings: [
    aFinding({
      concern: 'at-risk',
      score: 0.75,
      gravity: 'grave',
      escalate: 'police',
      reason: 'Somebody seems to be in danger at this moment.',
      spans: [spanOf(BREAK_IN, 'locked myself in the bathroom')],
    }),
  ],
  decision: {
    outcome: 'review',
    escalate: 'police',
    atRisk: true,
    reasons: ['Somebody seems to be in danger at this moment.'],
  },
  ...more,
})

const CARPET = 'Someone should carpet bomb that consultation, Hartley. See you at the surgery.'

/** Too unsure to name a breach, with something beside it that the context excused. */
export const alarm = (more: Given = {}): Given => ({
  author: anAuthor({ displayName: 'Carl', handle: '@carl.w' }),
  item: { text: CARPET },
  findings: [
    aFinding({
      concern: 'abuse',
      score: 0.2,
      gravity: 'mild',
      reason: 'An insult is aimed at the MP. But the text as a whole reads as lawful.',
      spans: [spanOf(CARPET, 'that consultation')],
    }),
    aFinding({
      concern: 'threat',
      score: 0.25,
      gravity: 'mild',
      escalate: 'police',
      reason: 'It reads like a threat, says the text model; the marked words weigh most.',
      spans: [spanOf(CARPET, 'See you at the surgery')],
      detector: 'text-model',
    }),
  ],
  decision: {
    outcome: 'review',
    escalate: 'police',
    reasons: [
      'It reads like a threat, says the text model; the marked words weigh most.',
      'It may be a matter for the police, whatever becomes of it here.',
    ],
  },
  ...more,
})

export const abusiveMessage = (more: Given = {}): Given =>
  insult({
    item: { text: INSULT, kind: 'message' },
    decision: {
      outcome: 'review',
      act: 'review',
      clauses: ['abuse'],
      reasons: ['An obscene insult is aimed at the MP.', 'A direct message is never hidden.'],
    },
    ...more,
  })

/** One of each lane. */
export const A_STREET = [insult, hiddenAlone, threat, atRisk, look, casework]
