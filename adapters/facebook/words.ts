import type { ActionKind, Breach } from '../../moderation/model.ts'

/**
 * What staff do by hand, where Facebook lets no program do it: exactly what to press in the Facebook app and on facebook.com. The
 * menus are those of 2026. Who somebody is Facebook tells a program only within the Page, so the link leads to what they wrote.
 */

const asPage = (page: string): string =>
  `Signed in to Facebook with an account that manages ${page}, switch to the Page (press your picture at the top right, then the Page’s name) and open the link. `

/** @param isNamed does Meta say who it is? Only then can Serjeant see what came of it. */
export function blockWords(page: string, what: 'comment' | 'post' | 'message' | null, isNamed: boolean): string {
  const place =
    what === 'message'
      ? 'In the conversation press the person’s name, and in what opens “Block”.'
      : what === null
        ? 'Under “Followers” find the person, press the three dots beside them and choose “Block”.'
        : `Find the ${what}, press the three dots beside it, choose “Block” with the person’s name (“Ban from Page” in some versions) and confirm.`
  return `${asPage(page)}${place} ${tell(isNamed)}`
}

export function unblockWords(page: string, isNamed: boolean): string {
  return (
    `${asPage(page)}Open “Settings & privacy”, “Settings”, “Blocking” (“People and other Pages” in some versions), find the ` +
    `person, and press “Unblock”. ${tell(isNamed)}`
  )
}

export function hidePostWords(page: string, wall: boolean): string {
  return wall
    ? `Facebook lets no program hide what a visitor has posted. ${asPage(page)}Press the three dots at the top right of the post and choose “Hide from Page”.`
    : `Facebook lets no program hide a post elsewhere that tags the Page. ${asPage(page)}Press the three dots at the top right of the post and choose “Remove tag”: it then no longer leads to the Page.`
}

export function deletePostWords(page: string, wall: boolean): string {
  return wall
    ? `Meta has not granted the app to delete what visitors post. ${asPage(page)}Press the three dots at the top right of the post and choose “Delete post”.`
    : hidePostWords(page, false)
}

export function deleteOwnWords(page: string): string {
  return `Meta has not granted the app to delete this. ${asPage(page)}Press the three dots beside what the Page wrote, choose “Delete” (“Move to recycle bin” for a post) and confirm.`
}

export function closeCommentsWords(page: string, undo: boolean): string {
  return (
    `Facebook lets no program do this. ${asPage(page)}Press the three dots at the top right of the post, choose “Who can ` +
    `comment on your post?” and ${undo ? 'what it was before, such as “Public”' : '“Profiles and Pages you mention”: then nobody else can'}.`
  )
}

/** Which of the reasons in Facebook's menu comes nearest. What has none is left to whoever reports it. */
const NEAREST: Partial<Record<Breach, string>> = {
  abuse: 'Bullying, harassment or abuse',
  harassment: 'Bullying, harassment or abuse',
  'third-party-abuse': 'Bullying, harassment or abuse',
  discrimination: 'Violent, hateful or disturbing content',
  threat: 'Violent, hateful or disturbing content',
  'graphic-imagery': 'Violent, hateful or disturbing content',
  deception: 'Scam, fraud or false information',
  spam: 'Scam, fraud or false information',
  'fake-profile': 'Scam, fraud or false information',
  'ip-violation': 'Intellectual property',
}

export function reportWords(page: string, what: 'comment' | 'post' | 'message', breach: string | undefined): string {
  const place = {
    comment: 'Find the comment, press the three dots beside it and choose “Report comment”.',
    post: 'Press the three dots at the top right of the post and choose “Report post”.',
    message: 'In the conversation press the three dots and choose “Report”.',
  }[what]
  const nearest = Object.entries(NEAREST).find(([one]) => one === breach)?.[1]
  const choice = nearest
    ? `Facebook asks for a reason: “${nearest}” comes nearest to what the office’s policy says.`
    : 'Facebook asks for a reason: choose what comes nearest to the office’s policy.'
  return `${asPage(page)}${place} ${choice} Follow the questions to the end and press “Submit”.`
}

/** @param text what to say under a post elsewhere */
export function commentWords(page: string, text: string): string {
  return `Facebook lets no program answer there. ${asPage(page)}Put this text under the post, and press “Comment”: ${text}`
}

/** @param text what to say in private */
export function messageWords(page: string, text: string): string {
  return `Facebook lets no program write to this person. ${asPage(page)}Press the person’s name, then “Message”, put in this text and send it: ${text}`
}

const tell = (isNamed: boolean): string =>
  isNamed
    ? 'Serjeant looks at the Page’s list of blocked people now and then and notes when it is done; you may also say so here.'
    : 'Meta doesn’t tell Serjeant who this is, so it can’t see what came of it: say here that it is done.'

/** What staff agree to. */
export const MEANS: Partial<Record<ActionKind, string>> = {
  hide: 'Only its author, their friends and this Page still see it. The person is not told. What a visitor posts on the Page is hidden by hand.',
  delete:
    'It is gone from Facebook for good, with all answers to it, and can’t be brought back. The person is not told.',
  'close-comments': 'Nobody but whom the post mentions can comment on it any more. A task by hand.',
  restrict: 'The conversation is moved to the spam folder of the Page’s inbox. The person is not told.',
  block:
    'They can no longer comment on the Page, like it or write to it. They still see it. Where Meta doesn’t say who they are, it becomes a task with the exact steps.',
  redirect:
    'The office’s standard answer. A comment is answered in public under it, or by a message where the office has set that; a private message by one, within a day of it.',
}
