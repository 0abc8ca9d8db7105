import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pino from 'pino'
import type { Capabilities, Incoming } from '../../adapters/platform.ts'
import { coarseWords, tellingWords } from '../../moderation/coarse.ts'
import { readOfficeFacts } from '../../moderation/input.ts'
import type { Span } from '../../moderation/model.ts'
import { fillRedirect, POLICIES } from '../../moderation/policy.ts'
import { assessor } from '../../src/assess.ts'
import { type Answer, type Case, openStore, type Store } from '../../src/store/index.ts'
import { additions, isSame } from '../../src/web/parts/differences.ts'
import { rulesOf } from '../builders.ts'
import { crowd, SHARES, type Voice } from '../support/crowd.ts'

/**
 * A pile-on of 2,000, read, judged and stored, and one member of staff who works through what waits: by itself where nothing
 * is like it, together with its like where something is, leaving out whatever is not what the first one is. Counts their
 * decisions, and the texts they have to unmask, beside deciding one by one.
 *
 * Throws where that takes more decisions than are promised, or where anything still waits afterwards.
 */
const PROMISED = 400
const CAPABILITIES: Capabilities = {
  hide: 'automatic',
  delete: 'impossible',
  'close-comments': 'impossible',
  mute: 'automatic',
  restrict: 'impossible',
  block: 'automatic',
  'delete-own': 'automatic',
  report: 'automatic',
  redirect: 'automatic',
  warn: 'automatic',
}
const PAGE = 100

export async function benchTogether(): Promise<void> {
  for (const bulkBlocks of [false, true]) await work(bulkBlocks)
}

