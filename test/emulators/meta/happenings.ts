import type { Page } from './facebook.ts'
import type { Account } from './instagram.ts'

/** What happened that Meta tells webhooks of. */

export interface Happening {
  /** Whose webhook it is for. */
  of: Page | Account
  /** The field that must be subscribed. */
  field: 'feed' | 'mention' | 'messages' | 'message_echoes' | 'comments' | 'mentions'
  value: object
  /** Unix milliseconds. */
  at: number
}

export type Tell = (happening: Omit<Happening, 'at'>) => void

/** What happens on Instagram is told as soon as the linked Page has subscribed to anything. */
export function isSubscribed({ of, field }: Happening): boolean {
  return of.node === 'Page' ? (of.subscribed?.includes(field) ?? false) : of.page.subscribed !== null
}
