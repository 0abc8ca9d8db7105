import { z } from 'zod'

const Server = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://bsky.social' })
  .refine((url) => url.startsWith('https:') || isLoopback(url), 'must begin with https://')
  .transform((url) => url.replace(/\/$/, ''))

export const Settings = z.strictObject({
  /** Where the account signs in. Its own server is then learnt from the answer. */
  service: Server.default('https://bsky.social'),
  /** A handle, a DID or an e-mail address; left out, the account's handle. */
  identifier: z.string().trim().min(1).optional(),
  appPassword: z.string({ error: 'is missing: make an app password at Bluesky’s Settings' }).trim().min(1),
  /** What anybody sees who is not signed in. */
  publicAppView: Server.default('https://public.api.bsky.app'),
  /** The service for direct messages. */
  chat: z.string().startsWith('did:').default('did:web:api.bsky.chat'),
  /** Who knows at which server an author's pictures are. */
  plc: Server.default('https://plc.directory'),
  /** How far back to read at the first start, and how old a post of the account's may be whose thread is walked. */
  lookBackDays: z.number().int().min(1).max(90).default(14),
})
export type Settings = z.output<typeof Settings>

/** @throws Error naming every setting that is wrong, and never what was written there */
export function readSettings(given: Record<string, unknown>): Settings {
  const result = Settings.safeParse(given)
  if (result.success) return result.data
  const faults = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no setting ${issue.keys.join(', ')}`
      : `"${issue.path.join('.')}" ${issue.message}`,
  )
  throw new Error(`The settings of a Bluesky account need a change: ${faults.join('; ')}.`)
}

export function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
}
