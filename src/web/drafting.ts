import { lengthOf, type PrivateLetters } from '../../adapters/platform.ts'
import {
  draftLetter,
  faultsIn,
  type LetterFacts,
  type LetterKind,
  PUNISHING,
  type Written,
} from '../../moderation/letters.ts'
import { BREACHES, type Breach } from '../../moderation/model.ts'
import type { Clause, Policy } from '../../moderation/policy.ts'
import { type Block, type ContestRow, capabilitiesOf, type LetterRow } from '../store/index.ts'
import type { ConsoleParts } from './deps.ts'
import { canDo, platformName } from './parts/words.ts'

/** From what is stored to what a letter says, and whether and how it may go. No page and no request here. */

const DAY = 86_400_000

type Parts = Pick<ConsoleParts, 'store' | 'office' | 'policy' | 'now' | 'letters'>
type Told = NonNullable<LetterRow['about']>
type Person = LetterRow['author']

/** What a letter is about, and to whom. */
export interface Topic {
  kind: LetterKind
  author: Person
  about: Told | null
  contest: Pick<ContestRow, 'state' | 'why' | 'decision'> | null
  adjustment: { kind: string; detail: string } | null
  /** Of a block that was looked at again. */
  outcome?: LetterFacts['outcome']
}

export const topicOf = (letter: LetterRow): Topic => ({ ...letter, kind: letter.kind as LetterKind })

/** Letters tell of these; the rest is nobody's business but the office's. */
const TOLD: readonly string[] = ['warn', 'hide', 'restrict', 'block']
export const isTold = (kind: string): kind is 'warn' | 'hide' | 'restrict' | 'block' => TOLD.includes(kind)

export const itemOf = ({ about, contest }: Pick<Topic, 'about' | 'contest'>) =>
  about?.item ?? contest?.decision.item ?? null

/** The rule it rests on; null where it is not in force here under that name. */
export const clauseOf = (policy: Policy, { about }: Pick<Topic, 'about'>): Clause | null =>
  policy.clauses.find(({ id }) => id === about?.clause) ?? null

const breachOf = (about: Told | null): Breach | null => BREACHES.find((one) => one === about?.breach) ?? null

/** The day the letter names: from now, if it goes today. */
export function untilOf(parts: Parts, { kind, about }: Topic): Date | null {
  const now = parts.now()
  if (kind === 'warn') return new Date(now.getTime() + parts.policy.ladder.warningDays * DAY)
  if (kind === 'block-review') return about?.undoneBy ? null : (about?.reviewAt ?? null)
  if (kind !== 'block') return null
  const from = about?.settledAt ?? now
  return about?.reviewAt ?? new Date(from.getTime() + parts.store.settings.present().blockReviewDays * DAY)
}

/** Everything a template may be filled with. */
async function factsOf(parts: Parts, topic: Topic): Promise<LetterFacts> {
  const { store, office, policy } = parts
  const { kind, author, about, contest, adjustment, outcome } = topic
  const item = itemOf(topic)
  const now = parts.now()
  const wishes = author === null ? [] : await store.adjustments.ofPerson(author.id)
  const stands = author === null ? null : await store.ladder.of(author.id, policy.ladder.warningDays, now)
  const said = outcome ?? (contest === null ? undefined : decidedOf(contest))
  return {
    kind,
    office,
    timezone: office.timezone,
    now,
    name: author === null ? null : author.displayName || author.handle || null,
    platform: platformName(
      about?.account.platform ?? contest?.decision.item.account.platform ?? author?.platform ?? '',
    ),
    wroteAt: item?.writtenAt ?? null,
    policy,
    clause: clauseOf(policy, topic),
    breach: breachOf(about),
    warnings: stands?.standing.warnings ?? 0,
    adjustments: wishes.filter(({ state }) => state === 'agreed').map((wish) => wish.detail || wish.kind),
    until: untilOf(parts, topic),
    contestWorkingDays: store.settings.present().contestWorkingDays,
    ...(said === undefined ? {} : { outcome: said }),
    ...(adjustment === null ? {} : { agreed: adjustment.detail || adjustment.kind }),
  }
}

function decidedOf({ state, why }: Pick<ContestRow, 'state' | 'why'>): LetterFacts['outcome'] {
  if (why === null || (state !== 'upheld' && state !== 'overturned')) return undefined
  return { is: state, why }
}

export const draftOf = async (parts: Parts, topic: Topic): Promise<Written> => draftLetter(await factsOf(parts, topic))

/** Why it may not be sent as it stands, a sentence each. */
export const faultsOf = (parts: Parts, topic: Topic, written: Written, until: Date | null): string[] =>
  faultsIn(written, {
    kind: topic.kind,
    office: parts.office,
    timezone: parts.office.timezone,
    clause: PUNISHING.includes(topic.kind) ? clauseOf(parts.policy, topic) : null,
    until,
  })

/** Can a platform take it, privately? */
export type Postbox = { is: 'open'; most: number; counts: PrivateLetters['counts'] } | { is: 'shut'; because: string }

/**
 * Only where nobody else reads it, and only if the account can write there.
 * @param blocks of this person
 */
export function postboxOf({ letters }: Parts, topic: Topic, blocks: readonly Block[]): Postbox {
  const { about, contest, author } = topic
  const item = itemOf(topic)
  const account = about?.account ?? contest?.decision.item.account ?? null
  const shut = (because: string): Postbox => ({ is: 'shut', because })
  if (item === null || account === null) return shut('There is no message to answer.')
  const name = platformName(account.platform)
  const box = letters?.(account.platform) ?? null
  if (account.retiredAt !== null) return shut(`This account on ${name} is no longer connected.`)
  if (author === null) return shut('The platform does not say who it is.')
  if (box === null || !box.answering.some((kind) => kind === item.kind))
    return shut(
      `On ${name} the office could only answer this where everybody reads it, and a letter is nobody else’s business.`,
    )
  if (canDo(capabilitiesOf(account), 'warn', item.kind) === 'impossible')
    return shut(`This account may not write messages on ${name}.`)
  if (blocks.some((block) => block.accountId === account.id && block.authorId === author.id))
    return shut(`They are blocked on ${name}, so no message reaches them there.`)
  return { is: 'open', most: box.most, counts: box.counts }
}

/** What is too much for the platform; null if it fits. */
export function tooLong(box: Postbox, text: string, platform: string): string | null {
  if (box.is === 'shut') return box.because
  const length = lengthOf(text, box.counts)
  return length <= box.most
    ? null
    : `${platform} takes ${box.most} characters in a message; this has ${length}. Shorten it, or send it another way.`
}

/** Working days from Monday to Friday. Bank holidays are not taken out, so a reminder comes a little early. */
export function afterWorkingDays(from: Date, days: number): Date {
  const at = new Date(from)
  for (let left = days; left > 0; ) {
    at.setUTCDate(at.getUTCDate() + 1)
    if (at.getUTCDay() !== 0 && at.getUTCDay() !== 6) left--
  }
  return at
}
