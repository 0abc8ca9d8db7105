import { ability, type Capabilities } from '../../../adapters/platform.ts'
import type { LetterKind } from '../../../moderation/letters.ts'
import {
  type Ability,
  type ActionKind,
  type Concern,
  type ItemKind,
  type Mode,
  ON_AUTHOR,
} from '../../../moderation/model.ts'
import { weighed } from '../../danger.ts'
import type { Case, Lane } from '../../store/index.ts'
import { isConnected, proposedFor } from '../answers.ts'
import type { Entry } from '../deps.ts'

/** What the console calls things. Staff are not engineers: no word of the program is shown where a plain one exists. */

const LANES: Record<Lane, { name: string; empty: string; hint: string }> = {
  risk: {
    name: 'People at risk',
    empty: 'Nobody who wrote seems to be at risk.',
    hint: 'Somebody may be in danger, or may harm themselves. They are helped, never moderated.',
  },
  police: {
    name: 'For the police',
    empty: 'Nothing is waiting for the police.',
    hint: 'Threats, and what else may be a crime. What was written is evidence: don’t delete it on the platform.',
  },
  proposal: {
    name: 'Proposals',
    empty: 'No proposals are waiting.',
    hint: 'The tool proposes, you decide. Nothing happens until you agree.',
  },
  performed: {
    name: 'Done by the tool',
    empty: 'The tool has done nothing by itself that you have not seen.',
    hint: 'Done already, because the policy allows it. Dismiss to undo.',
  },
  look: {
    name: 'Worth a look',
    empty: 'Nothing needs a second pair of eyes.',
    hint: 'The tool is unsure, or can do nothing about it. Nothing happens unless you decide so.',
  },
  casework: {
    name: 'Casework',
    empty: 'Nobody is waiting for a caseworker.',
    hint: 'Somebody asks the office for help.',
  },
}
export const LANE_ORDER: readonly Lane[] = ['risk', 'police', 'proposal', 'performed', 'look', 'casework']
export const laneWords = (lane: string) => LANES[lane as Lane]
export const isLane = (word: unknown): word is Lane => typeof word === 'string' && Object.hasOwn(LANES, word)

export const kindWords = (kind: string): string => KINDS[kind as ItemKind]
export const modeWords = (mode: string): string => MODES[mode as Mode]
export const stateWords = (state: string): string => STATES[state] ?? state
export const given = (answer: string): string => ANSWERS[answer] ?? answer

/** The adapter's own name, as a name. */
export const platformName = (name: string): string => sentence(name)

const KINDS: Record<ItemKind, string> = {
  reply: 'Reply',
  mention: 'Mention',
  quote: 'Quote',
  comment: 'Comment',
  message: 'Private message',
}

const MODES: Record<Mode, string> = {
  watch: 'Watching only: it judges, and does nothing.',
  propose: 'Proposing: nothing happens until somebody agrees.',
  perform: 'Acting: it hides or mutes where the policy allows it, and proposes the rest.',
}

interface Deed {
  /** "hide it", after "Agree:" */
  do: string
  done: string
  undone: string
  /** What it means for the person who wrote. */
  means: string
}

const DEEDS: Record<ActionKind, Deed> = {
  hide: { do: 'hide it', done: 'hidden', undone: 'shown again', means: 'Others no longer see it under your post.' },
  delete: {
    do: 'delete it',
    done: 'deleted',
    undone: 'put back',
    means: 'Gone from the platform for everybody, for good. The tool keeps what was written.',
  },
  'close-comments': {
    do: 'stop all comments under that post',
    done: 'comments under that post stopped',
    undone: 'comments under that post allowed again',
    means: 'Nobody can comment on that post of yours any more, critics included.',
  },
  mute: {
    do: 'mute the person',
    done: 'the person muted',
    undone: 'the person unmuted',
    means: 'You no longer see what they write. They are not told.',
  },
  restrict: {
    do: 'restrict the person',
    done: 'the person restricted',
    undone: 'the person no longer restricted',
    means: 'Only they see their comments, until you approve them.',
  },
  block: {
    do: 'block the person',
    done: 'the person blocked',
    undone: 'the person unblocked',
    means: 'They can no longer read or answer this account.',
  },
  'delete-own': {
    do: 'delete our own post',
    done: 'our own post deleted',
    undone: 'our own post put back',
    means: 'A post of this account is taken down.',
  },
  report: {
    do: 'report it to the platform',
    done: 'reported to the platform',
    undone: 'the report withdrawn',
    means: 'The platform’s own moderators are asked to look.',
  },
  redirect: {
    do: 'say where to write',
    done: 'told where to write',
    undone: 'our answer taken down',
    means: 'The office’s standard answer, with its phone and email.',
  },
  warn: {
    do: 'warn the person',
    done: 'warned',
    undone: 'the warning withdrawn',
    means: 'A formal letter: the rule, what has to change, until when it counts, and how to contest it.',
  },
}

