import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExaminer, type Examiner, type Looked } from '../../../../src/classifiers/images/examiner.ts'
import { nearest } from '../../../../src/classifiers/images/hash.ts'
import { hashesOf, type Known, sightOf } from '../../../../src/classifiers/images/sight.ts'
import { missing } from '../../../support/missing.ts'
import {
  ALTERED,
  animation,
  blank,
  bomb,
  cropped,
  drawing,
  ruled,
  scene,
  screenshot,
  slope,
  timed,
} from '../../../support/pictures.ts'

/** On real pictures, with the real library and the real classifier, in the real program of its own. */

const isInstalled = (name: string): boolean => {
  try {
    return Boolean(createRequire(import.meta.url).resolve(name))
  } catch {
    return false
  }
}
const DECODER = new URL('../../../../src/classifiers/images/decoder.mjs', import.meta.url)
const nudity = isInstalled('nsfwjs/core') || missing('nsfwjs', 'npm ci')

let examiner: Examiner
beforeAll(() => {
  examiner = createExaminer()
})
afterAll(() => examiner.close())

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const look = (picture: Uint8Array): Promise<Looked> => examiner.look(picture)
const hashes = async (picture: Uint8Array): Promise<string[]> => {
  const looked = await examiner.look(picture, 'fingerprint')
  return looked.is === 'seen' ? hashesOf(looked.frames) : []
}

const matched = async (picture: Uint8Array, ...known: Known[]) =>
  sightOf(await examiner.look(picture, 'fingerprint'), known)?.match
const aKnown = (kind: Known['kind'], known: string[]): Known => ({
  kind,
  title: 'A picture',
  breach: kind === 'unwanted' ? 'threat' : null,
  holder: null,
  hashes: known,
})

/** Drawn and fingerprinted once, however many tests ask for it. */
const original = (make: (n: number) => Promise<Buffer>) => {
  const drawn = new Map<number, { picture: Buffer; hashes: string[] }>()
  return async (n: number) => {
    const known = drawn.get(n)
    if (known) return known
    const picture = await make(n)
    const fresh = { picture, hashes: await hashes(picture) }
    drawn.set(n, fresh)
    return fresh
  }
}
const MAKERS = { drawing: original(drawing), screenshot: original(screenshot), scene: original(scene) }
const MANY = 12

describe('fingerprints', () => {
  describe.each(Object.entries(MAKERS))('of a %s', (_, make) => {
    it.each(Object.entries(ALTERED))('know it after it was %s', async (__, alter) => {
      let plain = 0
      for (let n = 1; n <= MANY; n++) {
        const { picture, hashes: before } = await make(n)
        const after = await hashes(await alter(picture))
        if (before.length === 0) plain++
        else expect(nearest(before, after), `number ${n}`).not.toBeNull()
      }
      // A page with a few words in a corner says too little.
      expect(plain).toBeLessThanOrEqual(2)
    })

    it('take no two of them for one', async () => {
      const all = await Promise.all(Array.from({ length: 40 }, (__, n) => make(n + 1)))
      const pairs = all.flatMap((one, n) => all.slice(n + 1).map((other) => nearest(one.hashes, other.hashes)))
      expect(pairs).toHaveLength(780)
      expect(pairs.filter((distance) => distance !== null)).toEqual([])
    })
  })

  it('know most scenes that lost a twentieth at every edge', async () => {
    let known = 0
    for (let n = 1; n <= MANY; n++) {
      const { picture, hashes: before } = await MAKERS.scene(n)
      if (nearest(before, await hashes(await cropped(picture))) !== null) known++
    }
    expect(known).toBeGreaterThan(MANY / 2)
  })

  it('are not taken of what looks like a hundred others', async () => {
    for (const plain of [blank, slope, ruled]) expect(await hashes(await plain()), plain.name).toEqual([])
  })
})

describe('the classifier', () => {
  it.skipIf(nudity === null)('finds nothing sexual in circles, a page of words and a blank', async () => {
    expect(await examiner.means()).toEqual({ pictures: true, nudity: true })
    for (const picture of [await drawing(3), await screenshot(1), await blank()]) {
      const looked = await look(picture)
      const classes = looked.is === 'seen' ? looked.frames[0]?.classes : null
      const all = Object.values(classes ?? {})
      expect(all.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 3)
      expect(classes?.Porn).toBeLessThan(0.35)
      expect(classes?.Hentai).toBeLessThan(0.35)
    }
  })
})

describe('light that shows nothing', () => {
  it('is not taken for skin', async () => {
    for (let n = 1; n <= MANY; n++) {
      const sight = sightOf(await look((await MAKERS.scene(n)).picture), [])
      expect(sight, `number ${n}`).toMatchObject({ refused: null, nudity: null })
    }
  })
})

