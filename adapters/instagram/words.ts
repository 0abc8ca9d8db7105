import type { ActionKind, Breach } from '../../moderation/model.ts'

/**
 * What staff do by hand, where Instagram lets no program do it: exactly what to press in the Instagram app and on
 * instagram.com. The menus are those of 2026.
 */

const signedIn = (own: string): string => `Signed in to Instagram as @${own}, `

/** @param username null where Instagram keeps it back */
const whom = (username: string | undefined): string => (username === undefined ? 'this person' : `@${username}`)

/** The link leads to their page, where the username is known; else to the post under which they wrote. */
function theirPage(username: string | undefined): string {
  return username === undefined
    ? 'open the link, find the comment and press the name above it. On their page '
    : 'open the link. '
}

const renamed = (username: string | undefined): string =>
  username === undefined
    ? ''
    : ' If there is no such page, they have renamed or removed themselves: find the comment and press the name above it.'

const TELL = 'Serjeant can’t see on Instagram whether it is done: say so here.'

export function blockWords(own: string, username: string | undefined): string {
  return (
    `${signedIn(own)}${theirPage(username)}Press the three dots at the top, choose “Block” and press “Block” again to ` +
    `confirm. Instagram lets a program block only people who have written a private message to the account.` +
    `${renamed(username)} ${TELL}`
  )
}

export function unblockWords(own: string, username: string | undefined): string {
  return `${signedIn(own)}${theirPage(username)}Press “Unblock” and confirm.${renamed(username)} ${TELL}`
}

export function restrictWords(own: string, username: string | undefined): string {
  return (
    `${signedIn(own)}${theirPage(username)}Press the three dots at the top and choose “Restrict”. From then on Serjeant ` +
    `no longer sees what ${whom(username)} writes under your posts, and nobody else does either, until you approve it in ` +
    `the Instagram app.${renamed(username)} ${TELL}`
  )
}

export function unrestrictWords(own: string, username: string | undefined): string {
  return `${signedIn(own)}${theirPage(username)}Press the three dots at the top and choose “Unrestrict”.${renamed(username)} ${TELL}`
}

/** Which of the reasons in Instagram's menu comes nearest. What has none is left to whoever reports it. */
const NEAREST: Partial<Record<Breach, string>> = {
  abuse: 'Bullying or unwanted contact',
  harassment: 'Bullying or unwanted contact',
  'third-party-abuse': 'Bullying or unwanted contact',
  discrimination: 'Violence, hate or exploitation',
  threat: 'Violence, hate or exploitation',
  'graphic-imagery': 'Violence, hate or exploitation',
  deception: 'Scam, fraud or spam',
  spam: 'Scam, fraud or spam',
  'ip-violation': 'Intellectual property',
}

export function reportWords(own: string, what: 'comment' | 'post' | 'message', breach: string | undefined): string {
  const place = {
    comment:
      'open the link and find the comment. In the app hold it down and press the sign with the exclamation mark; on instagram.com point at it and press the three dots. Choose “Report”.',
    post: 'open the link, press the three dots at the top right of the post and choose “Report”.',
    message:
      'open the link and find the message. Hold it down (on instagram.com press the three dots beside it) and choose “Report”.',
  }[what]
  const nearest = Object.entries(NEAREST).find(([one]) => one === breach)?.[1]
  const choice = nearest
    ? `Instagram asks for a reason: “${nearest}” comes nearest to what the office’s policy says.`
    : 'Instagram asks for a reason: choose what comes nearest to the office’s policy.'
  return `${signedIn(own)}${place} ${choice} Follow the questions to the end and press “Submit”.`
}

/** @param text what to say */
export function commentWords(own: string, text: string): string {
  return (
    'Instagram lets a program answer only where the account is named in words, and here it is not, or no longer. To answer ' +
    `by hand: ${signedIn(own).replace(/^S/, 's')}open the link, press the speech bubble under the post, put in this text ` +
    `and press “Post”: ${text}`
  )
}

/** @param text what to say */
export function messageWords(own: string, username: string | undefined, text: string): string {
  return (
    `Instagram lets a program write no private message here. To write one by hand: ` +
    `${signedIn(own).replace(/^S/, 's')}${theirPage(username)}Press “Message”, put in this text and send it: ` +
    `${text}${renamed(username)}`
  )
}

/** @param text what the account itself has posted */
export function deletePostWords(own: string): string {
  return `${signedIn(own)}open the link, press the three dots at the top right of the post, choose “Delete” and press “Delete” again to confirm.`
}

/** What staff agree to. */
export const MEANS: Partial<Record<ActionKind, string>> = {
  hide: 'Only its author and this account still see it. The person is not told.',
  delete:
    'It is gone from Instagram for good, with all answers to it, and can’t be brought back. The person is not told.',
  'close-comments':
    'Nobody can comment on this post any more, and Instagram shows no comments under it. It can be opened again.',
  restrict:
    'A conversation is moved to the spam folder of the account’s inbox. For comments it is a task by hand: only the person themselves then sees what they write under your posts, until you approve it.',
  block:
    'They can no longer find, follow, or write to this account. Serjeant does it itself if they have ever written it a private message; else it becomes a task with the exact steps.',
  redirect:
    'The office’s standard answer. A comment is answered in public under it, or by a message where it is hidden or the office has set that; a private message by one, within a day of it.',
}
