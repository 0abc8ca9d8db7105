import type { PrivateLetters } from '../../adapters/platform.ts'
import type { OfficeFacts } from '../../moderation/model.ts'
import type { Policy } from '../../moderation/policy.ts'
import type { Examiner } from '../classifiers/images/examiner.ts'
import type { Listener } from '../push.ts'
import type { Configured, InForce } from '../rules.ts'
import type { Case, Farewell, Session, Staff, Store } from '../store/index.ts'

/** What the console is made of. It reads no clock, no environment and no file but its own two assets. */
export interface ConsoleParts {
  store: Store
  office: OfficeFacts & { timezone: string; safeguarding?: SafeguardingLead | undefined }
  /**
   * The policy in force: an older decision names the version it was made under. Staff may change it at any time, so it is
   * read for each page, and never kept.
   */
  readonly policy: Policy
  /** What is said before a block; null if nothing may be said. Read for each page, too. */
  readonly farewell: Farewell | null
  inForce: () => InForce
  /** What held if staff had chosen nothing. */
  configured: Configured
  now: () => Date
  /** Called after anything was queued. */
  wake: () => void
  /** A page could not be shown: for the service's own log. The error may quote what a stranger wrote. */
  failed?: (error: unknown) => void
  /** Throws if the database does not answer. */
  health: () => Promise<Health>
  /** The optional judges in use: what strangers write goes to them. */
  judges?: readonly Judge[]
  /** Do this platform's rules forbid keeping what its author has deleted there? Absent: none do. */
  forgets?: (platform: string) => boolean
  /** What an action does on this platform, where that is not what it does elsewhere. */
  means?: (platform: string, action: string) => string | undefined
  /** How somebody can be written to in private there; absent or null: not at all. */
  letters?: (platform: string) => PrivateLetters | null
  /** Does the tool see by itself on this account what staff did by hand? Absent: on none. */
  looksByItself?: (accountId: string, kind: string) => boolean
  /** Looks at the pictures staff add; absent, none can be added. */
  examiner?: Pick<Examiner, 'look' | 'means'>
  /** A portrait of the MP or of a colleague was added or removed. */
  portrayed?: () => Promise<void>
  /** Hears what platforms tell of their own accord; absent, nobody is listened to. */
  push?: Listener
  /** How staff reach the console, for passkeys, which are good for one address alone. Absent: there are none. */
  url?: string
  /** Staff reach the console by https. */
  secureCookies: boolean
  /** The host names the console answers to, against DNS rebinding; null: any, behind a proxy that knows its own. */
  hosts?: readonly string[] | null
}

/** Whom staff tell of people at risk. */
export interface SafeguardingLead {
  name: string
  phone?: string | undefined
  email?: string | undefined
}

export interface Judge {
  name: string
  /** The host that strangers' words go to; null if they stay here. */
  sendsTo: string | null
  seesPictures?: boolean
  /** Private messages go there too. */
  readsPrivate: boolean
  /** Why it has no say at the moment, in plain words. */
  trouble(): string | null
}

export interface Health {
  ok: boolean
  accounts: {
    platform: string
    handle: string
    mode: string
    /** Why it can't be used now, in plain words. */
    trouble: string | null
    lastOkAt: Date | null
    notes: string[]
  }[]
  /** Everything here is fictional. */
  rehearsal: boolean
  /** Staff are called for threats and for people at risk; otherwise these only show in the console. */
  callsStaff: boolean
}

/** What every page behind the sign-in may rely on. */
export interface Env {
  Variables: { staff: Staff; session: Session; shown: Set<string> }
}

export type Action = Case['actions'][number]
export type Entry = Awaited<ReturnType<Store['log']['page']>>[number]
