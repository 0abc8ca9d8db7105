import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Picture } from '../../adapters/platform.ts'
import type { Author } from '../../moderation/model.ts'
import { POLICIES } from '../../moderation/policy.ts'
import { assessor } from '../../src/assess.ts'
import { createExaminer, type Examiner } from '../../src/classifiers/images/examiner.ts'
import { hashesOf } from '../../src/classifiers/images/sight.ts'
import { compareAvatars, mightPass, pictureExaminer } from '../../src/examine.ts'
import { pictureKeeper } from '../../src/pictures.ts'
import type { Served } from '../../src/poll.ts'
import { anAuthor, anIncoming, OFFICE, rulesOf } from '../builders.ts'
import { ALTERED, blank, bomb, drawing, scene } from '../support/pictures.ts'
import { aStage, LETTER, type Stage } from './stage.ts'

/** The whole way of a picture, with a real store, real pictures and the real program that looks. */

const standard = POLICIES['standard']
if (!standard) throw new Error('no standard policy')

let examiner: Examiner
let stage: Stage
beforeAll(() => {
  examiner = createExaminer()
})
afterAll(() => examiner.close())

/** In each group that needs it. */
const onStage = (): void => {
  beforeEach(async () => {
    stage = await aStage()
  })
  afterEach(() => stage.close())
}

/** The addresses that have a picture, and what the platform was asked for. */
const gallery = (pictures: Record<string, Uint8Array>) => {
  const asked: string[] = []
  const image = async (url: string): Promise<Picture | null> => {
    asked.push(url)
    const bytes = pictures[url]
    return bytes ? { bytes, type: 'image/png' } : null
  }
  return { asked, image }
}

/** What the service does between two ticks of its clock. */
const service = (account: Served, looking: Examiner = examiner) => {
  const { store, log, now } = stage
  const common = { store, served: new Map([[account.id, account]]), log, now, random: () => 1 }
  let again = 0
  const keep = pictureKeeper(common)
  const examine = pictureExaminer({ ...common, examiner: looking, again: () => again++ })
  const assess = assessor({
    store,
    office: OFFICE,
    inForce: rulesOf(standard, { redirect: LETTER }),
    log,
    now,
    breached: () => {},
    judged: async ({ authorId, subject: { author } }) => {
      if (authorId !== null && author?.avatar !== undefined && mightPass(author, OFFICE))
        await store.avatars.want(authorId, author.avatar, now())
    },
    decided: () => {},
  })
  const stop = AbortSignal.timeout(60_000)
  return {
    again: () => again,
    run: async (): Promise<void> => {
      for (const work of [assess, keep, examine, assess]) await work(stop)
    },
  }
}

const hashes = async (picture: Uint8Array): Promise<string[]> => {
  const looked = await examiner.look(picture)
  return looked.is === 'seen' ? hashesOf(looked.frames) : []
}

const pictured = (url: string, text = '', author: Author = anAuthor()) =>
  anIncoming({ author, item: { text, media: [{ kind: 'image', url, alt: 'A picture' }] } })

const caseOf = async (itemId: string | undefined) => {
  const id = await stage.store.queue.ofItem(itemId ?? '')
  const found = id === null ? null : await stage.store.queue.find(id)
  if (!found) throw new Error('no case')
  return found
}

