import { type Call, selfOf, stringIn, within } from './call.ts'
import type { EndpointName } from './endpoints.ts'
import { absent, invalid, PROBLEMS, type ProblemName, Refused } from './problems.ts'
import { newestFirst } from './shelf.ts'
import { compareIds, firstIdAt } from './snowflake.ts'
import { weightedLength } from './text.ts'
import { firstId, type Person, type Post, type Relation } from './world.ts'

/** The calls that change something. */

interface Done {
  status: 200 | 201
  body: object
}
type Act = (call: Call) => Done

const DAY = 24 * 3_600_000
const SHORT = 280
/** Longest text of somebody who pays. */
const LONG = 25_000

export const ACTS: Partial<Record<EndpointName, Act>> = {
  'POST tweets': create,
  'DELETE tweets/:id': (call) => {
    const post = call.world.postById(call.params['id'] ?? '')
    if (post && post.author !== call.viewer) refuse(call, 'notYours')
    // GUESS: what is gone already is deleted as if it were there.
    if (post) call.world.delete(post)
    return done({ deleted: true })
  },
  'PUT tweets/:id/hidden': hide,

  'POST users/:id/muting': (call) => relate(call, call.world.muted, true, 'muting'),
  'DELETE users/:id/muting/:target': (call) => relate(call, call.world.muted, false, 'muting'),
  'POST users/:id/blocking': (call) => {
    enterpriseOnly(call)
    return relate(call, call.world.blocked, true, 'blocking')
  },
  'DELETE users/:id/blocking/:target': (call) => {
    enterpriseOnly(call)
    return relate(call, call.world.blocked, false, 'blocking')
  },
  'POST users/:id/dm/block': (call) => blockMessages(call, true),
  'POST users/:id/dm/unblock': (call) => blockMessages(call, false),
  'POST dm_conversations/with/:id/messages': send,
}

function done(data: object): Done {
  return { status: 200, body: { data } }
}

function refuse({ words, now }: Call, name: ProblemName): never {
  throw new Refused(PROBLEMS[name]({ words, now }))
}

function enterpriseOnly(call: Call): void {
  if (call.tier !== 'enterprise') refuse(call, 'clientForbidden')
}

function create(call: Call): Done {
  const { world, viewer, now, body } = call
  const text = stringIn(body, 'text')
  if (text === undefined || text.trim() === '') throw new Refused(invalid(call.words, 'text is required'))
  if (weightedLength(text) > (viewer.verified ? LONG : SHORT)) refuse(call, 'tooLong')
  // Quotes left the self-serve plans on 2026-04-20. GUESS: the refusal is that of other calls those plans lack.
  if (within(body, 'quote_tweet_id') !== undefined) enterpriseOnly(call)

  const parentId = stringIn(body, 'reply', 'in_reply_to_tweet_id')
  const replyTo = parentId === undefined ? null : world.postById(parentId)
  if (parentId !== undefined && (!replyTo || replyTo.life.deleted)) refuse(call, 'replyToNothing')
  if (replyTo && !mayReply(call, replyTo)) refuse(call, 'replyRefused')
  if (saidToday(call, text)) refuse(call, 'duplicate')

  const post = world.post(viewer, text, { at: now, ...(replyTo ? { replyTo } : {}) })
  return {
    status: 201,
    body: { data: { id: post.id, text: post.sent.text, [call.words.edits]: post.life.ids } },
  }
}

/**
 * Since 2026-02-23 an app of a self-serve plan may answer only whoever has named its account in the post, or quoted it.
 * Own posts need no summons (X's words leave no doubt, though nobody has tried it).
 */
function mayReply({ viewer, tier, implicitSummons }: Call, to: Post): boolean {
  if (tier === 'enterprise' || to.author === viewer) return true
  if (to.typedMentions.has(viewer.handle.toLowerCase()) || to.quotes?.author === viewer) return true
  return implicitSummons && to.mentions.has(viewer.handle.toLowerCase())
}

function saidToday({ world, viewer, now }: Call, text: string): boolean {
  const yesterday = firstIdAt(now - DAY)
  for (const post of newestFirst([world.library.byAuthor.get(viewer.id)])) {
    if (compareIds(post.id, yesterday) < 0) return false
    if (post.typed === text && !post.life.deleted) return true
  }
  return false
}

/** Only in a conversation that one began; and the first post itself is no reply. */
function hide(call: Call): Done {
  const { world, viewer, params, body } = call
  const id = params['id'] ?? ''
  const hidden = within(body, 'hidden')
  if (typeof hidden !== 'boolean') throw new Refused(invalid(call.words, 'hidden must be true or false'))
  const post = world.postById(id)
  if (!post || post.life.deleted)
    return { status: 200, body: { errors: [absent(call.words, 'tweet', 'id', id, 'missing')] } }
  const root = world.postById(post.conversation)
  if (root?.author !== viewer || firstId(post) === post.conversation) refuse(call, 'foreignConversation')
  post.life.hidden = hidden
  return done({ hidden })
}

function relate(call: Call, relation: Relation, stands: boolean, word: 'muting' | 'blocking'): Done {
  const by = selfOf(call)
  const id = (stands ? stringIn(call.body, 'target_user_id') : call.params['target']) ?? ''
  const whom = found(call, id)
  if (!whom) return { status: 200, body: { errors: [absent(call.words, 'user', 'target_user_id', id, 'missing')] } }
  relation.set(by, whom, stands)
  return done({ [word]: stands })
}

function blockMessages(call: Call, stands: boolean): Done {
  const id = call.params['id'] ?? ''
  const whom = found(call, id)
  if (!whom) return { status: 200, body: { errors: [absent(call.words, 'user', 'id', id, 'missing')] } }
  call.world.messagesBlocked.set(call.viewer, whom, stands)
  return done({ blocked: stands })
}

function send(call: Call): Done {
  const { world, viewer, params, body, now } = call
  const id = params['id'] ?? ''
  const to = found(call, id)
  // GUESS: X's specification has no answer of its own for a person who is not there.
  if (!to) refuse(call, 'cannotMessage')
  const text = stringIn(body, 'text')
  if (text === undefined || text === '') throw new Refused(invalid(call.words, 'text is required'))
  const closed = world.blocked.has(to, viewer) || world.messagesBlocked.has(to, viewer)
  const shut = world.blocked.has(viewer, to) || world.messagesBlocked.has(viewer, to)
  const known = world.messagesBetween(viewer, to).some(({ from }) => from === to)
  if (closed || shut || !(to.receivesMessages || known)) refuse(call, 'cannotMessage')
  const message = world.message(viewer, to, text, { at: now })
  return {
    status: 201,
    body: { data: { dm_conversation_id: message.conversation, dm_event_id: message.id } },
  }
}

/** X knows nobody who is suspended. */
function found({ world }: Call, id: string): Person | null {
  const person = world.personById(id)
  return person && !person.suspended ? person : null
}
