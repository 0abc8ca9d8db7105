import { invalid, Refused } from './problems.ts'
import type { Words } from './vocabulary.ts'
import type { Person, World } from './world.ts'

/** One request that has been let in, and the house that answers it. */
export interface Call {
  world: World
  words: Words
  viewer: Person
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  body: unknown
  /** Unix milliseconds. */
  now: number
  tier: 'pay-per-use' | 'enterprise'
  /** Whether answering somebody's post counts as naming them: what X says leaves it open. */
  implicitSummons: boolean
}

/** @throws Refused */
export function refuseParameter({ words }: Call, name: string, value: string, why: string): never {
  throw new Refused(invalid(words, `The \`${name}\` query parameter value [${value}] ${why}`, { [name]: [value] }))
}

/** A whole number within its bounds. @throws Refused */
export function countIn(call: Call, name: string, bounds: { least: number; most: number; usual: number }): number {
  const value = call.query[name]
  if (value === undefined) return bounds.usual
  const count = Number(value)
  if (Number.isInteger(count) && count >= bounds.least && count <= bounds.most) return count
  return refuseParameter(call, name, value, `is not between ${bounds.least} and ${bounds.most}`)
}

/** The id of a post. @throws Refused */
export function idIn(call: Call, name: string): string | undefined {
  const value = call.query[name]
  return value === undefined || /^\d{1,19}$/.test(value) ? value : refuseParameter(call, name, value, 'is not valid')
}

/** Unix milliseconds. @throws Refused */
export function momentIn(call: Call, name: string): number | undefined {
  const value = call.query[name]
  if (value === undefined) return undefined
  const moment = Date.parse(value)
  return Number.isNaN(moment) ? refuseParameter(call, name, value, 'is not a valid RFC3339 date') : moment
}

/** The person that `:id` must name: X lets people act and look only for themselves. @throws Refused */
export function selfOf(call: Call): Person {
  const { id = '' } = call.params
  if (id !== call.viewer.id) {
    refuseParameter(call, 'id', id, `must be the same as the authenticating user [${call.viewer.id}]`)
  }
  return call.viewer
}

/** A value within a JSON body; undefined where there is none. */
export function within(body: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), body)
}

export function stringIn(body: unknown, ...path: string[]): string | undefined {
  const value = within(body, ...path)
  return typeof value === 'string' ? value : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Tokens of one listing are not understood by another. */
export function tokenFor(listing: string, last: string): string {
  return Buffer.from(`${listing} ${last}`).toString('base64url')
}

/** Where a token says to go on. @throws Refused */
export function tokenIn(call: Call, listing: string, ...names: string[]): string | undefined {
  const name = names.find((one) => call.query[one] !== undefined)
  const value = name === undefined ? undefined : call.query[name]
  if (name === undefined || value === undefined) return undefined
  const [its, last] = splitLast(Buffer.from(value, 'base64url').toString())
  return its === listing && /^\d+$/.test(last) ? last : refuseParameter(call, name, value, 'is not valid')
}

function splitLast(text: string): [string, string] {
  const at = text.lastIndexOf(' ')
  return [text.slice(0, at), text.slice(at + 1)]
}