describe('a post that is nothing but a picture', () => {
  onStage()

  it('keeps nobody waiting who stops the service, however long it takes to open', async () => {
    const account = await stage.account(gallery({ a: await blank() }))
    await stage.read(account, pictured('a'))
    const endless: Examiner = { ...examiner, look: () => new Promise(() => {}) }
    const { store, log, now } = stage
    const common = { store, served: new Map([[account.id, account]]), log, now, random: () => 1 }
    await pictureKeeper(common)(AbortSignal.timeout(60_000))
    const stop = new AbortController()
    const looking = pictureExaminer({ ...common, examiner: endless, again: () => {} })(stop.signal)
    setTimeout(() => stop.abort(new Error('the end')), 200)
    await expect(looking).rejects.toThrow('the end')
    expect(stage.lines.filter(({ level }) => level >= 40)).toEqual([])
  })

  it('is proposed to be hidden if staff know the picture, however it was saved; and others are left alone', async () => {
    const removed = await scene(3)
    const again = await ALTERED['saved as a poor JPEG']?.(removed)
    const { image } = gallery({ again: again ?? removed, other: await scene(4) })
    const account = await stage.account({ image })
    const title = 'The MP in a noose'
    await stage.store.known.add(
      { kind: 'unwanted', breach: 'threat', hashes: await hashes(removed), title },
      'tool',
      stage.now(),
    )
    const [known, other] = await stage.read(account, pictured('again'), pictured('other'))
    const { run, again: judgedAgain } = service(account)
    await run()

    const found = await caseOf(known)
    expect(found).toMatchObject({ lane: 'police', act: 'hide', escalate: 'police', clauses: ['threat'] })
    expect(found.actions.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['hide proposed'])
    expect(found.item.findings.map(({ reason }) => reason)).toEqual([
      `The picture is one that staff don't want to see here again: ${title}.`,
    ])
    expect(await caseOf(other)).toMatchObject({ lane: null, act: 'none' })
    expect(judgedAgain()).toBe(1)

    const before = await stage.store.log.head()
    await run()
    expect(await stage.store.log.head(), 'a second round does nothing').toEqual(before)
  })

  it('is somebody’s work, and staff are told whose', async () => {
    const work = await drawing(7)
    const account = await stage.account(gallery({ a: (await ALTERED['captioned']?.(work)) ?? work }))
    const ours = {
      kind: 'ours',
      hashes: await hashes(work),
      title: 'Dawn over Ambleford',
      holder: 'R. Okafor',
    } as const
    await stage.store.known.add(ours, 'tool', stage.now())
    const [id] = await stage.read(account, pictured('a'))
    await service(account).run()
    const [finding] = (await caseOf(id)).item.findings
    expect(finding).toMatchObject({ concern: 'ip-violation' })
    expect(finding?.reason).toMatch(/the registered work Dawn over Ambleford, of R\. Okafor/)
  })

  it('is left alone if staff said that it is harmless, even where it is like something unwanted', async () => {
    const statue = await drawing(9)
    const account = await stage.account(gallery({ a: statue }))
    const same = { hashes: await hashes(statue), title: 'A statue' }
    await stage.store.known.add({ ...same, kind: 'unwanted', breach: 'graphic-imagery' }, 'tool', stage.now())
    await stage.store.known.add({ ...same, kind: 'never' }, 'tool', stage.now())
    const [id] = await stage.read(account, pictured('a'))
    await service(account).run()
    expect(await caseOf(id)).toMatchObject({ lane: null })
  })

  it('goes to a person if it was made so that nobody can look at it', async () => {
    const account = await stage.account(gallery({ a: bomb() }))
    const [id] = await stage.read(account, pictured('a'))
    await service(account).run()
    expect(await caseOf(id)).toMatchObject({ lane: 'look', clauses: ['graphic-imagery'] })
  })
})

describe('where pictures can’t be looked at', () => {
  onStage()

  const standIn = (look: Examiner['look'], means = { pictures: true, nudity: true }): Examiner => ({
    means: async () => means,
    look,
    close: async () => {},
  })
  const warnings = () => stage.lines.filter(({ level }) => level === 40).map(({ msg }) => msg)

  it('it is said once, and everything else goes on', async () => {
    let looks = 0
    const blind = standIn(
      async () => {
        looks++
        return { is: 'failed' }
      },
      { pictures: false, nudity: false },
    )
    const account = await stage.account(gallery({ a: await drawing(1), b: await drawing(2) }))
    const [id] = await stage.read(account, pictured('a'), pictured('b'))
    const { run } = service(account, blind)
    await run()
    await run()
    expect(looks).toBe(1)
    expect(warnings()).toEqual([
      'pictures are not looked at: the optional package "sharp" is not installed or does not run here',
    ])
    expect(await caseOf(id)).toMatchObject({ lane: null, item: { pictures: [{ state: 'kept', sight: null }] } })
  })

  it('a picture over which the program dies is tried three times, and then given up', async () => {
    let looks = 0
    const dying = standIn(async () => {
      looks++
      return { is: 'failed' }
    })
    const account = await stage.account(gallery({ a: await drawing(1) }))
    const [id] = await stage.read(account, pictured('a'))
    const { run } = service(account, dying)
    for (let n = 0; n < 6; n++) {
      await run()
      stage.pass(10 * 60_000)
    }
    expect(looks).toBe(3)
    expect((await caseOf(id)).item.pictures).toMatchObject([{ sight: { refused: 'unreadable' } }])
  })
})

