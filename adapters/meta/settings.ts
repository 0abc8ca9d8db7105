import { z } from 'zod'

const Secret = z.string({ error: 'is missing: the app’s dashboard at developers.facebook.com shows it' }).trim()
const Words = Secret.min(1, 'is empty')

/** Of an account on Facebook or on Instagram: both are reached by way of the Page. */
export const Settings = z.strictObject({
  /** The office's own app at Meta. */
  app: z.strictObject({ id: Words, secret: Words }),
  /** A system user's token, or a Page's; absent, the account signs in with `serjeant connect facebook`. */
  token: Words.optional(),
  /** The Page's id, where the token reaches several. */
  page: z.string().trim().regex(/^\d+$/, 'is the Page’s number').optional(),
  /** How the standard redirect answers a comment: in public under it, or by a message that only its author sees. */
  answer: z.enum(['reply', 'private-reply'], { error: 'is either reply or private-reply' }).default('reply'),
  /** How far back to read at the first start. */
  lookBackDays: z.number().int().min(1).max(90).default(7),
  /** What Meta says to prove that it asks for this address; without it there is no push. */
  verify: z.string().trim().min(8, 'is shorter than eight characters').optional(),
  /** For tests: another place to find Meta at. A token must never go to a stranger, so it is this machine or none. */
  api: z
    .url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/, error: 'must be an address at http://127.0.0.1' })
    .transform((url) => new URL(url).origin)
    .optional(),
})
export type Settings = z.output<typeof Settings>

/** @throws Error naming every setting that is wrong, and never what was written there */
export function readSettings(platform: string, given: Record<string, unknown>): Settings {
  const result = Settings.safeParse(given)
  if (result.success) return result.data
  const faults = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no setting ${[...issue.path, ''].join('.')}${issue.keys.join(', ')}`
      : `"${issue.path.join('.')}" ${issue.message}`,
  )
  throw new Error(`The settings of the account on ${platform} need a change: ${faults.join('; ')}.`)
}
