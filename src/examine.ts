import { heeding, within } from '../adapters/deadline.ts'
import type { Author, OfficeFacts } from '../moderation/model.ts'
import { normalise } from '../moderation/normalise.ts'
import type { Examiner, Looked, Means } from './classifiers/images/examiner.ts'
import { hashesOf, likeOf, sightOf } from './classifiers/images/sight.ts'
import { describe, type Logger } from './logging.ts'
import { backoff } from './pace.ts'
import { LARGEST } from './pictures.ts'
import type { Served } from './poll.ts'
import type { KnownRow, Store, Unexamined, WantedAvatar } from './store/index.ts'

/** Longer than the examiner waits for one picture, whoever else waits before it. Milliseconds. */
const LEASE = 120_000
const CALL = 30_000
const TRIES = 3
const AVATARS_AT_ONCE = 4
const HOUR = 3_600_000

export interface ExamineParts {
  store: Store
  served: ReadonlyMap<string, Served>
  examiner: Examiner
  log: Logger
  now: () => Date
  random: () => number
  /** An item is to be judged once more, with what was seen. */
  again: () => void
}

/**
 * Looks at the pictures that were kept, at the office's own portraits, and at the avatars of those who might pass for the
 * MP or for staff. Where the optional parts are missing, says so once and does what can be done without.
 */
export function pictureExaminer({ store, served, examiner, log, now, random, again }: ExamineParts) {
  let means: Means | null = null
  const isBlind = (): boolean => means?.pictures === false
  const portraitsAt = new Map<string, number>()

  /** After a picture could not be looked at: is that so of all of them? */
  const learn = async (): Promise<void> => {
    if (means !== null) return
    means = await examiner.means().catch(() => null)
    if (means === null) return
    if (!means.pictures)
      log.warn('pictures are not looked at: the optional package "sharp" is not installed or does not run here')
    else if (!means.nudity) log.warn('pictures are not searched for nudity: the package "nsfwjs" is not installed')
  }

  /** The end of the service waits for no picture. @throws the signal's reason */
  const look = (bytes: Uint8Array, what: 'all' | 'fingerprint', stop: AbortSignal): Promise<Looked> =>
    heeding(stop, () => examiner.look(bytes, what))

  const examine = async (
    { id, bytes, attempts }: Unexamined,
    known: readonly KnownRow[],
    stop: AbortSignal,
  ): Promise<void> => {
    const looked = await look(bytes, 'all', stop)
    await learn()
    const sight = sightOf(looked, known)
    if (sight !== null) {
      if (await store.pictures.examined(id, sight, now())) again()
      return
    }
    if (isBlind()) return
    log.warn({ picture: id, attempts }, 'the program that looks at pictures died over one')
    if (attempts < TRIES) return store.pictures.postpone(id, new Date(now().getTime() + backoff(attempts, random())))
    const broken = { refused: 'unreadable', hashes: [], nudity: null, match: null } as const
    await store.pictures.examined(id, { ...broken, hashes: [] }, now())
  }

  /** The fingerprints of what is at an address; null if it is gone or can't be opened. @throws PlatformError */
  const fingerprints = async (accountId: string, url: string, stop: AbortSignal): Promise<string[] | null> => {
    const platform = served.get(accountId)?.platform
    const picture = platform && (await within(CALL, stop, (signal) => platform.image(url, LARGEST, signal)))
    if (!picture) return null
    const looked = await look(picture.bytes, 'fingerprint', stop)
    await learn()
    return looked.is === 'seen' ? hashesOf(looked.frames) : null
  }

  /** The accounts' own pictures, so that nobody need remember to add them. */
  const portraits = async (stop: AbortSignal): Promise<void> => {
    for (const { id, platform, avatar } of served.values()) {
      const rests = now().getTime() - (portraitsAt.get(id) ?? 0) < HOUR
      if (avatar === undefined || rests || (await store.known.has(avatar))) continue
      portraitsAt.set(id, now().getTime())
      try {
        const hashes = await fingerprints(id, avatar, stop)
        if (hashes === null) continue
        const title = `Profile picture of ${platform.handle} on ${platform.name}`
        await store.known.add({ kind: 'mp', hashes, title, url: avatar }, 'tool', now())
        if (await compareAvatars(store, now())) again()
      } catch (error) {
        if (stop.aborted) return
        log.warn({ account: id, ...describe(error) }, 'an account’s own picture could not be fetched')
      }
    }
  }

  const avatar = async (wanted: WantedAvatar, known: readonly KnownRow[], stop: AbortSignal): Promise<void> => {
    try {
      const hashes = await fingerprints(wanted.accountId, wanted.url, stop)
      if (isBlind()) return
      if (hashes === null) return await store.avatars.lose(wanted)
      if (await store.avatars.examined(wanted, hashes, likeOf(hashes, known), now())) again()
    } catch (error) {
      if (stop.aborted) return
      log.warn(describe(error), 'an avatar could not be fetched')
      if (wanted.attempts >= TRIES) await store.avatars.lose(wanted)
      else await store.avatars.postpone(wanted.authorId, new Date(now().getTime() + backoff(wanted.attempts, random())))
    }
  }

  return async (stop: AbortSignal): Promise<void> => {
    let known: KnownRow[] | null = null
    for (;;) {
      if (stop.aborted || isBlind()) return
      const picture = await store.pictures.leaseToExamine(now(), LEASE)
      if (picture === null) break
      known ??= await store.known.all()
      await examine(picture, known, stop)
    }
    await portraits(stop)
    const wanted = await store.avatars.lease(now(), AVATARS_AT_ONCE, LEASE)
    if (wanted.length === 0) return
    known = await store.known.all()
    for (const one of wanted) if (!stop.aborted) await avatar(one, known, stop)
  }
}

/** After a portrait was added or removed. @returns whether something is to be judged once more */
export async function compareAvatars(store: Store, now: Date): Promise<boolean> {
  const known = await store.known.all()
  return store.avatars.compare((hashes) => likeOf(hashes, known), now)
}

/** Letters that a name must have to be looked for in another. */
const TELLING = 4

/** Does this profile bear a word of the MP's or of a colleague's name? Only then is its picture worth a look. */
export function mightPass(author: Author, office: OfficeFacts): boolean {
  if (author.verified || author.avatar === undefined) return false
  const bare = (handle: string): string => handle.trim().toLowerCase().replace(/^@/, '')
  if (Object.values(office.mp.handles).map(bare).includes(bare(author.handle))) return false
  const people = [office.mp.name, ...office.staff.map(({ name }) => name)].map(words)
  const shown = words(`${author.displayName ?? ''} ${author.handle}`)
  const bears = (name: string, text: string): boolean => name.length >= TELLING && text.includes(name)
  // Of "Jo Cox" no word tells, and both together do.
  return people.some(
    (name) => name.some((word) => bears(word, shown.join(' '))) || bears(name.join(''), shown.join('')),
  )
}

const words = (text: string): string[] => normalise(text).text.match(/\p{L}+/gu) ?? []