describe('a profile', () => {
  onStage()

  const impostor = (avatar: string, more: Partial<Author> = {}) =>
    anAuthor({ handle: '@jo-hartley-help', displayName: 'Jo Hartley', avatar, ...more })

  it('that wears the MP’s own picture is found, and what it wrote judged once more', async () => {
    const portrait = await scene(11)
    const theirs = (await ALTERED['made half as large']?.(portrait)) ?? portrait
    const { image, asked } = gallery({ 'own-avatar': portrait, 'their-avatar': theirs })
    const account = await stage.account({ image })
    account.avatar = 'own-avatar'
    const [id] = await stage.read(account, anIncoming({ author: impostor('their-avatar') }))
    const { run, again } = service(account)
    await run()
    expect(again()).toBe(1)
    expect(asked).toEqual(['own-avatar', 'their-avatar'])
    expect((await caseOf(id)).item.author).toMatchObject({ handle: '@jo-hartley-help' })
    const [kept] = await stage.store.known.all()
    expect(kept).toMatchObject({ kind: 'mp', addedBy: 'tool', url: 'own-avatar' })

    const [next] = await stage.read(account, anIncoming({ author: impostor('their-avatar', { id: 'other' }) }))
    await run()
    expect(asked, 'the account’s own is fetched once').toEqual(['own-avatar', 'their-avatar', 'their-avatar'])
    expect(next).toBeDefined()
  })

  it('that wears a colleague’s portrait is found when the portrait is added later', async () => {
    const portrait = await scene(12)
    const account = await stage.account(gallery({ avatar: portrait }))
    await stage.read(account, anIncoming({ author: impostor('avatar', { displayName: 'Priya Nair' }) }))
    const { run, again } = service(account)
    await run()
    expect(again()).toBe(0)
    const staff = { kind: 'staff', hashes: await hashes(portrait), title: 'Priya Nair' } as const
    await stage.store.known.add(staff, 'tool', stage.now())
    expect(await compareAvatars(stage.store, stage.now())).toBe(true)
    const [waiting] = await stage.store.assessing.lease(stage.now(), 10, 60_000)
    expect(waiting?.subject.author?.avatarLike).toBe('staff')
  })
})

describe('a profile is compared with portraits', () => {
  it.each([
    ['if it bears the MP’s name, in other letters', { displayName: 'Јо Hаrtley', handle: '@x' }, true],
    ['if it bears a colleague’s surname in its handle', { displayName: 'Office', handle: '@nair_casework' }, true],
    ['not if it is anybody else’s', { displayName: 'Sam Ordinary', handle: '@sam' }, false],
    ['not if it is the MP’s own', { displayName: 'Jo Hartley MP', handle: '@johartleymp' }, false],
    ['not if the platform verified it', { displayName: 'Jo Hartley', handle: '@jo', verified: true }, false],
  ])('%s', (_, given, wanted) => {
    expect(mightPass(anAuthor({ ...given, avatar: 'a' }), OFFICE)).toBe(wanted)
  })

  it('is worth a look too where every word of the MP’s name is short', () => {
    const office = { ...OFFICE, mp: { ...OFFICE.mp, name: 'Jo Cox' }, staff: [] }
    const wears = (handle: string) => mightPass(anAuthor({ displayName: 'An account', handle, avatar: 'a' }), office)
    expect(['jo.cox.mp', 'RealJoCox', 'joanne.coxon'].map(wears)).toEqual([true, true, false])
  })
})
