import type { MiddlewareHandler } from 'hono'
import { tryGetContext } from 'hono/context-storage'
import type { Private, Store } from '../store/index.ts'
import type { ConsoleParts, Env } from './deps.ts'
import { notForYou } from './parts/turned-away.tsx'
import { may } from './rights.ts'

/**
 * What was written in private is read by those alone who are there for it. Every page reads the store through here, so that
 * no page can forget it: for anybody else the words are gone before a page has them, and who wrote them, and what was
 * found in them. Where nobody is known to read, nobody may.
 */

type Fields = Readonly<Record<string, unknown>>

const isMessage = (value: unknown): boolean => isPlain(value) && value['kind'] === 'message'

/** Were the words of this item, or of what this case is about, kept back? */
export const isWithheld = (value: object | null): boolean =>
  value !== null && 'withheld' in value && value.withheld === true

/** What is left of a message, and of what is said about it: when it came, where it waits, and how urgent it is. */
const BLANK: Fields = {
  text: '',
  exact: null,
  lang: null,
  links: [],
  media: [],
  above: [],
  link: '',
  handle: null,
  author: null,
  authorId: null,
  conversation: null,
  conversationId: null,
  findings: [],
  pictures: [],
  reasons: [],
  clauses: [],
  because: null,
  why: null,
  words: '',
  letter: null,
  prepared: null,
  receipt: null,
}

const blanked = (value: Fields): Fields => ({
  ...Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, Object.hasOwn(BLANK, name) ? BLANK[name] : inner]),
  ),
  withheld: true,
})

/** The same without what was written in private, however deep it stands. */
function withheld(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withheld)
  if (value instanceof Map) return new Map([...value].map(([key, inner]) => [key, withheld(inner)]))
  if (!isPlain(value)) return value
  const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withheld(one)]))
  if (isMessage(value)) {
    const { decision } = inner
    return { ...blanked(inner), ...(isPlain(decision) ? { decision: blanked(decision) } : {}) }
  }
  // What was answered or contested tells of the words, too.
  const { item, decision } = value
  return isMessage(item) || (isPlain(decision) && isMessage(decision['item'])) ? blanked(inner) : inner
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false
  const kind: unknown = Object.getPrototypeOf(value)
  return kind === Object.prototype || kind === null
}

const mayRead = (): boolean => {
  const staff = tryGetContext<Env>()?.var.staff
  return staff !== undefined && may(staff, 'messages')
}

/** The store as the pages read it. */
export function readThrough(store: Store): Store {
  return through(store) as unknown as Store
}

function through(noun: object): Fields {
  return Object.fromEntries(
    Object.entries(noun).map(([name, part]: [string, unknown]) => {
      if (isPlain(part)) return [name, through(part)]
      if (typeof part !== 'function') return [name, part]
      return [name, (...given: unknown[]) => kept(part.call(noun, ...given))]
    }),
  )
}

/** Prisma's promises are none by `instanceof`: whatever can be waited for is waited for. */
const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

const kept = (answer: unknown): unknown =>
  isPromise(answer) ? Promise.resolve(answer).then((value) => (mayRead() ? value : withheld(value))) : answer

/** The words of a private message are about to be shown: that is in the log. */
export function noteShown({ id, kind }: { id: string; kind: string }): void {
  if (kind === 'message') tryGetContext<Env>()?.var.shown.add(id)
}

/** Writes down which private messages a page showed, before it leaves the house. */
export function logged({ store, now }: ConsoleParts): MiddlewareHandler<Env> {
  return async (c, next) => {
    const shown = new Set<string>()
    c.set('shown', shown)
    await next()
    if (shown.size > 0) await store.privacy.opened([...shown], c.var.staff.id, now())
  }
}

/** What the ids in addresses are of. */
const HANGS_ON: ReadonlyMap<string, Private> = new Map([
  ['case', 'case'],
  ['item', 'item'],
  ['picture', 'picture'],
  ['pictures', 'picture'],
  ['action', 'action'],
  ['block', 'action'],
  ['letter', 'letter'],
  ['contest', 'contest'],
])

/** What can be done about a case and all that hangs on it: for a private message, nothing by those who may not read it. */
export function unread({ store }: ConsoleParts): MiddlewareHandler<Env> {
  return async (c, next) => {
    const [, of = '', id] = /^\/([a-z]+)\/([\da-f-]{36})(?:\/|$)/.exec(c.req.path) ?? []
    const thing = HANGS_ON.get(of)
    if (id === undefined || thing === undefined || may(c.var.staff, 'messages')) return next()
    // These lead to what says that it may not be read.
    if (c.req.path === `/case/${id}` || c.req.path === `/item/${id}`) return next()
    return (await store.privacy.isPrivate(thing, id)) ? notForYou(c) : next()
  }
}
