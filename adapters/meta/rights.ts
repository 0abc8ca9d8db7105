import { z } from 'zod'
import type { ActionKind, ItemKind } from '../../moderation/model.ts'
import { ability, type Capabilities, PlatformError, type Vault } from '../platform.ts'
import { endingOf, isRefusal } from './failure.ts'
import type { Account } from './graph.ts'
import type { Inspection, Keys } from './tokens.ts'

/** What the token, the tasks on the Page and Meta's review of the app allow, and what staff should do about the rest. */

export type Product = 'Facebook' | 'Instagram'

export interface Rights {
  /** Permissions: 'pages_messaging'. */
  scopes: ReadonlySet<string>
  /** What whoever made the token may do on the Page: 'MODERATE'. */
  tasks: ReadonlySet<string>
  /** Does Meta say who wrote a comment? Before its review of the app it doesn't. Null: there was none to tell by. */
  seesAuthors: boolean | null
  /** Plain sentences for staff: what is not allowed, and what to do about it. */
  notes: string[]
  /** For these staff are called: what ends soon, or was lost. */
  warnings: string[]
}

const DAY = 24 * 3_600_000
/** Staff are told so long before something ends. */
const AHEAD = 14 * DAY

/** What an account can't do without each, in the order in which it hurts. */
const SCOPES: Readonly<Record<Product, readonly [scope: string, without: string][]>> = {
  Facebook: [
    ['pages_read_engagement', 'The Page’s posts and the comments under them can’t be read'],
    ['pages_read_user_content', 'What other people write on the Page can’t be read or deleted'],
    ['pages_manage_engagement', 'Nothing can be hidden or answered, and nobody blocked'],
    ['pages_manage_metadata', 'Nobody can be blocked, and the inbox can’t be read'],
    ['pages_messaging', 'Messages can’t be read or answered'],
    ['pages_manage_posts', 'Posts that visitors put on the Page can’t be deleted'],
  ],
  Instagram: [
    ['instagram_basic', 'The account’s posts can’t be read'],
    ['instagram_manage_comments', 'Comments can’t be read, hidden or answered'],
    ['instagram_manage_messages', 'Messages can’t be read or answered, and nobody blocked'],
    ['pages_read_engagement', 'The account is found by way of its Page, which can’t be read'],
    ['business_management', 'Nobody can be blocked by program: staff do it in the app'],
  ],
}
const TASKS: Readonly<Record<Product, readonly [task: string, without: string][]>> = {
  Facebook: [
    ['MODERATE', 'Comments can’t be hidden or deleted, and nobody blocked'],
    ['CREATE_CONTENT', 'Nothing can be answered in public'],
    ['MESSAGING', 'Messages can’t be read or answered'],
  ],
  Instagram: [
    ['MODERATE', 'Comments may be kept from Serjeant'],
    ['MESSAGING', 'Messages can’t be read or answered'],
  ],
}
const ALL_TASKS: readonly string[] = TASKS.Facebook.map(([task]) => task)

/** What was there when it was last looked: in the vault, beside the token. */
const Seen = z.object({ seen: z.object({ scopes: z.array(z.string()), tasks: z.array(z.string()) }) })
const Anything = z.record(z.string(), z.json())

interface Looking {
  account: Account
  keys: Keys
  vault: Vault
  product: Product
}

/**
 * Ask Meta what may be done. What was there once and is gone is warned of until it is back or the account is connected anew.
 * @throws PlatformError: 'unauthorised' where the token no longer works
 */
export async function rightsOf({ account, keys, vault, product }: Looking, signal: AbortSignal): Promise<Rights> {
  const token = await keys.inspected(signal)
  if (!token.isValid) throw new PlatformError('unauthorised', endingOf(token.subcode))
  const tasks = await tasksOf(account, signal)
  const seesAuthors = await authorsSeen(account, product, signal)
  const lost = await lostSince(vault, token.scopes, tasks)
  const lacking = <One extends string>(of: readonly (readonly [One, string])[], has: ReadonlySet<string>) =>
    of.filter(([one]) => !has.has(one))
  return {
    scopes: token.scopes,
    tasks,
    seesAuthors,
    notes: [
      ...lacking(SCOPES[product], token.scopes).map(([scope, without]) => `${without}. ${grant(scope)}`),
      ...lacking(TASKS[product], tasks).map(([task, without]) => `${without}. ${assign(task)}`),
      ...(seesAuthors === false ? [withheld(product)] : []),
    ],
    warnings: [
      ...endingsOf(token, account.now()),
      ...lost.map(([one, remedy]) => `Serjeant had ${one} on ${product}, and has it no more. ${remedy}`),
    ],
  }
}

const grant = (scope: string): string =>
  `If the office wants it, run npx serjeant connect facebook (or instagram) again and tick ${scope}; a system user is given it in Meta Business Suite.`
const assign = (task: string): string =>
  `In Meta Business Suite open Settings, and give whoever connected Serjeant, or its system user, full access to the Page (${task} is missing).`

const withheld = (product: Product): string =>
  `Meta doesn’t tell Serjeant who writes comments, since it has not reviewed the office’s app. Hiding and answering work; a person’s history does not, and a block is a task for staff. Messages from the public can be neither read nor answered: go on looking into the inbox yourselves. \`npx serjeant connect ${product.toLowerCase()}\` prints what to write to Meta.`

