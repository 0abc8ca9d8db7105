import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { type Post, startX } from '../emulators/x/index.ts'
import { madeAt } from '../emulators/x/snowflake.ts'
import { firstId } from '../emulators/x/world.ts'
import { ABUSE, type Gravity, pick } from '../support/pile-on.ts'

/** X, and all who write to one MP there on one day, in a thread of their own: see pile-on.ts. */

/** What the town is told when it is founded. Times in Unix milliseconds. */
export const Founding = z.object({
  handle: z.string(),
  mentions: z.number(),
  begins: z.number(),
  /** What people write who break no rule. */
  texts: z.array(z.string()),
})
export type Founding = z.infer<typeof Founding>

/** Go on to this time; or tell what came of it all. */
export type Asked = { till: number } | 'tally'

export interface Tally {
  /** The ids of all that was written to the MP. */
  written: string[]
  /** The hides that X carried out, in order; `gravity` null for what was not meant to be hidden. `at`: Unix milliseconds. `waited`: milliseconds since it was written. */
  hides: { id: string; gravity: Gravity | null; at: number; waited: number }[]
  /** How many that were meant to be hidden are still to be seen. */
  seen: number
  /** Which posts the account answered, in order. */
  answered: string[]
  /** How often each call was made. */
  calls: Record<string, number>
  /** Calls that X refused, with their status; and what broke X's specification. */
  refused: string[]
}
export type Told =
  | { is: 'founded'; settings: Record<string, unknown> }
  | { is: 'written'; written: number; isOver: boolean }
  | ({ is: 'tally' } & Tally)

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Half of all is written in these three hours. */
const STORM = { from: 9 * HOUR, till: 12 * HOUR }
/** One in so many is to be hidden. */
const ABUSIVE = 25
/** As many have something else to say; whoever abuses does so once. */
const PEOPLE = 20_011
const WORST: readonly Gravity[] = [
  'insult',
  'death wish',
  'insult',
  'threat',
  'insult',
  'death wish',
  'insult',
  'insult',
]

if (parentPort) await open(parentPort, Founding.parse(workerData))

async function open(
  port: NonNullable<typeof parentPort>,
  { handle, mentions, begins, texts }: Founding,
): Promise<void> {
  let clock = begins
  const x = await startX({ now: () => clock })
  const { world } = x
  const mp = world.person(handle, { followers: 40_000 })
  const posts = [1, 2, 3, 4, 5].map((n) =>
    world.post(mp, `What I did for the buses, part ${n} of 5.`, { at: begins - n * HOUR }),
  )
  const written: Post[] = []
  const gravity = new Map<string, Gravity>()
  const people = new Map<string, ReturnType<typeof world.person>>()

  const person = (name: string) => {
    const known = people.get(name) ?? world.person(name)
    people.set(name, known)
    return known
  }
  const abuse = (n: number, at: number): Post => {
    const worst = pick(WORST, gravity.size)
    const post = world.post(person(`troll${n}`), pick(ABUSE[worst], n), { at, replyTo: pick(posts, n) })
    gravity.set(post.id, worst)
    return post
  }
  const chat = (n: number, at: number): Post => {
    const to = pick(posts, n)
    const how = n % 100 === 0 ? { quotes: to } : n % 7 === 0 ? { mentionsTyped: [mp] } : { replyTo: to }
    return world.post(person(`person${n % PEOPLE}`), pick(texts, n), { at, ...how })
  }
  const whenComes = (n: number): number => {
    const [before, length] = [STORM.from, STORM.till - STORM.from]
    const calm = (DAY - length) / (mentions / 2)
    const inStorm = n - before / calm
    if (inStorm < 0) return begins + n * calm
    if (inStorm < mentions / 2) return begins + before + (inStorm / (mentions / 2)) * length
    return begins + STORM.till + (inStorm - mentions / 2) * calm
  }

  const goOn = (till: number): Told => {
    for (let n = written.length; n < mentions && whenComes(n) <= till; n++) {
      const at = whenComes(n)
      written.push(n % ABUSIVE === ABUSIVE - 1 ? abuse(n, at) : chat(n, at))
    }
    clock = till
    const isOver = written.length === mentions && world.hiddenReplies(mp).length >= gravity.size
    return { is: 'written', written: written.length, isOver }
  }

  const tally = (): Told => {
    const hides = x.writes
      .filter(({ name, done }) => name === 'PUT tweets/:id/hidden' && done)
      .map(({ path, at }) => {
        const id = /(\d+)\/hidden$/.exec(path)?.[1] ?? ''
        return { id, gravity: gravity.get(id) ?? null, at, waited: at - madeAt(id) }
      })
    const calls: Record<string, number> = {}
    for (const { name } of [...x.reads, ...x.writes]) calls[String(name)] = (calls[String(name)] ?? 0) + 1
    const refused = [...x.reads, ...x.writes].filter(({ status }) => status !== 200 && status !== 201)
    return {
      is: 'tally',
      written: written.map(firstId),
      hides,
      seen: [...gravity.keys()].filter((id) => !world.postById(id)?.life.hidden).length,
      answered: world.postsBy(mp).flatMap(({ replyTo }) => replyTo?.id ?? []),
      calls,
      refused: [...refused.map(({ name, status }) => `${name} (${status})`), ...x.violations],
    }
  }

  port.on('message', (asked: Asked) => port.postMessage(asked === 'tally' ? tally() : goOn(asked.till)))
  port.postMessage({ is: 'founded', settings: x.credentialsFor(mp) } satisfies Told)
}
