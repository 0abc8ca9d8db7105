import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { Json } from '../../adapters/platform.ts'
import type { OfficeFacts } from '../../moderation/model.ts'
import type { Policy } from '../../moderation/policy.ts'
import { packagePath } from '../store/engine/package-path.ts'
import { isHarmless, type Packed, type Proof, referralIn, type Store, sightIn } from '../store/index.ts'
import { FILES, type Manifest, sums } from './manifest.ts'
import { readable } from './page.tsx'
import { moment } from './times.ts'
import { type Content, zip } from './zip.ts'

/** Makes evidence packs: all that is known of one item, in one file that can be checked without Serjeant's database. */

export interface PackParts {
  store: Pick<Store, 'evidence' | 'pictures' | 'people'>
  office: OfficeFacts
  policy: Policy
  now: Date
  /** Whoever makes it. */
  by: { id: string; name: string }
}

export interface Pack {
  /** What to save it as. */
  name: string
  /** Bytes. */
  size: number
  /** Of the whole file. */
  sha256: string
  bytes: () => AsyncGenerator<Uint8Array>
}

/** A file as it goes into a pack, with what the manifest says of it. */
interface Piece extends Content {
  sha256: string
  what: string
}

export interface PackedPicture {
  /** In the archive; null where there are no bytes to put there. */
  file: string | null
  sha256: string | null
  alt: string | null
  url: string
  state: string
  /** May be shown in the page itself. */
  harmless: boolean
}

/**
 * Make the pack of an item, and have the log say that it was made. Only one of its pictures is in memory at a time.
 * @returns null where nothing was captured of it, or its words are gone
 */
export async function makePack(itemId: string, parts: PackParts): Promise<Pack | null> {
  const { store, by, now } = parts
  const found = await store.evidence.packed(itemId)
  if (found === null) return null
  const files = await piecesOf(found, parts)
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of zip(files)) {
    hash.update(piece)
    size += piece.length
  }
  const sha256 = hash.digest('hex')
  await store.evidence.made(itemId, by.id, { sha256, size }, now)
  const name = `serjeant-evidence-${now.toISOString().slice(0, 10)}-${sha256.slice(0, 8)}.zip`
  return { name, size, sha256, bytes: () => zip(files) }
}

const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(packagePath('package.json'), 'utf8'))).version

async function piecesOf({ item, proof }: { item: Packed; proof: Proof }, parts: PackParts): Promise<Piece[]> {
  const { store, office, policy, now, by } = parts
  const { capture, decision } = item
  if (capture?.record == null || decision === null) throw new Error('A pack is made of what was captured and decided.')
  const names = await store.people.names()
  const pictures: PackedPicture[] = []
  const media: Piece[] = []
  for (const { id, url, alt, state, sha256, sight } of item.pictures) {
    const piece = state === 'kept' ? await pictureIn(store, id, media.length + 1) : null
    if (piece !== null) media.push(piece)
    const seen = sightIn(sight)
    pictures.push({ file: piece?.name ?? null, sha256, alt, url, state, harmless: seen !== null && isHarmless(seen) })
  }
  const ofCase = caseOf(item, decision, policy, names)
  const evidence = textIn(FILES.evidence, capture.record, 'what was known when it was frozen, as it was read')
  const told = textIn(FILES.case, pretty(ofCase), 'what the office found, decided, did and noted of the police')
  const log = textIn(FILES.log, pretty(proof), 'the log’s lines about it, and how they follow on one another')
  const base = {
    form: 'serjeant-evidence-1',
    tool: { name: 'Serjeant', version: VERSION },
    made: moment(now),
    madeBy: by.name,
    office: {
      mp: office.mp.name,
      constituency: office.mp.constituency ?? null,
      phone: office.public.phone ?? null,
      email: office.public.email ?? null,
    },
    policy: { id: decision.policy, version: decision.policyVersion, office: policy.office },
    case: decision.id,
    item: item.id,
    captured: { at: moment(capture.capturedAt), sha256: capture.sha256 },
    log: proof.head,
  } satisfies Omit<Manifest, 'files'>
  const page = textIn(
    FILES.page,
    await readable({ base, frozen: JSON.parse(capture.record), ofCase, proof, pictures, names }),
    'the same to read and to print',
  )
  const listed = [page, evidence, told, log, ...media]
  const manifest: Manifest = {
    ...base,
    files: listed.map(({ name, size, sha256, what }) => ({ name, size, sha256, what })),
  }
  const all = [...listed, textIn(FILES.manifest, pretty(manifest), 'what is in the pack')]
  return [...all, textIn(FILES.sums, sums(all), 'for sha256sum -c')]
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

function textIn(name: string, text: string, what: string): Piece {
  const bytes = Buffer.from(text, 'utf8')
  return { ...measured(bytes), name, what, bytes: async () => bytes }
}

const measured = (bytes: Uint8Array) => ({
  size: bytes.length,
  crc: crc32(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

/** What platforms show. Anything else is kept without an ending that would have it opened by something. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
}

async function pictureIn({ pictures }: PackParts['store'], id: string, n: number): Promise<Piece | null> {
  const read = async () => {
    const row = await pictures.read(id)
    return row?.bytes ? { bytes: row.bytes, ending: ENDINGS[row.type ?? ''] ?? 'bin' } : null
  }
  const found = await read()
  if (found === null) return null
  const what = 'a picture that came with it'
  const bytes = async () => (await read())?.bytes ?? new Uint8Array()
  return { ...measured(found.bytes), name: `media/${n}.${found.ending}`, what, bytes }
}

/** Everything said in the office, with the clauses as they were published. */
function caseOf(
  item: Packed,
  decision: NonNullable<Packed['decision']>,
  policy: Policy,
  names: ReadonlyMap<string, string>,
) {
  const { outcome, act, escalate, atRisk, reasons, policy: id, policyVersion: version, decidedAt } = decision
  const name = (person: string): string => (person === 'tool' ? 'the tool' : (names.get(person) ?? 'somebody unknown'))
  const clauses = decision.clauses.map((clause) => {
    const published = policy.id === id ? policy.clauses.find((one) => one.id === clause) : undefined
    return {
      id: clause,
      section: published?.section ?? null,
      lead: published?.lead ?? null,
      words: published?.words ?? null,
    }
  })
  return {
    decision: {
      outcome,
      act,
      escalate,
      atRisk,
      reasons,
      policy: { id, version },
      at: decidedAt.toISOString(),
      clauses,
    },
    quotedFrom: { policy: policy.id, version: policy.version },
    findings: item.findings.map(({ concern, score, gravity, reason, spans, detector, version: of }) => ({
      concern,
      score,
      gravity,
      reason,
      spans: spans as Json,
      detector,
      version: of,
    })),
    answers: decision.reviews.map(({ answer, change, why, at, undoneAt, person }) => ({
      answer,
      change: change as Json,
      why,
      by: person.name,
      at: at.toISOString(),
      takenBackAt: undoneAt?.toISOString() ?? null,
    })),
    actions: decision.actions.map(
      ({ kind, undoOf, clause, origin, state, because, createdAt, begunAt, settledAt }) => ({
        action: kind,
        undo: undoOf !== null,
        clause,
        by: name(origin),
        state,
        because,
        proposedAt: createdAt.toISOString(),
        orderedAt: begunAt?.toISOString() ?? null,
        settledAt: settledAt?.toISOString() ?? null,
      }),
    ),
    referrals: item.referrals.map(referralIn),
  }
}
export type CaseTold = ReturnType<typeof caseOf>