function endingsOf({ endsAt, dataEndsAt }: Inspection, now: Date): string[] {
  const soon = [endsAt, dataEndsAt].flatMap((at) => (at !== null && at.getTime() - now.getTime() <= AHEAD ? at : []))
  const [first] = soon.toSorted((one, other) => one.getTime() - other.getTime())
  if (!first) return []
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/London' }).format(first)
  return [
    `What Meta has granted Serjeant ends on ${day}. Before then run npx serjeant connect facebook (or instagram) again, or make a new token for the system user; it takes five minutes.`,
  ]
}

/** Tasks on the Page. Where Meta won't say, all of them: a refusal will tell. */
async function tasksOf(account: Account, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const { id } = await account.page(signal)
  const Tasks = z.object({ tasks: z.array(z.string()).optional() })
  const asked = { path: id, query: { fields: 'tasks' }, bucket: 'pages', acting: true } as const
  try {
    const { tasks } = await account.graph.get(asked, Tasks, signal)
    return new Set(tasks ?? ALL_TASKS)
  } catch (error) {
    if (isRefusal(error)) return new Set(ALL_TASKS)
    throw error
  }
}

const Posts = z.object({ comments: z.object({ data: z.array(z.object({ from: z.unknown().optional() })) }).optional() })

/** By the newest comments of all. */
async function authorsSeen(account: Account, product: Product, signal: AbortSignal): Promise<boolean | null> {
  const { id, instagram } = await account.page(signal)
  const asked =
    product === 'Facebook'
      ? ({ path: `${id}/feed`, bucket: 'pages' } as const)
      : ({ path: `${instagram?.id ?? ''}/media`, bucket: 'instagram' } as const)
  if (product === 'Instagram' && !instagram) return null
  const comments = product === 'Facebook' ? 'comments.filter(stream).limit(10){from{id}}' : 'comments.limit(10){from}'
  try {
    const { rows } = await account.graph.list(
      { ...asked, query: { fields: comments, limit: 10 }, acting: true },
      Posts,
      signal,
    )
    const from = rows.flatMap((row) => row.comments?.data ?? []).map((comment) => whose(comment.from))
    const others = from.filter((one) => one !== id && one !== instagram?.id)
    return others.length === 0 ? null : others.some((one) => one !== null)
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

const whose = (from: unknown): string | null => z.object({ id: z.string() }).safeParse(from).data?.id ?? null

async function lostSince(
  vault: Vault,
  scopes: ReadonlySet<string>,
  tasks: ReadonlySet<string>,
): Promise<readonly (readonly [lost: string, remedy: string])[]> {
  const before = Seen.safeParse(await vault.read()).data?.seen ?? { scopes: [], tasks: [] }
  const all = { scopes: union(before.scopes, scopes), tasks: union(before.tasks, tasks) }
  if (all.scopes.length > before.scopes.length || all.tasks.length > before.tasks.length) {
    await vault.update(async (stored) => ({ ...Anything.catch({}).parse(stored), seen: all }))
  }
  return [
    ...before.scopes
      .filter((scope) => !scopes.has(scope))
      .map((scope) => [`the permission ${scope}`, grant(scope)] as const),
    ...before.tasks.filter((task) => !tasks.has(task)).map((task) => [`the task ${task}`, assign(task)] as const),
  ]
}

/** What Serjeant never does unless a person has said so, whatever Meta allows. */
const ASKED: readonly ActionKind[] = ['block', 'delete', 'close-comments']
const KINDS: readonly ItemKind[] = ['comment', 'mention', 'message']

/**
 * What the trial of a new token has shown, to print.
 * @param capabilities null: only what is missing is said
 */
export function tried({ seesAuthors, notes, warnings }: Rights, capabilities: Capabilities | null): string[] {
  return [
    `Tried out: ${SEEN[String(seesAuthors) as 'true' | 'false' | 'null']}`,
    ...(capabilities === null ? [] : inWords(capabilities)),
    ...[...warnings, ...notes].map((one) => `  ${one}`),
  ]
}

const SEEN = {
  true: 'Meta tells Serjeant who writes (Advanced Access; before that, only of people with a role in the app).',
  false: 'Meta doesn’t tell Serjeant who writes (Standard Access).',
  null: 'there is no comment by anybody else yet, so it can’t be told whether Meta says who writes.',
}

function inWords(capabilities: Capabilities): string[] {
  const list = (
    how: 'automatic' | 'manual' | 'impossible',
    of: (action: ActionKind) => boolean = () => true,
  ): string => {
    const named = (Object.keys(capabilities) as ActionKind[]).filter(of).flatMap((action) => {
      const kinds = KINDS.filter((kind) => ability(capabilities, action, kind) === how)
      if (kinds.length === 0) return []
      return kinds.length === KINDS.length ? [action] : [`${action} (${kinds.map((kind) => `${kind}s`).join(', ')})`]
    })
    return named.join(', ') || 'nothing'
  }
  return [
    `  Automatic:              ${list('automatic', (action) => !ASKED.includes(action))}`,
    `  Proposed, staff agree:  ${list('automatic', (action) => ASKED.includes(action))}`,
    `  Staff do by hand:       ${list('manual')}`,
    `  Not possible here:      ${list('impossible')}`,
  ]
}

const union = (one: readonly string[], other: Iterable<string>): string[] => [...new Set([...one, ...other])]
