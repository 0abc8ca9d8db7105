import { z } from 'zod'

/** What an evidence pack consists of, and what its files say of each other. */

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const Seq = z.string().regex(/^\d{1,18}$/)
const Moment = z.strictObject({ utc: z.iso.datetime(), london: z.string() })
const At = z.strictObject({ seq: Seq, hash: Sha256 })
const Json = z.json()

/** The files that every pack has; pictures come beside them. */
export const FILES = {
  page: 'index.html',
  evidence: 'evidence.json',
  case: 'case.json',
  log: 'log.json',
  manifest: 'manifest.json',
  sums: 'SHA256SUMS',
} as const

export const Manifest = z.strictObject({
  form: z.literal('serjeant-evidence-1'),
  tool: z.strictObject({ name: z.literal('Serjeant'), version: z.string() }),
  made: Moment,
  /** The name of whoever made it. */
  madeBy: z.string(),
  office: z.strictObject({
    mp: z.string(),
    constituency: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
  }),
  /** Under which the case was decided. */
  policy: z.strictObject({ id: z.string(), version: z.string(), office: z.string() }),
  /** By the office's own numbers. */
  case: z.uuid(),
  item: z.uuid(),
  captured: z.strictObject({ at: Moment, sha256: Sha256 }),
  /** How far the log reached. */
  log: At,
  files: z.array(z.strictObject({ name: z.string(), size: z.int(), sha256: Sha256, what: z.string() })),
})
export type Manifest = z.infer<typeof Manifest>

const LoggedEntry = z.strictObject({
  seq: Seq,
  at: z.iso.datetime(),
  kind: z.string(),
  actor: z.string(),
  itemId: z.string(),
  authorId: z.string().nullable(),
  actionId: z.string().nullable(),
  body: z.record(z.string(), Json),
  hash: Sha256,
})
export type LoggedEntry = z.infer<typeof LoggedEntry>

/** Of src/store/proof.ts. */
export const LogProof = z.strictObject({
  start: At,
  links: z.array(
    z.union([
      z.strictObject({ entry: LoggedEntry }),
      z.strictObject({ digests: z.array(Sha256).min(1) }),
      z.strictObject({ gap: At }),
    ]),
  ),
  head: At,
})
export type LogProof = z.infer<typeof LogProof>

/** Of what was frozen, so much as can be compared with the log. */
export const Frozen = z.looseObject({ item: z.looseObject({ text: z.string(), textSha256: Sha256 }) })

/** Of the case, so much as can be compared with the log. */
export const CaseFile = z.looseObject({ referrals: z.array(z.record(z.string(), Json)) })

/** As `sha256sum` writes and checks it: `sha256sum -c SHA256SUMS`. */
export const sums = (files: readonly { name: string; sha256: string }[]): string =>
  files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')
