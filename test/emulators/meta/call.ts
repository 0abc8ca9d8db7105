import type { Contract, Version } from './contract.ts'
import type { Page } from './facebook.ts'
import type { Account } from './instagram.ts'
import type { Person } from './people.ts'
import { invalid } from './refusals.ts'
import type { Grant } from './tokens.ts'
import type { World } from './world.ts'

/** What Meta allows an app that it has not reviewed, and one that it has. */
export type Access = 'standard' | 'advanced'

export type Parameters = Readonly<Record<string, unknown>>

/** One request that has been let in, and what answers it. */
export interface Call {
  world: World
  grant: Grant
  /** The Page's token that somebody's own token opens. */
  openPage: (page: Page) => string | undefined
  access: Access
  contract: Contract | null
  version: Version
  /** Where links of further pages lead, without the version. */
  url: string
  parameters: Parameters
  /** The app, as `subscribed_apps` lists it. */
  app: { id: string; name: string }
  /** How `blocked` answers: nobody has confirmed either. */
  blockAnswer: 'map' | 'success'
  /** Unix milliseconds. */
  now: number
  /** Tells what broke the contract. */
  complain: (complaint: string) => void
}

/** Who somebody is to a reader; undefined where Meta keeps it back. */
export function authorFor(call: Call, author: Page | Account | Person, within: Page | Account): object | undefined {
  const isPerson = !('node' in author)
  if (isPerson && !maySee(call, author, within)) return undefined
  const id = isPerson ? call.world.idOf(author, within) : author.id
  const username = 'handle' in author ? author.handle : author.name
  return within.node === 'Page' ? { name: author.name, id } : { id, username }
}

/** On a Page it also takes the permission to read what people write, and the task for which ids are given. */
function maySee(call: Call, author: Person, within: Page | Account): boolean {
  if (!isOpen(call, author)) return false
  return (
    within.node === 'IGUser' ||
    (call.grant.scopes.has('pages_read_user_content') && (call.grant.tasks.get(within)?.has('MODERATE') ?? false))
  )
}

/** Whether the app may know of this person: before Meta's review only if they have a role on it. */
export function isOpen({ access }: Call, person: Person): boolean {
  return access === 'advanced' || person.role
}

/** Meta's way of writing a moment, given in Unix milliseconds. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, '+0000')
}

export function textIn(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name]
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value)
}

export function flagIn(parameters: Parameters, name: string): boolean | undefined {
  const value = textIn(parameters, name)
  return value === undefined ? undefined : value === 'true' || value === '1'
}

/** Unix milliseconds. */
export function momentIn(parameters: Parameters, name: string): number | undefined {
  const value = textIn(parameters, name)
  if (value === undefined) return undefined
  return /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value)
}

/** A whole number, or what is usual where none is given. @throws Refused */
export function countIn(parameters: Parameters, name: string, usual: number): number {
  const value = textIn(parameters, name) ?? String(usual)
  return /^\d+$/.test(value) && value !== '0' ? Number(value) : invalid(`Param ${name} must be a positive number`)
}

/** An object, also where it came as text. @throws Refused */
export function objectIn(parameters: Parameters, name: string): Record<string, unknown> | undefined {
  const given = jsonIn(parameters[name])
  if (given === undefined) return undefined
  if (typeof given !== 'object' || given === null) return invalid(`Param ${name} must be an object`)
  return given as Record<string, unknown>
}

/** A list, also where it came as text: JSON, or values between commas. */
export function listIn(parameters: Parameters, name: string): unknown[] {
  const given = jsonIn(parameters[name])
  if (given === undefined) return []
  if (Array.isArray(given)) return given
  return String(parameters[name]).split(',')
}

function jsonIn(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
