import type { Network } from './messages.ts'

/** What staff do by hand in the inbox, where Meta lets no program do it: exactly what to press. The menus are those of 2026. */

/** As people call it. */
export const APP = { facebook: 'Facebook', instagram: 'Instagram' } as const

const FOLDER = { facebook: 'Messenger', instagram: 'Instagram' } as const

const inInbox = (network: Network): string =>
  `Signed in to Facebook with an account that manages the Page, open the link: it leads to the Page’s inbox. If it shows several conversations, press “${FOLDER[network]}” and the one with this person.`

/** @param text what to say */
export function answerWords(network: Network, text: string): string {
  return (
    'Meta lets a program answer a private message only within 24 hours of the person’s last one, and only once Meta has ' +
    `reviewed the app. Staff can still answer: ${inInbox(network)} Put in this text and press “Send”, unless it stands there already: ${text}`
  )
}

/** @param text what to say in private to whoever wrote a comment */
export function privateWords(network: Network, text: string): string {
  const place =
    network === 'facebook'
      ? 'Signed in to Facebook as the Page, open the link, find the comment and press “Message” under it (or the three dots beside it and “Send message”).'
      : 'Signed in to Instagram with the MP’s account, open the link, find the comment and press “Message” under it.'
  return `Meta does not let the app answer this in private. ${place} Put in this text and press “Send”, unless it stands in the conversation already: ${text}`
}

export function notSpamWords(network: Network): string {
  return (
    `Meta lets no program bring a conversation back from spam. ${inInbox(network)} If it is not in sight, open the list of ` +
    'folders above the conversations and choose “Spam”. Open the conversation, press the three dots above it and choose ' +
    '“Move to main” (“Not spam” in some versions).'
  )
}

export function spamWords(network: Network): string {
  return `Meta does not let the app move this conversation to spam. ${inInbox(network)} Press the three dots above it and choose “Move to spam”.`
}
