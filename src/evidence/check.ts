import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { z } from 'zod'
import { type ChainedFact, canonical, follows, linked } from '../store/chain.ts'
import { textHash } from '../store/text.ts'
import { CaseFile, FILES, Frozen, type LoggedEntry, LogProof, Manifest, sums } from './manifest.ts'
import { NotAsWritten, type Placed, readAt, readZip } from './zip.ts'

/** Checks an evidence pack with nothing but the pack: no database, no network, no key. */

export interface Checked {
  /** What was changed, in sentences. Empty where the pack is as it was made. */
  faults: string[]
  /** Of the whole file: the office's log says which packs it made. */
  fingerprint: string
  /** Null where it can't be read. */
  manifest: Manifest | null
  /** Lines of the log about other things that are not carried, so that nothing can be said of them. */
  notCarried: bigint
}

/** Larger than any of our own; a pack that claims more is not read into memory. Bytes. */
const LARGEST_JSON = 64 * 1024 * 1024
const PIECE = 256 * 1024

/** @throws as `open` does where there is no such file */
export async function checkPack(path: string): Promise<Checked> {
  const file = await open(path, 'r')
  try {
    return await check(file)
  } finally {
    await file.close()
  }
}

interface Measured extends Placed {
  sha256: string
}

async function check(file: FileHandle): Promise<Checked> {
  const faults: string[] = []
  const { size } = await file.stat()
  const { sha256: fingerprint } = await measure(file, 0, size)
  const unread = { faults, fingerprint, manifest: null, notCarried: 0n }
  let placed: Placed[]
  try {
    placed = await readZip(file)
  } catch (error) {
    if (!(error instanceof NotAsWritten)) throw error
    faults.push(`The archive ${error.message}`)
    return unread
  }
  const files = new Map<string, Measured>()
  for (const one of placed) {
    if (files.has(one.name)) faults.push(`${one.name} is in it twice.`)
    const { crc, sha256 } = await measure(file, one.offset, one.size)
    if (crc !== one.crc) faults.push(`${one.name} was changed: it is not what the archive says it is.`)
    files.set(one.name, { ...one, sha256 })
  }
  const missing = Object.values(FILES).filter((name) => !files.has(name))
  if (missing.length > 0) {
    faults.push(`It lacks ${missing.join(', ')}.`)
    return unread
  }

  const contentOf = async (name: string): Promise<string> => {
    const one = files.get(name)
    if (!one || one.size > LARGEST_JSON) return ''
    return (await readAt(file, one.offset, one.size)).toString('utf8')
  }
  /** Parsed; null and a fault where it says something that Serjeant doesn't write. */
  const parsed = async <T>(name: string, schema: z.ZodType<T>): Promise<T | null> => {
    const found = schema.safeParse(jsonIn(await contentOf(name)))
    if (!found.success) faults.push(`${name} was changed: it says something that Serjeant does not write.`)
    return found.success ? found.data : null
  }

  faults.push(...againstSums([...files.values()], await contentOf(FILES.sums)))
  const manifest = await parsed(FILES.manifest, Manifest)
  const proof = await parsed(FILES.log, LogProof)
  const frozen = await parsed(FILES.evidence, Frozen)
  const ofCase = await parsed(FILES.case, CaseFile)
  if (manifest === null) return unread
  faults.push(...againstManifest([...files.values()], manifest))
  if (proof === null || frozen === null || ofCase === null) return { ...unread, manifest }
  const chain = followed(proof, manifest)
  faults.push(...chain.faults)
  const evidence = files.get(FILES.evidence)?.sha256 ?? ''
  const pictures = [...files.values()].filter(({ name }) => name.startsWith('media/'))
  faults.push(...againstLog({ entries: chain.entries, manifest, frozen, evidence, pictures, ofCase }))
  return { faults, fingerprint, manifest, notCarried: chain.notCarried }
}

