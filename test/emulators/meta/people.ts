/** People. Meta never tells who somebody is, only who they are to this Page or this account. */

/** A person may be changed at any time: `person.reachable = false`. */
export interface Person {
  readonly id: string
  name: string
  /** On Instagram. */
  handle: string
  /** Whether they have a role on the app: administrator, developer or tester. */
  role: boolean
  /** Whether messages get through to them. */
  reachable: boolean
}
export type Facts = Partial<Omit<Person, 'id'>>

export function newPeople() {
  const people: Person[] = []
  return {
    add: (name: string, facts: Facts = {}): Person => {
      const person: Person = {
        id: String(10_150_000_000_000_000n + BigInt(people.length)),
        name,
        handle: name.toLowerCase().replaceAll(/\W+/g, '.'),
        role: false,
        reachable: true,
        ...facts,
      }
      if (people.some(({ handle }) => handle === person.handle)) throw new Error(`there is a ${person.handle} already`)
      people.push(person)
      return person
    },
  }
}

export type ScopedIds = ReturnType<typeof scopedIds>

/** Ids that name a person within one Page or account alone: another's id for the same person is unknown here. */
export function scopedIds() {
  const ids = new Map<string, string>()
  const people = new Map<string, Person>()
  return {
    of: (person: Person, within: { readonly id: string }): string => {
      const key = `${within.id} ${person.id}`
      const known = ids.get(key)
      if (known !== undefined) return known
      // Beyond what a JavaScript number holds, as Meta's are: whoever reads one as a number mistakes the person.
      const id = String(24_000_000_000_000_001n + BigInt(ids.size) * 7n)
      ids.set(key, id)
      people.set(`${within.id} ${id}`, person)
      return id
    },
    find: (id: string, within: { readonly id: string }): Person | null => people.get(`${within.id} ${id}`) ?? null,
  }
}
