import type { Policy } from '../../moderation/policy.ts'
import { type Played, type Progress, playAgain } from '../replaying.ts'
import type { Store } from '../store/index.ts'

/** What another choice of rules would have done: reckoned beside the console's other work, and asked for by a page. */
export type Compared =
  | ({ is: 'running' } & Progress)
  | { is: 'done'; played: Played; at: Date }
  /** The database or the judge failed over it. */
  | { is: 'failed' }

interface Question {
  before: Policy
  after: Policy
  since: Date
}

/** Older than this it is reckoned anew: more was judged since. Milliseconds. */
const STALE = 15 * 60_000

class Superseded extends Error {
  override readonly name = 'Superseded'
}

export interface Comparer {
  /** How far it is. The first to ask begins it; whoever asks for something else meanwhile ends it. */
  ask(question: Question, now: Date): Compared
}

/** One comparison at a time, since each reads weeks of decisions: a second choice replaces the first. */
export function comparer(store: Pick<Store, 'replaying'>, failed: (error: unknown) => void): Comparer {
  let latest: { key: string; state: Compared } | null = null

  const begin = (key: string, question: Question, now: Date): Compared => {
    const mine: { key: string; state: Compared } = { key, state: { is: 'running', done: 0, of: 0 } }
    latest = mine
    const progress = (so: Progress): void => {
      if (latest !== mine) throw new Superseded()
      mine.state = { is: 'running', ...so }
    }
    const play = async (): Promise<void> => {
      try {
        mine.state = { is: 'done', played: await playAgain(store, question, progress), at: now }
      } catch (error) {
        mine.state = { is: 'failed' }
        if (!(error instanceof Superseded)) failed(error)
      }
    }
    void play()
    return mine.state
  }

  return {
    ask: (question, now) => {
      const { before, after, since } = question
      const key = `${before.version} ${after.version} ${since.toISOString()}`
      const known = latest?.key === key ? latest.state : null
      const isStale = known?.is === 'done' && now.getTime() - known.at.getTime() > STALE
      return known === null || known.is === 'failed' || isStale ? begin(key, question, now) : known
    },
  }
}
