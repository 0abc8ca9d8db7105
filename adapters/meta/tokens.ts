import { z } from 'zod'
import { heeding } from '../deadline.ts'
import { PlatformError, type Vault } from '../platform.ts'
import { graph } from './client.ts'
import { endingOf } from './failure.ts'
import type { Graph, Page, Rows } from './graph.ts'
import type { Settings } from './settings.ts'

/** The Page's token: given in the configuration, got by a system user's, or kept from `serjeant connect`. */

/** What the vault holds. */
export const Kept = z.object({
  page: z.object({
    id: z.string(),
    name: z.string(),
    instagram: z.object({ id: z.string(), username: z.string() }).nullable(),
  }),
  token: z.string(),
})
export type Kept = z.output<typeof Kept>

/** What Meta says of a token. Times are null where it does not end. */
export interface Inspection {
  type: 'USER' | 'PAGE' | 'SYSTEM_USER' | 'other'
  isValid: boolean
  /** Why it is not, as Meta's subcode. */
  subcode: number | undefined
  scopes: ReadonlySet<string>
  /** Of a Page's token. */
  page: string | null
  endsAt: Date | null
  /** When the app may see no more of what is the account's, though the token lives on. */
  dataEndsAt: Date | null
}

export interface Keys {
  /** The Page and its token. Kept till forgotten. @throws PlatformError 'unauthorised' with words for staff */
  signed(signal: AbortSignal): Promise<Kept>
  /** What Meta says of all the tokens that are relied on, as one: the first to end, and what all of them allow. @throws PlatformError */
  inspected(signal: AbortSignal): Promise<Inspection>
  /** Find all of it out anew. */
  forget(): void
}

export interface KeyParts {
  settings: Settings
  vault: Pick<Vault, 'read'>
  now: () => Date
  patience: number
}

/** Seconds since 1970; 0 is never. */
const Moment = z
  .number()
  .catch(0)
  .transform((seconds) => (seconds === 0 ? null : new Date(seconds * 1000)))
const Debugged = z.object({
  data: z.object({
    type: z.enum(['USER', 'PAGE', 'SYSTEM_USER', 'other']).catch('other'),
    is_valid: z.boolean().catch(false),
    scopes: z.array(z.string()).catch([]),
    profile_id: z.coerce.string().optional().catch(undefined),
    expires_at: Moment,
    data_access_expires_at: Moment,
    error: z.object({ subcode: z.number().optional() }).optional().catch(undefined),
  }),
})

const PAGE_FIELDS = 'id,name,access_token,instagram_business_account{id,username}'
const PageRow = z.object({
  id: z.string(),
  name: z.string(),
  access_token: z.string().optional(),
  instagram_business_account: z
    .object({ id: z.string(), username: z.string().catch('') })
    .optional()
    .catch(undefined),
})

export function keysOf({ settings, vault, now, patience }: KeyParts): Keys {
  const { app } = settings
  const by = (token: string): Graph => graph({ settings, token: async () => token, now, patience })
  const asApp = by(`${app.id}|${app.secret}`)
  let signing: Promise<Kept> | null = null

  const fromSettings = async (token: string, signal: AbortSignal): Promise<Kept> => {
    const seen = await inspect(asApp, token, signal)
    if (!seen.isValid) throw new PlatformError('unauthorised', endingOf(seen.subcode))
    if (seen.type === 'USER') throw new PlatformError('unauthorised', A_PERSONS)
    const pages = await pagesOf(by(token), seen.type === 'PAGE' ? (seen.page ?? 'me') : null, signal)
    return chosen(pages, settings.page, token)
  }

  /** People rename Pages and accounts, and somebody else may take the name. Where Meta can't be asked, as it was. */
  const asNow = async ({ page, token }: Kept, signal: AbortSignal): Promise<Page> => {
    try {
      const [found] = await pagesOf(by(token), page.id, signal)
      return found?.page ?? page
    } catch (error) {
      if (error instanceof PlatformError && error.trouble === 'unauthorised') throw error
      return page
    }
  }

  /** All sources start at once, and one sign-in serves them: it ends with none of them. */
  const signIn = async (): Promise<Kept> => {
    const { signal } = new AbortController()
    if (settings.token !== undefined) return fromSettings(settings.token, signal)
    const found = await vaulted(vault)
    if (found) return { ...found, page: await asNow(found, signal) }
    throw new PlatformError('unauthorised', NOT_CONNECTED)
  }

  return {
    signed: (signal) => {
      if (signing === null) {
        const mine = signIn()
        signing = mine
        mine.catch(() => {
          if (signing === mine) signing = null
        })
      }
      const shared = signing
      return heeding(signal, () => shared)
    },

    inspected: async (signal) => {
      const kept = signing === null ? await vaulted(vault) : await signing
      const tokens = [...new Set([settings.token ?? [], kept?.token ?? []].flat())]
      const all = await Promise.all(tokens.map((token) => inspect(asApp, token, signal)))
      const [first, ...others] = all
      if (!first) throw new PlatformError('unauthorised', NOT_CONNECTED)
      return others.reduce(both, first)
    },

    forget: () => {
      signing = null
    },
  }
}