export const deed = (action: string): Deed => DEEDS[action as ActionKind]
export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** These can be taken back on the platform; what was said to a person stays said. */
export const REVERSIBLE: readonly string[] = ['hide', 'close-comments', 'mute', 'restrict', 'block']

/** What staff may choose instead of what was proposed, the mildest first as far as there is one. */
export const CHOICES: readonly ActionKind[] = [
  'warn',
  'hide',
  'delete',
  'close-comments',
  'mute',
  'restrict',
  'block',
  'report',
]

const ABILITIES: Record<Exclude<Ability, 'automatic'>, string> = {
  manual: 'Done by hand: you get the link and the exact words.',
  impossible: 'Not possible here.',
}
/** `automatic`: what is said of what the tool can do, where that is more than that it can. */
export const abilityWords = (can: Ability, automatic = 'The tool can do this.'): string =>
  can === 'automatic' ? automatic : ABILITIES[can]

/** Nothing is known before the first sign-in to the platform. */
export const canDo = (capabilities: Capabilities | null, action: string, kind: string): Ability =>
  capabilities === null ? 'impossible' : ability(capabilities, action as ActionKind, kind as ItemKind)

/** Whom the platform withholds a person must find beside what they wrote. */
export function canDoTo({ authorId, kind }: Case['item'], capabilities: Capabilities | null, action: string): Ability {
  const can = canDo(capabilities, action, kind)
  return authorId === null && can === 'automatic' && ON_AUTHOR.some((one) => one === action) ? 'manual' : can
}

const CONCERNS: Record<Concern, string> = {
  abuse: 'Abuse',
  discrimination: 'Discrimination',
  threat: 'Threat',
  'graphic-imagery': 'Graphic picture',
  deception: 'Deception',
  'ip-violation': 'Somebody else’s work',
  unlawful: 'Against the law',
  spam: 'Spam',
  'fake-profile': 'Fake profile',
  harassment: 'Harassment',
  allegation: 'Allegation',
  'third-party-abuse': 'Abuse of somebody else',
  'at-risk': 'Somebody at risk',
  casework: 'Casework',
}
export const concernWords = (concern: string): string => CONCERNS[concern as Concern] ?? concern

/** Percentages suggest a precision that no detector has. */
export function confidence(score: number): string {
  if (score >= 0.95) return 'almost certain'
  if (score >= 0.85) return 'very likely'
  if (score >= 0.65) return 'likely'
  return score >= 0.4 ? 'possible' : 'a faint sign'
}

const STATES: Record<string, string> = {
  proposed: 'Waits for your answer',
  unwritten: 'Its letter is to be written',
  queued: 'On its way',
  running: 'Being done now',
  done: 'Done',
  manual: 'To be done by hand',
  unconfirmed: 'May have been done: please check',
  refused: 'The platform refused',
  gone: 'It no longer exists there',
  dropped: 'Not done',
}

/** Does the decision rest on a finding of this? */
export const finds = (found: Case, concern: Concern): boolean =>
  weighed(found).some((finding) => finding.concern === concern)

/** Why a finding was made. One that names no words must not point at those that others marked. */
export const reasonWords = (reason: string, marked: boolean): string =>
  marked ? reason : reason.replace('; the marked words weigh most', '')

const isHarm = ({ concern }: { concern: string }): boolean => concern !== 'at-risk' && concern !== 'casework'

/** A private message that breaks a rule: nobody else sees it, so there is nothing to hide and nothing to leave up. */
export const isHarmfulMessage = (found: Case): boolean => found.item.kind === 'message' && weighed(found).some(isHarm)

