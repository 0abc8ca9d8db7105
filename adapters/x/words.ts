import type { ActionKind, Breach } from '../../moderation/model.ts'

/**
 * What staff do by hand, where X lets no program do it: exactly what to press in the X app and on x.com. The menus are
 * those of 2026. The reason given is always the office's own policy: X forbids judging posts by X's rules in its name.
 */

const signedIn = (own: string): string => `Signed in to X as ${at(own)}, `

/** Who has no handle any more, or is known by a number alone, is whoever's page it is. */
const isNamed = (handle: string): boolean => !/^@?\d*$/.test(handle)
const at = (handle: string): string => (isNamed(handle) ? `@${handle.replace(/^@/, '')}` : 'this person')

/** The page is found by the person's number, which lasts. @param by the name of the button */
const renamed = (handle: string, by: string): string =>
  isNamed(handle)
    ? ` If the page shows another name than ${at(handle)}, they have renamed themselves: ${by} that page.`
    : ''

const SEEN =
  'Serjeant looks at the account’s block list now and then and notes when it is done; you may also say so here.'

export function blockWords(own: string, handle: string): string {
  return (
    `${signedIn(own)}open the link. On x.com press the three dots beside the Follow button; in the X app press the three ` +
    `dots at the top right. Choose “Block ${at(handle)}” and press “Block” to confirm.${renamed(handle, 'block')} ${SEEN}`
  )
}

export function unblockWords(own: string, handle: string): string {
  return (
    `${signedIn(own)}open the link. On x.com press the red “Blocked” button; in the X app press the three dots at the top ` +
    `right and choose “Unblock ${at(handle)}”. Press “Unblock” to confirm.${renamed(handle, 'unblock')} ${SEEN}`
  )
}

/** Which of the reasons in X's menu comes nearest. What has none is left to whoever reports it. */
const NEAREST: Partial<Record<Breach, string>> = {
  abuse: 'Abuse & Harassment',
  harassment: 'Abuse & Harassment',
  'third-party-abuse': 'Abuse & Harassment',
  discrimination: 'Hate',
  threat: 'Violent Speech',
  'graphic-imagery': 'Sensitive or Disturbing Media',
  spam: 'Spam',
  'fake-profile': 'Impersonation',
}

export function reportWords(own: string, what: 'post' | 'message', breach: string | undefined): string {
  const place =
    what === 'post'
      ? 'open the link, press the three dots at the top right of the post and choose “Report post”.'
      : 'open the link. On x.com point at the message and press the three dots beside it; in the X app hold the message down. Choose “Report message”.'
  const nearest = Object.entries(NEAREST).find(([one]) => one === breach)?.[1]
  const choice = nearest
    ? `X asks for a reason: “${nearest}” comes nearest to what the office’s policy says.`
    : 'X asks for a reason: choose what comes nearest to the office’s policy.'
  return `${signedIn(own)}${place} ${choice} Follow the questions to the end and press “Submit”.`
}

/** @param text what to say */
export function answerWords(own: string, text: string): string {
  return (
    'X lets a program answer only people who have named the account themselves in the post, or quoted it. To answer by ' +
    `hand: ${signedIn(own).replace(/^S/, 's')}open the link, press the speech bubble under the post, put in this text and ` +
    `press “Reply”: ${text}`
  )
}

/** What staff agree to. */
export const MEANS: Partial<Record<ActionKind, string>> = {
  hide: 'It moves behind “hidden replies”, where anybody can still open it. The person is not told.',
  restrict: 'They can no longer send private messages to this account. Nothing else changes.',
  block: 'They can no longer reply to or message this account. On X they may still read its public posts.',
  redirect:
    'The office’s standard answer. A private message is answered by one. Whoever named the account is answered in public; for others it is posted in public under your own post, once for everybody in that conversation.',
}