describe('what was made to hurt', () => {
  it('is refused: 400 million pixels', async () => {
    expect(await look(bomb())).toEqual({ is: 'refused', why: 'too-large' })
  })

  it('is looked at as far as it goes: a picture that is cut off', async () => {
    const whole = await sharp(await drawing(5))
      .jpeg()
      .toBuffer()
    const [before, after] = [await hashes(whole), await hashes(whole.subarray(0, whole.length * 0.9))]
    expect(nearest(before, after)).not.toBeNull()
  })

  it('is no picture: a few bytes, none, words, and the head of one', async () => {
    const png = await drawing(1)
    for (const bytes of [png.subarray(0, 40), Buffer.alloc(0), Buffer.from('<html>'), Buffer.alloc(5000, 7)])
      expect(await look(bytes)).toMatchObject({ is: 'refused' })
  })

  it('is taken for the picture it begins with: another file behind it', async () => {
    const jpeg = await sharp(await drawing(6))
      .jpeg()
      .toBuffer()
    const both = Buffer.concat([jpeg, Buffer.from('PK\u0003\u0004<script>alert(1)</script>')])
    expect(await hashes(both)).toEqual(await hashes(jpeg))
  })

  it('is never opened: a drawing that names another file or another address', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99"><image width="99" height="99" xlink:href="http://127.0.0.1:${port}/a.png"/><image width="99" height="99" xlink:href="file:///etc/passwd"/></svg>`
    expect(await look(Buffer.from(svg))).toEqual({ is: 'refused', why: 'unknown-kind' })
    expect(await look(Buffer.from('%PDF-1.4\n1 0 obj'))).toEqual({ is: 'refused', why: 'unknown-kind' })
    expect(
      await look(
        await sharp(await drawing(1))
          .tiff()
          .toBuffer(),
      ),
    ).toEqual({ is: 'refused', why: 'unknown-kind' })
    expect(asked).toEqual([])
    await new Promise((resolve) => server.close(resolve))
  })

  it('is seen although it hides in the middle of an animation', async () => {
    const [cover, hidden] = [await drawing(20), await drawing(21)]
    const moving = await hashes(await animation(cover, cover, hidden, cover))
    expect(nearest(await hashes(hidden), moving)).not.toBeNull()
    expect(nearest(await hashes(cover), moving)).not.toBeNull()
    const timing = await hashes(
      await timed([cover, cover, cover, hidden].map((one) => [one, one === hidden ? 5000 : 20])),
    )
    expect(nearest(await hashes(hidden), timing), 'where it is shown longest').not.toBeNull()
  })

  it('take no moving picture for harmless because it begins with one that is', async () => {
    const [harmless, bad] = [await drawing(30), await drawing(31)]
    const never = aKnown('never', await hashes(harmless))
    const unwanted = aKnown('unwanted', await hashes(bad))
    expect(await matched(harmless, never, unwanted)).toMatchObject({ kind: 'never' })
    expect(await matched(await animation(harmless, harmless), never, unwanted)).toMatchObject({ kind: 'never' })
    expect(await matched(await animation(harmless, bad), never)).toBeNull()
    expect(await matched(await animation(harmless, bad), never, unwanted)).toMatchObject({ kind: 'unwanted' })
  })

  it('say where only one frame of a known moving picture is there: somebody may have set an innocent one before it', async () => {
    const [innocent, bad] = [await drawing(32), await drawing(33)]
    const unwanted = aKnown('unwanted', await hashes(await animation(innocent, bad)))
    expect(await matched(innocent, unwanted)).toMatchObject({ part: true })
    expect(await matched(await animation(innocent, bad), unwanted)).not.toHaveProperty('part')
    expect(await matched(bad, unwanted, aKnown('unwanted', await hashes(bad)))).not.toHaveProperty('part')
  })
})

