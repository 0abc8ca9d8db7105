/**
 * The words of the project. Every file uses them in these senses.
 *
 *   Office        one MP's office: name, phone, email, staff, its Policy, its Accounts, its timezone
 *   Account       one of the MP's own accounts on a platform, with a mode: watch, propose or perform
 *   Author        whoever wrote: platform, platform id, handle, display name, profile facts when known
 *   Item          one reply, mention, quote, comment or direct message
 *   Conversation  the post answered and what stands around the item
 *   Breach        a kind of wrong the detectors know by name ('abuse', 'threat'); shared by all offices
 *   Policy        an office's published rules, versioned: a list of Clauses
 *   Clause        one rule: the published words, which breaches they forbid, and what may be done about it
 *   Finding       what one detector says of an item: which concern, how sure, how grave, resting on which words
 *   Decision      what the policy makes of the findings: leave, review, propose or perform
 *   Action        hide, delete, close-comments, mute, restrict, block, delete-own, report, redirect, warn; and the undo of
 *                 each that can be undone
 *   Review        what a member of staff answered to a decision: agreed, changed or dismissed
 *   Entry         one line of the append-only log; everything else can be derived from it
 *
 * A Finding is a detector's, a Decision is the policy's, a Review is a person's: three speakers, three words.
 */

export const BREACHES = [
  'abuse',
  'discrimination',
  'threat',
  'graphic-imagery',
  'deception',
  'ip-violation',
  'unlawful',
  'spam',
  'fake-profile',
  'harassment',
  'allegation',
  'third-party-abuse',
] as const
export type Breach = (typeof BREACHES)[number]

/** What a finding may be about: a breach, somebody in danger, or somebody who asks the office for help. */
export type Concern = Breach | 'at-risk' | 'casework'

/** mild: a person should look; plain: an ordinary breach; grave: no office would let it stand. */
export const GRAVITIES = ['mild', 'plain', 'grave'] as const
export type Gravity = (typeof GRAVITIES)[number]

export type Escalation = 'police' | 'safeguarding'

/** A stretch of the item's own text, in UTF-16 code units, end exclusive: `text.slice(start, end)`. */
export interface Span {
  start: number
  end: number
}

export interface Finding {
  concern: Concern
  /** How sure the detector is, 0 to 1. Thresholds are the policy's. */
  score: number
  gravity: Gravity
  /** One plain sentence for staff, without quoting the text: "An obscene word is aimed at a person." */
  reason: string
  /** The words it rests on; empty where it rests on behaviour or on the profile. */
  spans: Span[]
  detector: string
  version: string
  escalate?: Escalation
}

export const ITEM_KINDS = ['reply', 'mention', 'quote', 'comment', 'message'] as const
/** `message` is private (a direct message); the others are public. */
export type ItemKind = (typeof ITEM_KINDS)[number]

export interface Media {
  kind: 'image' | 'video' | 'link' | 'other'
  /** The author's own description, if any. */
  alt?: string
  url?: string
}

export interface Item {
  /** The platform's own name for it, unique within the account. */
  id: string
  kind: ItemKind
  /** As the stranger wrote it: hostile input, any UTF-16. */
  text: string
  /** BCP 47, if the platform says. */
  lang?: string
  writtenAt: Date
  links: string[]
  media: Media[]
}

export interface Author {
  platform: string
  /** The platform's lasting id; handles change. */
  id: string
  handle: string
  displayName?: string
  bio?: string
  createdAt?: Date
  followers?: number
  following?: number
  posts?: number
  hasAvatar?: boolean
  /** Where the profile's picture is. */
  avatar?: string
  /** That picture is like the MP's own, or one of staff's. It may be a party's badge that thousands bear: never enough. */
  avatarLike?: 'mp' | 'staff'
  verified?: boolean
}

export interface Remark {
  text: string
  at: Date
  handle?: string
}

/** What stood around the item when it was read. All lists oldest first. */
export interface Context {
  /** The text of the MP's post it answers. */
  post?: string
  /** The same author's earlier items to this office. */
  earlier: Remark[]
  /** Other people's recent items: to tell a campaign of many from the flood of one. */
  others: Remark[]
}

/** Everything a detector may look at. `author` is null where the platform withholds it. */
export interface Subject {
  item: Item
  author: Author | null
  context: Context
}