async function measure(file: FileHandle, offset: number, size: number): Promise<{ sha256: string; crc: number }> {
  const hash = createHash('sha256')
  let crc = 0
  for (let done = 0; done < size; ) {
    const piece = await readAt(file, offset + done, Math.min(PIECE, size - done))
    if (piece.length === 0) break
    hash.update(piece)
    crc = crc32(piece, crc)
    done += piece.length
  }
  return { sha256: hash.digest('hex'), crc }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A hash of every file but its own stands in SHA256SUMS, and nothing else does. */
function againstSums(files: readonly Measured[], text: string): string[] {
  const summed = files.filter(({ name }) => name !== FILES.sums)
  if (text === sums(summed)) return []
  const lines = new Set(text.split('\n'))
  const others = summed.filter(({ name, sha256 }) => !lines.has(`${sha256}  ${name}`)).map(({ name }) => name)
  return others.length === 0
    ? [`${FILES.sums} was changed: it lists what is not in the pack.`]
    : others.map((name) => `${name} was changed, or its line in ${FILES.sums} was.`)
}

function againstManifest(files: readonly Measured[], manifest: Manifest): string[] {
  const own: string[] = [FILES.manifest, FILES.sums]
  const faults = files
    .filter(({ name }) => !own.includes(name))
    .flatMap(({ name, size, sha256 }) => {
      const said = manifest.files.filter((one) => one.name === name)
      if (said.length !== 1) return `${name} does not stand once in the manifest.`
      const same = said[0]?.size === size && said[0].sha256 === sha256
      return same ? [] : `${name} was changed: it is not what the manifest says it is.`
    })
  const present = new Set(files.map(({ name }) => name))
  const gone = manifest.files.filter(({ name }) => !present.has(name))
  return [...faults, ...gone.map(() => 'A file that the manifest names is missing.')]
}

interface Followed {
  faults: string[]
  entries: LoggedEntry[]
  notCarried: bigint
}

/** Compute every hash from the first entry to the head. */
function followed({ start, links, head }: LogProof, manifest: Manifest): Followed {
  const faults: string[] = []
  const entries: LoggedEntry[] = []
  let notCarried = 0n
  let at = { seq: BigInt(start.seq), hash: start.hash }
  for (const link of links) {
    if ('digests' in link) {
      for (const digest of link.digests) at = { seq: at.seq + 1n, hash: linked(at.hash, digest) }
    } else if ('gap' in link) {
      const till = BigInt(link.gap.seq)
      if (till <= at.seq) faults.push(`The log was changed: line ${till} stands after line ${at.seq}.`)
      else notCarried += till - at.seq
      at = { seq: till, hash: link.gap.hash }
    } else {
      const entry = chained(link.entry)
      if (entry.seq !== at.seq + 1n || !follows(at.hash, entry))
        faults.push(`The log was changed: line ${entry.seq} (“${entry.kind}”) does not follow on the line before it.`)
      if (entry.itemId !== manifest.item) faults.push(`Line ${entry.seq} of the log is about something else.`)
      entries.push(link.entry)
      at = entry
    }
  }
  const isHead = (one: { seq: string; hash: string }): boolean => BigInt(one.seq) === at.seq && one.hash === at.hash
  if (!isHead(head) || !isHead(manifest.log)) faults.push('The log was changed: it does not end where the pack says.')
  return { faults, entries, notCarried }
}

const chained = (entry: LoggedEntry): ChainedFact => ({
  ...entry,
  seq: BigInt(entry.seq),
  at: new Date(entry.at),
})

interface Compared {
  entries: readonly LoggedEntry[]
  manifest: Manifest
  frozen: z.infer<typeof Frozen>
  /** SHA-256 of what was frozen. */
  evidence: string
  pictures: readonly Measured[]
  ofCase: z.infer<typeof CaseFile>
}

/** What the log said of each when it was read, frozen or noted. */
function againstLog({ entries, manifest, frozen, evidence, pictures, ofCase }: Compared): string[] {
  const faults: string[] = []
  const of = (...kinds: string[]) => entries.filter(({ kind }) => kinds.includes(kind))
  const [captured] = of('captured')
  if (captured?.body['sha256'] !== evidence || manifest.captured.sha256 !== evidence)
    faults.push(`${FILES.evidence} is not what the log says was frozen.`)
  if (captured && captured.at !== manifest.captured.at.utc) faults.push('The log has it frozen at another time.')
  const text = textHash(frozen.item.text)
  if (text !== frozen.item.textSha256 || of('seen')[0]?.body['sha256'] !== text)
    faults.push('The text is not the one that the log says was read.')
  const known = new Set(
    [captured?.body['pictures'], ...of('captured-picture').map(({ body }) => body['sha256'])].flat(),
  )
  for (const { name, sha256 } of pictures)
    if (!known.has(sha256)) faults.push(`${name} is not a picture that the log knows.`)
  for (const referral of ofCase.referrals) {
    const noted = entries.findLast(({ body }) => body['referral'] === referral['id'])
    const hash = createHash('sha256').update(canonical(referral)).digest('hex')
    if (noted?.body['sha256'] !== hash) faults.push('What is noted of the police is not what the log says was noted.')
  }
  return faults
}