describe('the program that looks', () => {
  it('keeps the service free meanwhile, and holds one picture at a time', async () => {
    const pictures = await Promise.all(Array.from({ length: 6 }, (_, n) => drawing(n + 1)))
    // Of the processor's own time, in microseconds: on a busy machine everybody stands still now and then.
    let [longest, last] = [0, process.cpuUsage()]
    const clock = setInterval(() => {
      const { user, system } = process.cpuUsage(last)
      longest = Math.max(longest, user + system)
      last = process.cpuUsage()
    }, 5)
    const all = await Promise.all(pictures.map(look))
    clearInterval(clock)
    expect(all.every(({ is }) => is === 'seen')).toBe(true)
    expect(longest).toBeLessThan(250_000)
  })

  describe('when it is not what it should be', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'serjeant-examiner-'))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const standIn = async (name: string, body: string, more: { patience?: number } = {}): Promise<Examiner> => {
      const program = path.join(folder, `${name}.mjs`)
      await writeFile(program, body)
      return createExaminer({ program, ...more })
    }
    const READY = `process.send({ is: 'ready', pictures: true, nudity: false });`

    it.each([
      ['dies over a picture', `${READY} process.on('message', () => process.abort())`],
      ['says what it should not', `${READY} process.on('message', () => process.send({ is: 'seen' }))`],
      ['can’t start', `throw new Error('no')`],
      [
        'has no library',
        `process.send({ is: 'ready', pictures: false, nudity: false }); process.on('message', () => {})`,
      ],
    ])('takes nothing down with it: it %s', async (name, body) => {
      await fails(await standIn(name.replace(/\W/g, '-'), body), { is: 'failed' })
    })

    it('takes nothing down with it: it never answers', { timeout: 120_000 }, async () => {
      const body = `${READY} process.on('message', () => {})`
      const began = performance.now()
      const quick = await standIn('begins', body)
      await quick.means()
      await quick.close()
      // Its start counts, too: as patient as this machine needs, and not more.
      const patience = Math.max(2000, 5 * (performance.now() - began))
      await fails(await standIn('never-answers', body, { patience }), { is: 'refused', why: 'too-slow' })
    })

    const fails = async (one: Examiner, expected: Looked): Promise<void> => {
      expect(await one.look(Buffer.from('a picture'))).toEqual(expected)
      expect(await one.look(Buffer.from('another'))).toEqual(expected)
      await one.close()
      expect(await one.look(Buffer.from('too late'))).toEqual({ is: 'failed' })
    }

    it('starts anew for the next picture', async () => {
      const body = `${READY} process.on('message', ({ id, bytes }) => {
        if (bytes.length === 1) process.abort()
        process.send({ id, is: 'refused', why: 'unreadable' })
      })`
      const one = await standIn('anew', body)
      expect(await one.look(new Uint8Array(1))).toEqual({ is: 'failed' })
      expect(await one.look(new Uint8Array(2))).toEqual({ is: 'refused', why: 'unreadable' })
      await one.close()
    })

    it('is started again after it could not be, which nobody tells by its end', async () => {
      const one = createExaminer()
      const own = process.execPath
      process.execPath = path.join(folder, 'no-such-node')
      expect(await one.look(await drawing(3), 'fingerprint')).toEqual({ is: 'failed' })
      process.execPath = own
      expect((await one.look(await drawing(3), 'fingerprint')).is).toBe('seen')
      await one.close()
    })

    it('is told nothing of our secrets', async () => {
      process.env['A_SECRET'] = 'hunter2'
      const body = `process.send({ is: 'ready', pictures: 'A_SECRET' in process.env, nudity: Object.keys(process.env).length > 3 })`
      const one = await standIn('secrets', body)
      expect(await one.means()).toEqual({ pictures: false, nudity: false })
      await one.close()
      delete process.env['A_SECRET']
    })
  })

  it('is gone with the service, whatever it is opening', async () => {
    const child = fork(fileURLToPath(DECODER), { serialization: 'advanced', execArgv: [] })
    await once(child, 'message')
    const large = await sharp(await drawing(1))
      .resize(7900, 7900)
      .jpeg({ progressive: true })
      .toBuffer()
    for (let id = 0; id < 4; id++) child.send({ id, bytes: new Uint8Array(large), nudity: false })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const gone = once(child, 'exit')
    child.disconnect()
    expect(await gone).toEqual([null, 'SIGKILL'])
  })

  it('ends when nothing comes for a while, and starts with the next picture', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'serjeant-examiner-'))
    const [program, started] = [path.join(folder, 'brief.mjs'), path.join(folder, 'started')]
    const writeDown = `fs.appendFileSync(${JSON.stringify(started)}, process.pid + '\\n')`
    await writeFile(program, `import fs from 'node:fs'; ${writeDown}; await import(${JSON.stringify(DECODER.href)})`)
    const pids = async () => (await readFile(started, 'utf8')).trim().split('\n').map(Number)
    const isGone = async (): Promise<boolean> => !(await pids()).some(lives)
    // Longer than a slow machine takes to hand over a picture.
    const brief = createExaminer({ idle: 1000, program })
    const picture = await drawing(2)
    expect((await brief.look(picture, 'fingerprint')).is).toBe('seen')
    await expect.poll(isGone, { timeout: 20_000 }).toBe(true)
    expect((await brief.look(picture, 'fingerprint')).is).toBe('seen')
    expect(await pids()).toHaveLength(2)
    await brief.close()
    await rm(folder, { recursive: true })
  })
})