/** The facts about an office that judging needs; none of them can be read as a secret. */
export interface OfficeFacts {
  mp: { name: string; constituency?: string | undefined; handles: Record<string, string> }
  staff: { name: string; role?: string | undefined }[]
  /** Contacts the office itself publishes: never doxxing, never a scam link. */
  public: {
    phone?: string | undefined
    email?: string | undefined
    address?: string | undefined
    website?: string | undefined
  }
  /** What nobody may publish: homes, numbers and families. Absent where the office keeps none. */
  protected?: Protected | undefined
  /** Texts whose copies staff want to see. A new array where one was added or removed. */
  works?: readonly Work[] | undefined
}

/** A text that somebody holds the rights in. */
export interface Work {
  title: string
  /** Who holds them. */
  holder: string
  text: string
}

/** Whether a token of details.ts is on the office's protected register. It can't be asked what is. */
export interface Protected {
  has(token: string): boolean
}

/** One detector. Pure and synchronous: what needs a network lives in src/classifiers and hands in findings. */
export interface Detector {
  name: string
  version: string
  detect(reading: Reading): Finding[]
}

/** A subject with its text normalised once for all detectors. */
export interface Reading extends Subject {
  office: OfficeFacts
  normal: NormalText
}

/**
 * Text made plain for matching: lower case, look-alike letters, leet, spacing and invisible characters undone.
 * `map[i]` is where the i-th character of `text` begins in the original; `map[text.length]` is the original's length.
 */
export interface NormalText {
  text: string
  map: readonly number[]
}

export interface Scores {
  abuse: number
  hate: number
  threat: number
}

/** What all detectors together say of one item: no policy has been asked yet. */
export interface Judgement {
  findings: Finding[]
  scores: Scores
  /** Detectors that broke on this item; absent when none did. */
  failed?: string[]
  /** The language it seems to be in, where that is one the detectors read only a few words of: "Polish". */
  unread?: string
}

/**
 * `delete` takes down what a stranger wrote, `close-comments` lets nobody answer one of the account's posts: both fall on more
 * than the one breach, so no policy asks for them and only a person orders them.
 */
export const ACTION_KINDS = [
  'hide',
  'delete',
  'close-comments',
  'mute',
  'restrict',
  'block',
  'delete-own',
  'report',
  'redirect',
  'warn',
] as const
export type ActionKind = (typeof ACTION_KINDS)[number]

/** Which actions fall on the person rather than on the one item. */
export const ON_AUTHOR: readonly ActionKind[] = ['mute', 'restrict', 'block']

export type Mode = 'watch' | 'propose' | 'perform'

/** The strongest thing the office would be asked to agree to. */
export type Act = 'none' | 'review' | 'hide' | 'block'

/** One step of a decision. `perform` goes to the outbox at once; `propose` waits for a person. */
export interface Step {
  action: ActionKind
  how: 'perform' | 'propose'
  /** The policy clause it rests on; null for a redirect, which punishes nobody. */
  clause: string | null
  /** What was found; null for a redirect. */
  breach: Breach | null
}

interface Decided {
  act: Act
  /** Ids of the policy's clauses that are breached, most fitting first. */
  clauses: string[]
  escalate: Escalation | null
  /** Somebody may be at risk. Whoever is called, nothing is then done to anybody and no standard answer is sent. */
  atRisk: boolean
  /** Should it reach the caseworkers? */
  casework: boolean
  /** Plain sentences, most important first: why this, and why not more. */
  reasons: string[]
  steps: Step[]
  policy: { id: string; version: string }
}

/** A discriminated union on `outcome`. `leave` may still carry a redirect step. */
export type Decision = Decided & { outcome: 'leave' | 'review' | 'propose' | 'perform' }

/** What decide() must know of the person beside the item. */
export interface Standing {
  /** Formal warnings in force. */
  warnings: number
  /** Earlier breaches that a person agreed to. */
  breaches: number
  /** Adjustments agreed with this person: each adds a step of patience to the ladder. */
  adjustments: number
  /** When this person was last sent the standard redirect. */
  redirectedAt: Date | null
  /** When this person last seemed to be at risk, unless staff found that nobody was. */
  atRiskAt: Date | null
  /** What of this came in part, or last, from the same person's accounts on other platforms. Absent: nothing. */
  elsewhere?: readonly Facet[]
}

/** One of the things that are known of a person. */
export type Facet = Exclude<keyof Standing, 'elsewhere'>

/** Can this be done here? `manual`: only by staff, by hand. */
export type Ability = 'automatic' | 'manual' | 'impossible'