/** The two answers each case asks for, in its own words: they agree with the tool, or dismiss what it thought. */
export function answerWords(found: Case): { agreed: string; dismissed: string } {
  const deeds = listed([...new Set(proposedFor(found).map(({ kind }) => deed(kind).do))])
  if (found.atRisk) return { agreed: 'We are helping', dismissed: 'Nobody is at risk' }
  if (!isConnected(found)) return { agreed: 'Seen', dismissed: 'Dismiss' }
  switch (found.lane) {
    case 'risk':
    case 'police':
      if (finds(found, 'threat'))
        return { agreed: deeds === '' ? 'It is a threat' : `It is a threat: ${deeds}`, dismissed: 'Not a threat' }
      return { agreed: deeds === '' ? 'Seen' : `Agree: ${deeds}`, dismissed: 'Leave it up' }
    case 'performed':
      return { agreed: deeds === '' ? 'Agree: let it stand' : `Agree: also ${deeds}`, dismissed: 'Dismiss: undo it' }
    case 'look':
      if (isHarmfulMessage(found))
        return { agreed: 'Seen', dismissed: finds(found, 'abuse') ? 'Not abuse' : 'Nothing is wrong with it' }
      return { agreed: 'Seen: leave it up', dismissed: 'No need to ask' }
    case 'casework':
      return { agreed: 'Taken on', dismissed: 'Not casework' }
    default:
      // Others were answered with it, and this was left open.
      if (found.reviews.some(({ apart, undoneAt }) => undoneAt === null && apart.length > 0))
        return { agreed: `Agree: ${deeds}`, dismissed: `Do not ${deeds}` }
      return { agreed: deeds === '' ? 'Agree' : `Agree: ${deeds}`, dismissed: 'Dismiss: leave it' }
  }
}

const ANSWERS: Record<string, string> = {
  agreed: 'agreed',
  dismissed: 'dismissed it',
  'nobody-at-risk': 'marked: nobody is at risk',
  changed: 'decided otherwise',
}

/** "a, b and c" */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

export const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const ENTRIES: Record<string, string> = {
  seen: 'An item was read',
  judged: 'It was judged',
  proposed: 'Proposed',
  queued: 'Ordered',
  dropped: 'Taken back before it was done',
  reviewed: 'Answered',
  'taken-back': 'An answer was taken back',
  done: 'Done on the platform',
  'already-done': 'It was so on the platform already',
  manual: 'Left to be done by hand',
  unconfirmed: 'It could not be confirmed',
  refused: 'The platform refused',
  gone: 'It no longer exists there',
  'done-by-hand': 'Done by hand',
  'seen-done': 'Seen on the platform: somebody did it by hand',
  'left-undone': 'Left undone',
  alerted: 'Staff were called',
  linked: 'Two accounts were linked as one person',
  unlinked: 'An account was taken out of a person’s accounts',
  'stands-no-longer': 'Seen on the platform: it no longer stands there',
  'stands-again': 'Seen on the platform: somebody did it there again',
  'stands-already': 'Seen on the platform: somebody did it there by hand already',
  'set-aside': 'Something could not be kept, and was set aside',
  'account-retired': 'An account is no longer in the configuration',
  superseded: 'An edit replaced it',
  held: 'Kept as evidence, whatever becomes of it on the platform',
  released: 'No longer kept as evidence',
  blanked: 'Its words, links and pictures were removed here; what was decided stays',
  purged: 'What was kept of a platform was removed here',
  captured: 'What was known was frozen as evidence',
  'captured-picture': 'A picture was added to the evidence',
  packed: 'An evidence pack was made',
  referred: 'It was noted that it was reported to the police',
  'not-referred': 'It was noted why it was not reported to the police',
  'referral-reference': 'The police’s reference was noted',
  'referral-asked': 'The police were asked, and have nothing to say yet',
  'referral-outcome': 'It was noted what the police did',
  disclosed: 'It was noted who was told about somebody at risk',
  signposted: 'Somebody at risk was sent words of help by hand',
  invited: 'A colleague was invited',
  joined: 'A colleague chose a name and a password',
  opened: 'A private message was read',
  renewed: 'A colleague chose a new password',
  removed: 'A colleague’s access was removed',
  'password-changed': 'A colleague changed their password',
  'app-added': 'A colleague added an authenticator app',
  'app-removed': 'A colleague removed their authenticator app',
  'passkey-added': 'A colleague added a passkey',
  'passkey-removed': 'A colleague removed a passkey',
  'codes-made': 'A colleague made new codes on paper',
  'code-used': 'A colleague signed in with a code on paper',
  'signed-out-elsewhere': 'A colleague signed out everywhere else',
  roles: 'What a colleague may do was changed',
  setting: 'A setting was changed',
  account: 'An account’s mode was set',
  reopened: 'Something was seen after the answer: it is open again',
  'handed-on': 'Left to colleagues',
  resumed: 'Taken back from colleagues',
  'author-handed-on': 'All that somebody writes was left to colleagues',
  'author-resumed': 'What somebody writes was taken back from colleagues',
  note: 'A note was written',
  'note-removed': 'A note was taken back',
  'picture-added': 'A picture is to be known again',
  'picture-removed': 'A picture is no longer to be known again',
  'picture-erased': 'A picture was erased here, as a person asked',
  'letter-written': 'A letter was written or changed',
  'letter-sent': 'A letter was sent',
  'letter-no-address': 'Nobody knows where to write to',
  withdrawn: 'A warning was withdrawn: it no longer counts',
  noted: 'It was noted on the person’s record',
  adjustment: 'An adjustment for a person',
  contact: 'A person’s point of contact was set',
  'author-note': 'A note about a person was written',
  'author-note-removed': 'A note about a person was removed',
  contested: 'The person contests it',
  'contest-decided': 'What was contested was decided',
  'block-kept': 'A block was looked at again, and stays',
  'block-for-good': 'A block is for good: nobody is reminded of it',
  'work-added': 'A text was registered, to be known again',
  'work-removed': 'A text is no longer to be known again',
  'protected-added': 'A detail was put on the protected register',
  'protected-removed': 'A detail was taken off the protected register',
  'second-asked': 'Somebody asked for what takes two people',
  'second-agreed': 'A second person agreed',
  'second-declined': 'A second person said no',
  'second-withdrawn': 'Whoever asked for it took it back',
  'second-expired': 'Nobody agreed within a day, so nothing was done',
}