/**
 * What Meta says of a token. It takes that only in the address, by its own documentation; the app's token goes in the header.
 * @param asApp with the app's own token, since Meta wants to be asked by it
 * @throws PlatformError
 */
export async function inspect(asApp: Graph, token: string, signal: AbortSignal): Promise<Inspection> {
  const asked = { path: 'debug_token', query: { input_token: token }, bucket: 'pages', acting: true } as const
  const { data } = await asApp.get(asked, Debugged, signal)
  return {
    type: data.type,
    isValid: data.is_valid,
    subcode: data.error?.subcode,
    scopes: new Set(data.scopes),
    page: data.profile_id ?? null,
    endsAt: data.expires_at,
    dataEndsAt: data.data_access_expires_at,
  }
}

const vaulted = async (vault: KeyParts['vault']): Promise<Kept | null> =>
  Kept.nullable()
    .catch(null)
    .parse(await vault.read())

/** What holds where both are needed. */
function both(one: Inspection, other: Inspection): Inspection {
  return {
    ...one,
    isValid: one.isValid && other.isValid,
    subcode: one.subcode ?? other.subcode,
    scopes: new Set([...one.scopes].filter((scope) => other.scopes.has(scope))),
    endsAt: sooner(one.endsAt, other.endsAt),
    dataEndsAt: sooner(one.dataEndsAt, other.dataEndsAt),
  }
}

const sooner = (one: Date | null, other: Date | null): Date | null =>
  one === null || other === null ? (one ?? other) : one < other ? one : other

/**
 * The Pages that a token reaches, each with a token of its own.
 * @param page the one that it is for; null: a list is to be asked for
 * @throws PlatformError, Refusal
 */
export async function pagesOf(by: Graph, page: string | null, signal: AbortSignal): Promise<Kept[]> {
  const query = { fields: PAGE_FIELDS }
  if (page !== null) return [reached(await by.get({ path: page, query, bucket: 'pages' }, PageRow, signal))]
  const found: Kept[] = []
  let from: Parameters<Graph['list']>[0] = { path: 'me/accounts', query, bucket: 'pages' }
  for (let pages = 1; ; pages += 1) {
    const { rows, next }: Rows<z.output<typeof PageRow>> = await by.list(from, PageRow, signal)
    found.push(...rows.map(reached))
    if (next === null || pages === MOST) return found
    from = { next, bucket: 'pages' }
  }
}

/** Nobody manages so many Pages: what goes on longer goes round in circles. Pages of a list. */
const MOST = 40

function reached({
  id,
  name,
  access_token: token = '',
  instagram_business_account: on,
}: z.output<typeof PageRow>): Kept {
  const page: Page = { id, name, instagram: on ? { id: on.id, username: on.username } : null }
  return { page, token }
}

/** @throws PlatformError 'unauthorised' saying which Pages there are */
function chosen(pages: readonly Kept[], wanted: string | undefined, otherwise: string): Kept {
  const fitting = wanted === undefined ? pages : pages.filter(({ page }) => page.id === wanted)
  const [first, ...more] = fitting
  const list = pages.map(({ page }) => `${page.name} (${page.id})`).join(', ')
  if (!first) {
    const others = pages.length === 0 ? 'reaches no Page: give it one, with all tasks' : `reaches only ${list}`
    throw new PlatformError('unauthorised', `The token ${others}. Then start Serjeant again.`)
  }
  if (more.length > 0) {
    throw new PlatformError('unauthorised', `The token reaches several Pages: ${list}. Write "page" into the settings.`)
  }
  return { page: first.page, token: first.token === '' ? otherwise : first.token }
}

const NOT_CONNECTED =
  'This account isn’t connected yet. Run `npx serjeant connect facebook` (or `instagram`): it says what to do.'

const A_PERSONS =
  'The token in the configuration is a person’s own: Meta lets it read nothing of the Page, and doesn’t say so. Take it out and run `npx serjeant connect facebook` (or `instagram`), or put in a system user’s.'
