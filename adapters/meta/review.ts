import type { Product } from './rights.ts'

/**
 * What an office writes to Meta so that its app is told who writes comments and may answer everybody's messages: App Review asks
 * the same questions of each permission. Meant to be copied as it stands.
 */

interface Asked {
  scope: string
  why: string
  /** What the film for Meta's reviewer shows. */
  shows: string
}

const COMMON: readonly Asked[] = [
  {
    scope: 'pages_show_list',
    why: 'The office chooses, once, which of its Pages the app is to moderate.',
    shows: 'Run “npx serjeant connect” and choose the Page.',
  },
  {
    scope: 'pages_manage_metadata',
    why: 'The app is told by a webhook that there is a new comment, instead of asking again and again, and reads whom the Page has blocked.',
    shows: 'Write a comment as somebody else; it appears in the queue.',
  },
]

const BY_PRODUCT: Readonly<Record<Product, readonly Asked[]>> = {
  Facebook: [
    {
      scope: 'pages_read_engagement',
      why: 'The app reads the Page’s own posts, to show staff what a comment answers.',
      shows: 'Open a case in the queue: the post stands above the comment.',
    },
    {
      scope: 'pages_read_user_content',
      why: 'The app reads comments and visitors’ posts with their authors, to judge them by the office’s published policy, to tell one person’s flood from many people’s opinion, and to see that criticism is left alone. A member of staff may delete a comment that breaks the policy.',
      shows: 'A comment by a test user in the queue with its author, the clause of the policy, and “Delete”.',
    },
    {
      scope: 'pages_manage_engagement',
      why: 'The app hides comments that break the office’s published policy, answers those who ask for help with the office’s phone and email, and blocks a person when a member of staff has decided so. Everything but a deletion can be undone.',
      shows: 'Press “Agree: hide it”: the comment is hidden on the Page. Press “Undo”: it is shown again.',
    },
    {
      scope: 'pages_messaging',
      why: 'People write to their MP by Messenger, some of them in danger. The app shows those messages to caseworkers first, and answers once, within a day, with the office’s phone and email.',
      shows: 'Write a message as a test user: it appears in the queue, and the standard answer in Messenger.',
    },
    {
      scope: 'pages_manage_posts',
      why: 'A member of staff may delete what a visitor has posted on the Page, where it breaks the office’s published policy. The app itself posts nothing.',
      shows: 'Post on the Page as a test user, and press “Delete it” under “Change”.',
    },
  ],
  Instagram: [
    {
      scope: 'pages_read_engagement',
      why: 'The Instagram account is found by way of the Page that it is linked to.',
      shows: 'The page Accounts names the Instagram account.',
    },
    {
      scope: 'instagram_basic',
      why: 'The app finds the professional account that is linked to the Page, and its posts.',
      shows: 'The page Accounts names the Instagram account.',
    },
    {
      scope: 'instagram_manage_comments',
      why: 'The app reads comments with their authors, judges them by the office’s published policy, hides those that break it, and answers those who ask for help. Hiding can be undone.',
      shows: 'Press “Agree: hide it”: the comment is hidden on Instagram. Press “Undo”: it is shown again.',
    },
    {
      scope: 'instagram_manage_messages',
      why: 'People write to their MP by private message, some of them in danger. The app shows those messages to caseworkers first, and answers once, within a day, with the office’s phone and email.',
      shows: 'Write a message as a test user: it appears in the queue, and the standard answer in the conversation.',
    },
    {
      scope: 'business_management',
      why: 'A member of staff may block a person who threatens the MP or staff and has written them messages.',
      shows: 'Press “Agree: block the person” on a message by a test user.',
    },
  ],
}

const permissionsOf = (product: Product): readonly Asked[] => [...COMMON, ...BY_PRODUCT[product]]

/** All permissions that the account needs, as they are to be ticked. */
export const SCOPES = (product: Product): string[] => permissionsOf(product).map(({ scope }) => scope)

/** @returns lines to print */
export function reviewText(product: Product, mp: string): string[] {
  return [
    `WHAT TO WRITE TO META, for ${mp} on ${product}. At developers.facebook.com open the app, then “App Review”,`,
    '“Permissions and Features”, press “Request advanced access” beside each of these, and copy the answers. Meta first wants',
    'the business to be verified: a letter or bill that names the office will do. It answers within days or weeks.',
    '',
    'How will your app use this? (the same for all)',
    `  This app belongs to the office of [the MP’s name], a member of parliament, and serves its own ${product} account,`,
    `  ${mp}, alone. It protects staff from abuse and constituents from being silenced: it judges what is written by the`,
    '  policy that the office has published, never acts on criticism, shows staff the words of the rule with every decision, keeps',
    '  a record of all it does, and asks a person before anybody is blocked. No data is sold, shared, or used for advertising.',
    '',
    ...permissionsOf(product).flatMap(({ scope, why, shows }) => [
      scope,
      `  Why:     ${why}`,
      `  In the film: ${shows}`,
      '',
    ]),
    'The film: two minutes of the screen, first Serjeant’s queue, then the account itself. Give the reviewer a test user.',
  ]
}
