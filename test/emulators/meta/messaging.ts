import { type Call, isOpen, listIn, objectIn, textIn } from './call.ts'
import type { Scope } from './endpoints.ts'
import type { Comment, Page, Post } from './facebook.ts'
import type { Conversation } from './inbox.ts'
import type { Account, InstagramComment } from './instagram.ts'
import { DAY, repliesPrivately } from './nodes.ts'
import type { Person } from './people.ts'
import { invalid, refuse } from './refusals.ts'

/** Messages that a Page sends, on Messenger and on Instagram, and what it does about those it gets. */

interface Receiver {
  person: Person
  side: Page | Account
}

const NEEDED: Readonly<Record<'Page' | 'IGUser', readonly Scope[]>> = {
  Page: ['pages_messaging'],
  IGUser: ['instagram_basic', 'instagram_manage_messages'],
}
const LONGEST = 2000
/** People may be answered by people for longer than by machines. */
const HUMAN_WINDOW = 7 * DAY

/** POST /{page}/messages */
export function sendMessage(page: Page, call: Call): object {
  const { world, now, parameters } = call
  const recipient = objectIn(parameters, 'recipient') ?? {}
  if (textIn(parameters, 'sender_action') !== undefined) return invalid('the emulator sends no signs of typing')
  const text = objectIn(parameters, 'message')?.['text']
  if (typeof text !== 'string' || text === '') return invalid('Param message must be non-empty.')
  if (text.length > LONGEST) return invalid(`Length of param message[text] must be less than or equal to ${LONGEST}`)

  const answered = answeredBy(recipient, page, call)
  const { person, side } = answered ?? receiverOf(textIn(recipient, 'id') ?? '', page, call)
  mayTalk(person, side, call)
  // GUESS: whoever is blocked is not there to be written to.
  const closed = world.inbox.between(side, person)?.closed ?? false
  if (!person.reachable || side.blocked.has(person) || closed) refuse('unavailable')
  if (!answered && now - world.inbox.lastHeard(side, person) > windowOf(call)) refuse('outsideWindow')

  const message = world.inbox.send(side, person, text, { at: now })
  if (answered) answered.thing.privatelyAnswered = message
  return { recipient_id: world.idOf(person, side), message_id: message.id }
}

/** Tags that reached people after a day are gone since 2026-04-27, but for HUMAN_AGENT, which takes Meta's review. */
function windowOf({ parameters, access }: Call): number {
  if (textIn(parameters, 'messaging_type') !== 'MESSAGE_TAG') return DAY
  if (textIn(parameters, 'tag') !== 'HUMAN_AGENT') return invalid('Param tag must be one of {HUMAN_AGENT}')
  return access === 'advanced' ? HUMAN_WINDOW : DAY
}

/** A private reply: once to each comment or post, within seven days. */
function answeredBy(
  recipient: Readonly<Record<string, unknown>>,
  page: Page,
  { world, now }: Call,
): (Receiver & { thing: Comment | Post | InstagramComment }) | null {
  const id = textIn(recipient, 'comment_id') ?? textIn(recipient, 'post_id')
  if (id === undefined) return null
  const thing = world.find(id)
  if (thing?.node === 'IGComment') {
    const { author, medium } = thing
    const isTheirs = !('node' in author) && medium.owner === page.account
    if (thing.privatelyAnswered) refuse('alreadyReplied')
    if (!isTheirs || !page.account || now - thing.at > 7 * DAY) return refuse('cannotReply')
    return { person: author, side: page.account, thing }
  }
  if (thing?.node !== 'Comment' && thing?.node !== 'PagePost') return refuse('cannotReply')
  const { author } = thing
  const on = thing.node === 'Comment' ? thing.post.page : thing.page
  if (thing.privatelyAnswered) refuse('alreadyReplied')
  if ('node' in author || on !== page || !repliesPrivately(thing, now)) return refuse('cannotReply')
  return { person: author, side: page, thing }
}

/** @throws Refused where that id names nobody to this Page or its account */
function receiverOf(id: string, page: Page, { world }: Call): Receiver {
  const onMessenger = world.personBy(id, page)
  if (onMessenger) return { person: onMessenger, side: page }
  const onInstagram = page.account && world.personBy(id, page.account)
  return page.account && onInstagram ? { person: onInstagram, side: page.account } : refuse('noSuchPerson')
}

function mayTalk(person: Person, side: Page | Account, call: Call, more: readonly Scope[] = []): void {
  for (const scope of [...NEEDED[side.node], ...more]) if (!call.grant.scopes.has(scope)) refuse('denied')
  if (!isOpen(call, person)) refuse('roleNeeded')
}

/** POST /{page}/moderate_conversations, and the account's, which v24.0 does not have. */
export function moderate(of: Page | Account, call: Call): object {
  const { parameters, world } = call
  const page = of.node === 'Page' ? of : of.page
  const actions = new Set(listIn(parameters, 'actions').map((one) => String(one).toUpperCase()))
  const ids = listIn(parameters, 'user_ids').map((one) => String((one as { id?: unknown }).id))
  if (ids.length === 0 || ids.length > 10) return invalid('Up to 10 IDs can be provided in each request')
  if (actions.size === 0 || actions.size > 2) return invalid('Up to 2 actions can be specified in each request')
  if (actions.has('BLOCK_USER') && actions.has('UNBLOCK_USER'))
    return invalid('block_user and unblock_user exclude each other')
  // GUESS: both are in Meta's specification, and documented nowhere.
  if (actions.has('BAN_USER') || actions.has('UNBAN_USER')) return invalid('Unsupported action')

  const receivers = ids.map((id) => receiverOf(id, page, call))
  const conversations = receivers.map(({ person, side }) => {
    mayTalk(person, side, call, side.node === 'IGUser' ? ['business_management'] : [])
    return world.inbox.between(side, person) ?? refuse('noThread')
  })
  for (const conversation of conversations) {
    if (actions.has('MOVE_TO_SPAM')) conversation.folder = 'spam'
    if (actions.has('BLOCK_USER')) shutOut(conversation, true)
    if (actions.has('UNBLOCK_USER')) shutOut(conversation, false)
  }
  // A string: so Meta documents it.
  return { success: 'true' }
}

/** On Instagram from all of the account. GUESS: on Messenger from the conversation alone. */
function shutOut(conversation: Conversation, shut: boolean): void {
  const { with: side, person } = conversation
  if (side.node === 'Page') conversation.closed = shut
  else if (shut) side.blocked.add(person)
  else side.blocked.delete(person)
}
