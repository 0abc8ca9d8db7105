import { type Facebook, newFacebook, type Page } from './facebook.ts'
import { type Happening, isSubscribed, type Tell } from './happenings.ts'
import { type Inbox, newInbox } from './inbox.ts'
import { type Account, type Instagram, newInstagram } from './instagram.ts'
import { type Facts, newPeople, type Person, scopedIds } from './people.ts'
import { gallery } from './pictures.ts'

/** Who is on Facebook and Instagram, and all they have written and done. */

export type Thing = NonNullable<ReturnType<Facebook['find'] | Instagram['find'] | Inbox['find']>>

export type World = ReturnType<typeof newWorld>

/** A clock in Unix milliseconds, where pictures are served, and how long a link to one opens, in milliseconds. */
interface Setting {
  now: () => number
  picturesAt: string
  pictureLife: number
}

export function newWorld({ now, picturesAt, pictureLife }: Setting) {
  let count = 1000
  const people = newPeople()
  const ids = scopedIds()
  const pictures = gallery(now, picturesAt, pictureLife)
  const happenings: Happening[] = []
  const tell: Tell = (happening) => {
    const told = { ...happening, at: now() }
    if (isSubscribed(told)) happenings.push(told)
  }
  const means = { now, number: () => String(++count), ids, gallery: pictures, tell }
  const { find: findOnFacebook, ...facebook } = newFacebook(means)
  const instagram = newInstagram(means)
  const inbox = newInbox(means)

  return {
    ...facebook,
    instagram,
    inbox,
    gallery: pictures,
    /** What webhooks have not been told yet, oldest first. */
    happenings,

    person: (name: string, facts?: Facts): Person => people.add(name, facts),
    /** Somebody's id within this Page or account. */
    idOf: (person: Person, within: Page | Account): string => ids.of(person, within),
    personBy: (id: string, within: Page | Account): Person | null => ids.find(id, within),

    /** What that id names, is not gone and not withheld. */
    find: (id: string): Thing | null => findOnFacebook(id) ?? instagram.find(id) ?? inbox.find(id),
  }
}

/** The Page to which a thing belongs; null for things of other people. */
export function pageOf(thing: Thing): Page | null {
  switch (thing.node) {
    case 'Page':
      return thing
    case 'PagePost':
      return thing.page
    case 'Comment':
      return thing.post.page
    case 'IGUser':
      return thing.page
    case 'IGMedia':
      return 'node' in thing.owner ? thing.owner.page : null
    case 'IGComment':
      return 'node' in thing.medium.owner ? thing.medium.owner.page : null
    case 'UnifiedThread':
      return pageOf(thing.with)
    case 'UnifiedMessage':
      return pageOf(thing.conversation.with)
    default:
      return thing satisfies never
  }
}