async function work(bulkBlocks: boolean): Promise<void> {
  const standard = POLICIES['standard']
  const office = readOfficeFacts(JSON.parse(readFileSync('test/cases/office.json', 'utf8')))
  if (!standard || office.is === 'wrong') throw new Error('test/cases or the standard policy is not as it was')
  const policy = { ...standard, bulkBlocks }
  const dir = mkdtempSync(path.join(tmpdir(), 'serjeant-together-'))
  const onFatal = (error: unknown): never => {
    throw error
  }
  const store = await openStore({ dir, key: randomBytes(32), onFatal })
  try {
    let clock = Date.parse('2026-11-24T09:00:00Z')
    const now = (): Date => new Date(clock)
    const given = { platform: 'rehearsal', handle: '@mp', mode: 'propose' } as const
    const [account] = await store.accounts.configure([given], now())
    if (!account) throw new Error('no account')
    await store.accounts.readFrom(account.id, ['all'], now())
    await store.accounts.probed(account.id, { handle: '@mp', capabilities: CAPABILITIES, notes: [] }, now())
    const redirect = fillRedirect(policy, office.value)
    const nothing = (): void => {}
    const assess = assessor({
      store,
      office: office.value,
      inForce: rulesOf(policy, { redirect }),
      log: pino({ level: 'silent' }),
      now,
      breached: nothing,
      decided: nothing,
    })
    const [pass] = await store.sources.lease(now(), 'bench', 86_400_000)
    if (!pass) throw new Error('nothing to poll')
    const voices = crowd()
    for (let at = 0; at < voices.length; at += PAGE) {
      clock += 120_000
      const items = voices.slice(at, at + PAGE).map((voice, n) => incoming(voice, at + n, now()))
      await store.intake.store(pass, { items, cursor: at, gone: [], more: true }, now())
      await assess(AbortSignal.timeout(600_000))
    }
    clock += 120_000
    const found = await review(store, voices, bulkBlocks, () => new Date((clock += 1_000)))
    report(found, bulkBlocks)
    if (found.decisions > PROMISED) throw new Error(`${found.decisions} decisions, and ${PROMISED} were promised`)
  } finally {
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

interface Found {
  waiting: number
  decisions: number
  groups: number
  answered: number
  /** Cases that were shown as alike and are not, of all that were shown as alike. */
  wrong: number
  shown: number
  unmasked: number
  oneByOne: number
  blocks: number
  cards: number[]
  each: number[]
}

async function review(store: Store, voices: readonly Voice[], bulkBlocks: boolean, now: () => Date): Promise<Found> {
  const me = await someone(store, now())
  const labels = new Map(voices.map((voice, n) => [`item-${n}`, voice]))
  const labelOf = ({ item }: Case): Voice | undefined => labels.get(item.externalId)
  const found: Found = {
    waiting: 0,
    decisions: 0,
    groups: 0,
    answered: 0,
    wrong: 0,
    shown: 0,
    unmasked: 0,
    oneByOne: 0,
    blocks: 0,
    cards: [],
    each: [],
  }
  const read = new Set<string>()
  const unmask = ({ item }: Case): void => {
    read.add(item.id)
  }
  const all: Case[] = []
  for (let last: Case | null = null; ; ) {
    const page: Case[] = await store.queue.page({}, last, 200)
    all.push(...page)
    last = page.at(-1) ?? null
    if (page.length < 200) break
  }
  found.waiting = all.length
  found.oneByOne = all.filter((one) => masksOf(one).length > 0).length
  for (;;) {
    const cards = await store.queue.page({}, null, 20)
    const began = performance.now()
    const sizes = await store.together.sizes(cards, { me, now: now() })
    found.cards.push(performance.now() - began)
    const [card] = cards
    if (!card) break
    if (masksOf(card).length > 0) unmask(card)
    const size = sizes.get(card.id)
    found.decisions++
    if (found.decisions > voices.length) throw new Error('what was answered waits still')
    if (size === undefined) {
      if (card.reviews.some(({ apart }) => apart.length > 0)) found.blocks++
      await store.queue.answer(card.id, me, { ...answerTo(card), anyway: true }, null, now())
      continue
    }
    const till = now()
    const ids = await store.together.members(card.id, size.by, till, { after: null, take: 5_000 }, { me, now: now() })
    const members = await store.queue.of(ids)
    const but: string[] = []
    for (const one of members) {
      if (one.id === card.id) continue
      found.shown++
      if (isHidden(one, card)) unmask(one)
      const right =
        size.by === 'person'
          ? labelOf(one)?.by === labelOf(card)?.by
          : labelOf(one)?.template === labelOf(card)?.template
      if (!right) {
        found.wrong++
        but.push(one.id)
      }
    }
    const asked = { id: randomUUID(), decisionId: card.id, by: size.by, till, but, shown: ids }
    const from = performance.now()
    const { count } = await store.together.answer(asked, {
      person: me,
      give: answerTo,
      apart: bulkBlocks ? [] : ['block'],
      farewell: null,
      now: now(),
    })
    found.each.push((performance.now() - from) / Math.max(1, count))
    found.groups++
    found.answered += count
  }
  found.unmasked = read.size
  if ((await store.queue.page({}, null, 1)).length > 0) throw new Error('something still waits')
  return found
}

/** They agree with everything: what is counted is how often they have to say so. Somebody at risk is helped. */
const answerTo = ({ escalate, atRisk }: Case): Answer & { why?: string } =>
  escalate === 'police' && !atRisk ? { answer: 'dismissed', why: 'A figure of speech.' } : { answer: 'agreed' }

function masksOf({ item, atRisk }: Case): readonly Span[] {
  if (atRisk) return []
  const spans = item.findings.flatMap((finding) => finding.spans as unknown as Span[])
  return [...coarseWords(item.text), ...tellingWords(item.text, spans)]
}

/** Does what is new in a copy stand behind a mask, so that it has to be lifted? */
function isHidden(one: Case, first: Case): boolean {
  if (isSame(one.item.text, first.item.text)) return false
  const added = additions(one.item.text, first.item.text)
  return masksOf(one).some((mask) => added.some(({ start, end }) => start < mask.end && end > mask.start))
}

async function someone(store: Store, now: Date): Promise<string> {
  const key = await store.people.invite(null, now)
  const joined = await store.people.accept(key, 'Priya Nair', 'correct horse battery staple', now)
  if (joined === null || typeof joined === 'string') throw new Error('nobody joined')
  return joined.id
}

function incoming({ text, by }: Voice, n: number, writtenAt: Date): Incoming {
  return {
    item: { id: `item-${n}`, kind: 'reply', text, writtenAt, links: [], media: [] },
    revision: '1',
    author: { platform: 'rehearsal', id: by, handle: `@${by}` },
    conversation: { id: 'post-1', post: 'A post.', postedAt: writtenAt, above: [] },
    link: `https://street.example/${n}`,
    handle: null,
  }
}

function report(found: Found, bulkBlocks: boolean): void {
  const { waiting, decisions, groups, answered, wrong, shown, unmasked, oneByOne, blocks } = found
  const shares = Object.entries(SHARES).map(([kind, n]) => `${n} ${kind}`)
  console.log(`together: 2,000 (${shares.join(', ')}), blocks in bulk ${bulkBlocks ? 'allowed' : 'forbidden'}`)
  console.log(
    `  ${waiting} wait for an answer; ${decisions} decisions instead of ${waiting}: ${groups} of many cases (${answered} answered), ${blocks} blocks by themselves`,
  )
  console.log(`  ${unmasked} texts unmasked instead of ${oneByOne}; ${wrong} of ${shown} shown as alike were not`)
  console.log(
    `  what is like the 20 cards of a page: ${spread(found.cards)}; each of many answered in ${spread(found.each)}`,
  )
  const { cards: _, each: __, ...figures } = found
  console.log(JSON.stringify({ bench: 'together', bulkBlocks, ...figures }))
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`
}