const NOBODY_CALLED = 'Shown in the console; nobody was called, since no alert is set up'

/** One line of the log in words. The exact entry stands beside it. `names`: of staff by id. */
export function entryWords({ kind, body }: Pick<Entry, 'kind' | 'body'>, names: ReadonlyMap<string, string>): string {
  const { action, undo, answer, outcome, clauses, person, how, platform, items, held, about, way, state } = (body ??
    {}) as {
    about?: string
    way?: string
    state?: string
    action?: string
    undo?: boolean
    answer?: string
    outcome?: string
    clauses?: string[]
    person?: string
    how?: string
    platform?: string
    items?: number
    held?: boolean
  }
  const told = kind === 'alerted' && how === 'console' ? NOBODY_CALLED : (ENTRIES[kind] ?? kind)
  const more = [
    action && (undo ? `undo “${deed(action).do}”` : deed(action).do),
    answer && given(answer),
    about && letterName(about),
    way && WAYS[way],
    state && WISHES[state],
    outcome && (OUTCOMES[outcome] ?? outcome),
    clauses?.length ? `clause ${clauses.join(', ')}` : '',
    person && names.get(person),
    ...(kind === 'purged' && platform !== undefined && items !== undefined
      ? [platformName(platform), counted(items, 'item'), held ? 'what was kept as evidence too' : 'evidence stays']
      : []),
  ].filter((part) => typeof part === 'string' && part !== '')
  return more.length === 0 ? `${told}.` : `${told}: ${more.join('; ')}.`
}

const OUTCOMES: Record<string, string> = {
  upheld: 'the decision stays',
  overturned: 'it was taken back',
  leave: 'leave it up',
  review: 'a person should look',
  propose: 'something is proposed',
  perform: 'the policy lets the tool act',
}

const LETTERS: Record<LetterKind, string> = {
  warn: 'Formal warning',
  hide: 'Letter about what was hidden',
  restrict: 'Letter about a restriction',
  block: 'Letter about a block',
  'block-review': 'Letter about a block that was looked at again',
  contest: 'Answer to a contest',
  adjustment: 'Letter about an adjustment',
}
export const letterName = (kind: string): string => LETTERS[kind as LetterKind] ?? kind

/** How a letter went, to follow "It went". */
const WAYS: Record<string, string> = {
  platform: 'by message on the platform',
  email: 'by email',
  post: 'by post, or by hand',
}
export const wayWords = (way: string | null): string => WAYS[way ?? ''] ?? ''

const WISHES: Record<string, string> = {
  asked: 'asked for',
  agreed: 'agreed',
  declined: 'declined',
  ended: 'ended',
}
export const wishWords = (state: string): string => WISHES[state] ?? state
