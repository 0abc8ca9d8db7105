import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPack } from '../../src/commands/verify-pack.ts'
import { checkPack } from '../../src/evidence/check.ts'
import { FILES, sums } from '../../src/evidence/manifest.ts'
import { makePack, type Pack } from '../../src/evidence/pack.ts'
import { readAt, readZip, zip } from '../../src/evidence/zip.ts'
import type { Case } from '../../src/store/index.ts'
import { anAuthor, NOON } from '../builders.ts'
import { aStage, look, type Stage, threat } from '../web/seed.ts'

/** An evidence pack, and everything that can be done to one. */

const HOSTILE =
  '"><script>alert(1)</script> \u202Egnol \0 \uD800 <img src=https://evil.example/x onerror=alert(2)> ../../etc'

let stage: Stage
let folder: string
let found: Case
let pack: Pack
let bytes: Buffer
let by: { id: string; name: string }
const picture = randomBytes(40)

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = []
  for await (const piece of pieces) read.push(piece)
  return Buffer.concat(read)
}
const all = (one: Pack): Promise<Buffer> => whole(one.bytes())
const made = async (of: Case): Promise<Pack> => {
  const { store, office, policy, now } = stage.parts
  const one = await makePack(of.item.id, { store, office, policy, now: now(), by })
  if (one === null) throw new Error('no pack')
  return one
}
let n = 0
const faultsOf = async (content: Uint8Array): Promise<string[]> => {
  const path = join(folder, `${n++}.zip`)
  writeFileSync(path, content)
  try {
    return (await checkPack(path)).faults
  } finally {
    rmSync(path)
  }
}

