import { randomUUID } from 'node:crypto'
import { bandsOf } from '../../moderation/detect/bands.ts'
import { COPY, likeness } from '../../moderation/detect/similar.ts'
import type { Decision, Item } from '../../moderation/model.ts'
import type { Lane } from './assessing.ts'
import type { Tx } from './db.ts'
import { original } from './text.ts'

/**
 * Which decisions may be answered as one is settled when they are made: each that will wait is given what is proposed in a
 * few words, and the likeness it has with what was written in the last days. So the queue reads two columns, and compares
 * no texts.
 */

/** A likeness takes no more texts after this: whoever writes the same a month later is met anew. */
const DAYS = 7
const DAY = 86_400_000
/** How many earlier texts are compared with a batch at most, and how many are forgotten with it. */
const MOST = 500

export interface Grouped {
  likenessId: string | null
  proposal: string | null
}

/** Answered by itself. */
export const ALONE: Grouped = { likenessId: null, proposal: null }

/** A decision that is about to be stored, with what it is about. */
export interface Fresh {
  itemId: string
  item: Item
  lane: Lane | null
  decision: Decision
}

/** Nobody at risk is ever one of many. */
const mayBeTogether = ({ lane, decision }: Fresh): boolean =>
  lane !== null && lane !== 'risk' && !decision.atRisk && decision.escalate !== 'safeguarding'

/** The same for decisions whose answer would do the same, for the same published reason. What is private stays by itself. */
function proposalOf({ item, lane, decision }: Fresh): string {
  const { act, clauses, escalate, steps } = decision
  const asked = steps.map(({ action, how }) => `${how} ${action}`)
  return [
    lane,
    item.kind === 'message' ? 'private' : 'public',
    act,
    escalate ?? '',
    clauses.toSorted().join(' '),
    ...asked,
  ].join('|')
}

/**
 * By item; those that are always answered by themselves are left out. What was edited is among them: whoever changes their
 * words after others were answered has said something else.
 */
export async function grouped(tx: Tx, all: readonly Fresh[], now: Date): Promise<Map<string, Grouped>> {
  const waiting = all.filter(mayBeTogether)
  if (waiting.length === 0) return new Map()
  const edited = await editedAmong(
    tx,
    waiting.map(({ itemId }) => itemId),
  )
  const fresh = waiting.filter(({ itemId }) => !edited.has(itemId))
  const likenesses = await likenessesOf(tx, fresh, now)
  return new Map(
    fresh.map((one) => [one.itemId, { likenessId: likenesses.get(one.itemId) ?? null, proposal: proposalOf(one) }]),
  )
}

async function editedAmong(tx: Tx, itemIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT i.id FROM item i WHERE i.id = ANY(${[...itemIds]}::uuid[]) AND EXISTS (
      SELECT FROM item o WHERE o.account_id = i.account_id AND o.external_id = i.external_id AND o.seq < i.seq)`
  return new Set(rows.map(({ id }) => id))
}

/** The same words beside another picture are another thing. */
const saysAll = ({ media }: Item): boolean => media.every(({ kind }) => kind === 'link')

interface First {
  id: string
  bands: number[]
  text: string
}

async function likenessesOf(tx: Tx, fresh: readonly Fresh[], now: Date): Promise<Map<string, string>> {
  const banded = fresh
    .map(({ item, ...one }) => ({ ...one, text: item.text, bands: saysAll(item) ? bandsOf(item.text) : [] }))
    .filter(({ bands }) => bands.length > 0)
  if (banded.length === 0) return new Map()
  const since = new Date(now.getTime() - DAYS * DAY)
  const known = await tx.$queryRaw<(First & { exact: string | null })[]>`
    SELECT l.id, l.bands, i.text, i.exact FROM likeness l JOIN item i ON i.id = l.item_id
    WHERE l.bands && ${[...new Set(banded.flatMap(({ bands }) => bands))]}::int[] AND l.begun_at > ${since}
    LIMIT ${MOST}`
  const firsts: First[] = known.map((first) => ({ ...first, text: original(first) }))
  const begun: { id: string; itemId: string; bands: number[]; begunAt: Date }[] = []
  const found = new Map<string, string>()
  for (const { itemId, text, bands, decision } of banded) {
    // Of what goes to the police, only the very same words are the same threat.
    const enough = decision.escalate === 'police' ? 1 : COPY
    const like = nearest(text, bands, firsts, enough)
    if (like !== null) found.set(itemId, like)
    else {
      const first = { id: randomUUID(), bands, text }
      firsts.push(first)
      begun.push({ id: first.id, itemId, bands, begunAt: now })
      found.set(itemId, first.id)
    }
  }
  if (begun.length > 0) {
    await tx.likeness.createMany({ data: begun })
    await forgetBefore(tx, since)
  }
  return found
}

/** The likeness of the first text that this is most like, if it is enough; null if there is none. */
function nearest(text: string, bands: readonly number[], firsts: readonly First[], enough: number): string | null {
  const own = new Set(bands)
  const candidates = firsts.filter((first) => first.bands.some((band) => own.has(band)))
  const scores = likeness(
    text,
    candidates.map((first) => first.text),
  )
  const best = Math.max(0, ...scores)
  return best >= enough ? (candidates[scores.indexOf(best)]?.id ?? null) : null
}

/** A few at a time, and none that another process holds: nobody waits for this. */
async function forgetBefore(tx: Tx, since: Date): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM likeness WHERE id IN (
      SELECT id FROM likeness WHERE begun_at <= ${since} ORDER BY begun_at LIMIT ${MOST} FOR UPDATE SKIP LOCKED)`
}
