import { ability } from '../adapters/platform.ts'
import { decide } from '../moderation/decide.ts'
import { DETECTORS } from '../moderation/detect/index.ts'
import type { Decision, Subject } from '../moderation/model.ts'
import type { Policy } from '../moderation/policy.ts'
import { compare, type Difference } from './difference.ts'
import type { Past, Store } from './store/index.ts'

/** `waiting`: items of the period that were not judged yet, and are left out. */
export type Played = Difference & { waiting: number }

interface Question {
  /** In force. */
  before: Policy
  /** That somebody thinks of. */
  after: Policy
  /** Of items that arrived since then. */
  since: Date
}

export interface Progress {
  done: number
  of: number
}

/**
 * What two policies make of the same past, counted side by side. Reads only, page by page, so that memory stays the same
 * however much is stored.
 */
export async function playAgain(
  { replaying }: Pick<Store, 'replaying'>,
  { before, after, since }: Question,
  progress: (so: Progress) => void = () => {},
): Promise<Played> {
  const { decided, waiting, ...period } = await replaying.period(since)
  const { add, result } = compare()
  let done = 0
  for (let last: bigint | null = 0n; last !== null; ) {
    const page: Past[] = await replaying.page(period, last)
    for (const past of page) {
      const { id, version } = past.decided.policy
      const isSame = id === before.id && version === before.version
      add(past, decideAgain(past, before), decideAgain(past, after), isSame)
    }
    done += page.length
    progress({ done, of: decided })
    last = page.at(-1)?.seq ?? null
  }
  return { ...result(), waiting }
}

/** A decision asks of an item what sort it is and when it was written, and of its author whether there is one. */
function decideAgain(past: Past, policy: Policy): Decision {
  const { itemId: id, kind, writtenAt, authorId, capabilities, mode, findings, unread, decided } = past
  const subject: Subject = {
    item: { id, kind, writtenAt, text: '', links: [], media: [] },
    author: authorId === null ? null : { platform: '', id: authorId, handle: '' },
    context: { earlier: [], others: [] },
  }
  return decide({
    judgement: {
      findings: findings.toSorted(asDeclared),
      scores: { abuse: 0, hate: 0, threat: 0 },
      ...(unread !== null && { unread }),
    },
    subject,
    policy,
    standing: past.standing(policy.ladder.warningDays),
    mode,
    can: (action) => (capabilities ? ability(capabilities, action, kind) : 'impossible'),
    now: decided.at,
  })
}

const ORDER = new Map(DETECTORS.map(({ name }, n) => [name, n]))
/** The order that `judge` hands findings on in, with those of other judges behind. */
const asDeclared = (a: Past['findings'][number], b: typeof a): number =>
  (ORDER.get(a.detector) ?? ORDER.size) - (ORDER.get(b.detector) ?? ORDER.size)