beforeAll(async () => {
  stage = await aStage()
  folder = mkdtempSync(join(tmpdir(), 'serjeant-pack-'))
  by = await stage.join('Priya Nair')
  const author = anAuthor({ displayName: HOSTILE, handle: `@${HOSTILE}`, bio: HOSTILE })
  await stage.put(look({ author }))
  const media = [
    { kind: 'image' as const, url: 'https://img.example/../../../x"><script>', alt: HOSTILE },
    { kind: 'image' as const, url: 'https://img.example/lost' },
  ]
  found = await stage.put(threat({ author, item: { text: HOSTILE, media, links: ['javascript:alert(3)'] } }))
  await stage.put(look())
  const [first, second] = found.item.pictures
  await stage.store.pictures.keep(first?.id ?? '', { bytes: picture, type: 'image/png' }, stage.parts.now())
  await stage.store.pictures.lose(second?.id ?? '')
  const reported = { force: 'Cumbria', officer: 'PC Ash', how: '101', reference: 'CU-1' } as const
  await stage.store.referrals.record(found.id, by.id, { kind: 'referred', ...reported, at: NOON }, stage.parts.now())
  await stage.put(look())
  pack = await made(found)
  bytes = await all(pack)
})
afterAll(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The files of an archive, to be changed and packed anew. */
async function unpacked(content: Uint8Array): Promise<Map<string, Buffer>> {
  const path = join(folder, `${n++}.zip`)
  writeFileSync(path, content)
  const file = await open(path)
  const files = new Map<string, Buffer>()
  for (const { name, offset, size } of await readZip(file)) files.set(name, await readAt(file, offset, size))
  await file.close()
  return files
}

const packedAgain = async (files: ReadonlyMap<string, Buffer>): Promise<Buffer> => {
  const contents = [...files].map(([name, one]) => ({
    name,
    size: one.length,
    crc: crc32(one),
    bytes: async () => one,
  }))
  return whole(zip(contents))
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** What a forger does who knows how packs are made: every hash within the pack is right again. */
async function forged(change: (files: Map<string, Buffer>) => void): Promise<string[]> {
  const files = await unpacked(bytes)
  change(files)
  const manifest = JSON.parse(String(files.get(FILES.manifest)))
  for (const one of manifest.files) {
    const content = files.get(one.name) ?? Buffer.alloc(0)
    Object.assign(one, { size: content.length, sha256: sha256(content) })
  }
  files.set(FILES.manifest, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
  files.delete(FILES.sums)
  const summed = [...files].map(([name, content]) => ({ name, sha256: sha256(content) }))
  files.set(FILES.sums, Buffer.from(sums(summed)))
  return faultsOf(await packedAgain(files))
}

type Loose = { [key: string]: object }
const inJson = (files: Map<string, Buffer>, name: string, change: (value: Loose) => void): void => {
  const value: Loose = JSON.parse(String(files.get(name)))
  change(value)
  files.set(name, Buffer.from(JSON.stringify(value)))
}

describe('an evidence pack', () => {
  it('is whole as it is made, and the log has its SHA-256', async () => {
    expect(await faultsOf(bytes)).toEqual([])
    expect(sha256(bytes)).toBe(pack.sha256)
    expect(bytes.length).toBe(pack.size)
    const logged = (await stage.store.log.ofItem(found.item.id)).at(-1)
    expect(logged).toMatchObject({ kind: 'packed', actor: by.id, body: { sha256: pack.sha256, size: pack.size } })
    expect([...(await unpacked(bytes)).keys()]).toEqual([
      'index.html',
      'evidence.json',
      'case.json',
      'log.json',
      'media/1.png',
      'manifest.json',
      'SHA256SUMS',
    ])
  })

  it('is the same bytes from the same things', async () => {
    const own = await stage.put(threat())
    const { store, office, policy } = stage.parts
    const before = await store.evidence.packed(own.item.id)
    const frozenStore = { ...store, evidence: { ...store.evidence, packed: async () => before } }
    const parts = { store: frozenStore, office, policy, now: NOON, by }
    const [a, b] = [await makePack(own.item.id, parts), await makePack(own.item.id, parts)]
    expect(a?.sha256).toBe(b?.sha256)
  })

  it('opens in what the police have: Python’s zipfile, and sha256sum', () => {
    const path = join(folder, 'real.zip')
    writeFileSync(path, bytes)
    const into = join(folder, 'real')
    execFileSync('python3', [
      '-c',
      `import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])`,
      path,
      into,
    ])
    const told = execFileSync('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: into, encoding: 'utf8' })
    expect(told.trim().split('\n')).toHaveLength(6)
  })

  it('carries the picture as it came, the text to the last code unit, and times twice over', async () => {
    const files = await unpacked(bytes)
    expect(files.get('media/1.png')).toEqual(picture)
    expect(JSON.parse(String(files.get('evidence.json'))).item.text).toBe(HOSTILE)
    const manifest = JSON.parse(String(files.get('manifest.json')))
    expect(manifest.made).toEqual({ utc: '2026-11-24T12:00:00.000Z', london: '24 November 2026 at 12:00:00 GMT' })
    expect(manifest.policy).toMatchObject({ id: 'standard' })
  })

  it('has a page in which nothing of a stranger’s runs or is fetched', async () => {
    const page = String((await unpacked(bytes)).get('index.html'))
    expect(page).not.toMatch(/<script|<img src=https|href="javascript|onerror=alert\(2\)>/i)
    expect(page).toContain('&lt;script&gt;')
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it('can’t be made of what was not captured', async () => {
    const { store, office, policy, now } = stage.parts
    const other = await stage.put(look())
    expect(await makePack(other.item.id, { store, office, policy, now: now(), by })).toBeNull()
    expect(await store.evidence.capture(other.item.id, by.id, now())).toBe(true)
    expect(await faultsOf(await all(await made(other)))).toEqual([])
  })

  it('is told whole, changed or absent by the command, which exits as it does for the log', async () => {
    const path = join(folder, 'command.zip')
    const run = async () => {
      const said: string[] = []
      return { code: await verifyPack(path, (line) => said.push(line)), said: said.join('\n') }
    }
    await expect(run()).rejects.toThrow('can’t be read (ENOENT)')
    writeFileSync(path, bytes)
    expect(await run()).toMatchObject({
      code: 0,
      said: expect.stringContaining(`SHA-256 of this file: ${pack.sha256}`),
    })
    writeFileSync(path, bytes.with(bytes.indexOf('captured'), 0x43))
    const changed = await run()
    expect(changed.code).toBe(1)
    expect(changed.said).toMatch(/(?:evidence|case|log)\.json was changed|index\.html was changed/)
    writeFileSync(path, 'not a zip at all')
    expect(await run()).toMatchObject({ code: 1, said: expect.stringContaining('does not begin as one') })
  })
})

describe('any change', () => {
  it('of a byte anywhere in the archive is found', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ flip
        expect(await faultsOf(changed)).not.toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('of a byte of any file is found in an archive made anew around it, and the file is named', async () => {
    const files = await unpacked(bytes)
    for (const [name, content] of files) {
      await fc.assert(
        fc.asyncProperty(fc.nat(content.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
          const changed = Buffer.from(content)
          changed[at] = (changed[at] ?? 0) ^ flip
          const faults = await faultsOf(await packedAgain(new Map(files).set(name, changed)))
          expect(faults.join()).toContain(name === FILES.sums ? 'SHA256SUMS' : name)
        }),
        { numRuns: 60 },
      )
    }
  })

  it('of length, order or number is found', async () => {
    const files = await unpacked(bytes)
    expect(await faultsOf(bytes.subarray(0, -1))).not.toEqual([])
    expect(await faultsOf(Buffer.concat([bytes, Buffer.from([0])]))).not.toEqual([])
    expect(await faultsOf(await packedAgain(new Map([...files].reverse())))).not.toEqual([])
    for (const name of files.keys()) {
      const fewer = new Map(files)
      fewer.delete(name)
      expect((await faultsOf(await packedAgain(fewer))).join(), name).not.toBe('')
    }
    const more = new Map(files).set('media/2.png', Buffer.from('more'))
    expect((await faultsOf(await packedAgain(more))).join()).toContain('media/2.png')
  })

  it('of the evidence is found in the log, although every hash in the pack was made right again', async () => {
    const names = /evidence\.json is not what the log says was frozen/
    expect(
      (await forged((files) => inJson(files, FILES.evidence, (one) => Object.assign(one, { form: 2 })))).join(),
    ).toMatch(names)
    const text = await forged((files) =>
      inJson(files, FILES.evidence, (one) => Object.assign(one['item'] ?? {}, { text: 'I love you' })),
    )
    expect(text.join()).toMatch('The text is not the one')
    const image = await forged((files) => files.set('media/1.png', Buffer.from('another')))
    expect(image).toEqual(['media/1.png is not a picture that the log knows.'])
    const police = await forged((files) =>
      inJson(files, FILES.case, ({ referrals = [] }) =>
        Object.assign(Object.values(referrals)[0], { reference: 'CU-2' }),
      ),
    )
    expect(police).toEqual(['What is noted of the police is not what the log says was noted.'])
  })

  it('of the log is found: a line changed, taken out, put in or moved', async () => {
    type Log = { links: { entry?: { kind: string; at: string; actor: string }; digests?: string[] }[] }
    const inLog = (change: (log: Log) => void) =>
      forged((files) => inJson(files, FILES.log, (value) => change(value as unknown as Log)))
    const lines = (JSON.parse(String((await unpacked(bytes)).get(FILES.log))) as Log).links
    expect(lines.filter(({ digests }) => digests !== undefined).length).toBeGreaterThan(0)
    for (const k of lines.keys()) {
      expect(await inLog(({ links }) => links.splice(k, 1)), `without ${k}`).not.toEqual([])
      expect(await inLog(({ links }) => links.splice(k, 0, links[k] ?? {})), `twice ${k}`).not.toEqual([])
      const changed = await inLog(({ links }) => {
        const { entry, digests } = links[k] ?? {}
        if (entry) entry.actor = 'somebody'
        if (digests) digests[0] = 'ab'.repeat(32)
      })
      expect(changed.join(), `changed ${k}`).toContain('The log was changed')
    }
  })
})
