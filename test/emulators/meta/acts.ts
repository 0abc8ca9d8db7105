import { type Call, flagIn, listIn, textIn } from './call.ts'
import type { EndpointName } from './endpoints.ts'
import type { Comment, Page, Post } from './facebook.ts'
import { type Account, type InstagramComment, type Medium, names } from './instagram.ts'
import { moderate, sendMessage } from './messaging.ts'
import type { Person } from './people.ts'
import { absent, invalid, refuse } from './refusals.ts'
import type { Thing } from './world.ts'

/** The calls that change something. Each gives the body of its answer. */

type Act<Node> = (thing: Node, call: Call) => object
type Acts = {
  [Name in EndpointName]?: Name extends `${string} ${infer Node}`
    ? Act<Extract<Thing, { node: Node extends `${infer Alone}/${string}` ? Alone : Node }>>
    : never
}

const DONE = { success: true }

export const ACTS: Acts = {
  'POST Comment': changeComment,
  'DELETE Comment': (comment, { world, grant }) => {
    const own = comment.author === comment.post.page
    if (!grant.scopes.has(own ? 'pages_manage_engagement' : 'pages_read_user_content')) refuse('denied')
    world.delete(comment)
    return DONE
  },
  'POST Comment/comments': (comment, call) => reply(comment.post, comment, call),
  'POST PagePost/comments': (post, call) => reply(post, undefined, call),
  'POST PagePost': changePost,
  'DELETE PagePost': (post, { world, grant }) => {
    const own = post.author === post.page
    if (!own && !grant.scopes.has('pages_read_user_content')) refuse('denied')
    world.delete(post)
    return DONE
  },

  'POST Page/blocked': block,
  'DELETE Page/blocked': (page, call) => {
    const who = peopleIn(page, call)
    for (const person of who) page.blocked.delete(person)
    return who.length > 0 ? DONE : invalid('Invalid parameter')
  },
  'POST Page/messages': sendMessage,
  'POST Page/moderate_conversations': moderate,
  'POST IGUser/moderate_conversations': moderate,
  'POST Page/subscribed_apps': (page, { parameters, grant }) => {
    const fields = listIn(parameters, 'subscribed_fields').map(String)
    if (fields.some((field) => field.startsWith('message')) && !grant.scopes.has('pages_messaging')) refuse('denied')
    page.subscribed = fields
    return DONE
  },
  'DELETE Page/subscribed_apps': (page) => {
    page.subscribed = null
    return DONE
  },

  'POST IGMedia': (medium, { parameters }) => {
    medium.commentsOpen = flagIn(parameters, 'comment_enabled') ?? medium.commentsOpen
    return DONE
  },
  'POST IGMedia/comments': (medium, call) => remark(medium, undefined, call),
  // GUESS: the account's own comments take it too, though Meta shows them all the same.
  'POST IGComment': (comment, { parameters }) => {
    comment.hidden = flagIn(parameters, 'hide') ?? comment.hidden
    return DONE
  },
  'DELETE IGComment': (comment, { world }) => {
    world.instagram.delete(comment)
    return DONE
  },
  'POST IGComment/replies': (comment, call) =>
    // GUESS: the words.
    comment.hidden ? invalid('A hidden comment cannot be replied to') : remark(comment.medium, comment, call),
  'POST IGUser/mentions': answerMention,
}

function changeComment(comment: Comment, { parameters, world }: Call): object {
  const hidden = flagIn(parameters, 'is_hidden')
  const message = textIn(parameters, 'message')
  const own = comment.author === comment.post.page
  // GUESS: the words of both; `can_hide` tells the first beforehand.
  if (hidden !== undefined && own) return invalid('This comment cannot be hidden')
  if (message !== undefined && !own) return refuse('denied')
  if (hidden !== undefined) world.hide(comment, hidden)
  if (message !== undefined) world.edit(comment, message)
  return DONE
}

function changePost(post: Post, { parameters, world }: Call): object {
  const hidden = flagIn(parameters, 'is_hidden')
  const message = textIn(parameters, 'message')
  // Only what the same app has made can be changed, which is said of hiding too by those who tried. GUESS: the refusal.
  if (post.author !== post.page) return refuse('denied')
  if (hidden !== undefined) world.hide(post, hidden)
  if (message !== undefined) world.edit(post, message)
  return DONE
}

function reply(post: Post, under: Comment | undefined, { parameters, world, now }: Call): object {
  const message = textIn(parameters, 'message')
  const { page } = post
  if (!page) return refuse('denied')
  if (message === undefined || message === '') {
    return invalid(
      'One of the following must be specified: message, attachment_id, attachment_share_url, attachment_url',
    )
  }
  return { id: world.comment(post, page, message, { at: now, ...(under ? { under } : {}) }).id }
}

function block(page: Page, call: Call): object {
  const who = peopleIn(page, call)
  if (who.length === 0) return invalid('Invalid parameter')
  for (const person of who) page.blocked.add(person)
  if (call.blockAnswer === 'success') return DONE
  return Object.fromEntries(who.map((person) => [call.world.idOf(person, page), true]))
}

/** @throws Refused where an id names nobody to this Page */
function peopleIn(page: Page, { parameters, world }: Call): Person[] {
  return ['user', 'psid', 'asid', 'uid'].flatMap((name) =>
    [...listIn(parameters, name)].map((id) => world.personBy(String(id), page) ?? invalid('Invalid parameter')),
  )
}

function remark(medium: Medium, under: InstagramComment | undefined, { parameters, world, now }: Call): object {
  const message = textIn(parameters, 'message')
  if (message === undefined || message === '') return invalid('The parameter message is required')
  // GUESS: the words.
  if (!medium.commentsOpen) return invalid('Comments are turned off on this media')
  return { id: world.instagram.comment(medium, medium.owner, message, { at: now, ...(under ? { under } : {}) }).id }
}

/** Only where the account was named. */
function answerMention(account: Account, { parameters, world, now }: Call): object {
  const mediumId = textIn(parameters, 'media_id') ?? ''
  const commentId = textIn(parameters, 'comment_id')
  const medium = world.instagram.find(mediumId)
  const comment = commentId === undefined ? undefined : world.instagram.find(commentId)
  if (medium?.node !== 'IGMedia') return absent(mediumId, 'POST')
  if (comment !== undefined && comment?.node !== 'IGComment') return absent(commentId ?? '', 'POST')
  if (!names(comment?.text ?? medium.caption, account.handle)) return absent(commentId ?? mediumId, 'POST')
  const under = comment ? { under: comment } : {}
  return { id: world.instagram.comment(medium, account, textIn(parameters, 'message') ?? '', { at: now, ...under }).id }
}
