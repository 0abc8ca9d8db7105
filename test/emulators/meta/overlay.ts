import type { EndpointName } from './endpoints.ts'

/** What Meta's specifications leave out, from its documentation. */

export interface Parameter {
  name: string
  type: string
  required?: boolean
}
export interface SpecifiedCall {
  method: string
  /** An edge by its name; a call on the node itself is named #get, #update or #delete. */
  endpoint?: string
  name?: string
  return?: string
  params: readonly Parameter[]
}
export interface SpecifiedNode {
  apis: readonly SpecifiedCall[]
  fields: readonly { name: string; type: string }[]
}

const field = (name: string, type: string) => ({ name, type })
const read = (node: string): SpecifiedCall => ({ method: 'GET', name: '#get', return: node, params: [] })

export const OVERLAY: Readonly<Record<string, SpecifiedNode>> = {
  // Messages have no specification of their own, though edges are said to return them.
  UnifiedMessage: {
    apis: [read('UnifiedMessage')],
    fields: [
      field('id', 'string'),
      field('created_time', 'datetime'),
      field('from', 'Object'),
      field('to', 'Object'),
      field('message', 'string'),
      field('attachments', 'Object'),
      // Named in Meta's reference of a message, on both networks.
      field('sticker', 'string'),
      field('shares', 'Object'),
      field('story', 'Object'),
      field('is_unsupported', 'bool'),
    ],
  },
  StoryAttachment: {
    apis: [],
    fields: [
      field('description', 'string'),
      field('media', 'Object'),
      field('subattachments', 'Object'),
      field('target', 'Object'),
      field('title', 'string'),
      field('type', 'string'),
      field('url', 'string'),
    ],
  },
  Permission: { apis: [], fields: [field('permission', 'string'), field('status', 'string')] },
  Application: { apis: [], fields: [field('subscribed_fields', 'list<string>')] },
  // Documented for /me/accounts. GUESS: that a Page read by its id has it too.
  Page: { apis: [], fields: [field('tasks', 'list<string>')] },
}

/** Taken on every call; the specifications name them nowhere. */
export const COMMON: readonly Parameter[] = [
  { name: 'access_token', type: 'string' },
  { name: 'appsecret_proof', type: 'string' },
  { name: 'locale', type: 'string' },
]
/** Taken on every call that reads. */
export const READING: readonly Parameter[] = [{ name: 'fields', type: 'string' }]
/** Taken on every call that reads a list. */
export const PAGING: readonly Parameter[] = [
  { name: 'limit', type: 'unsigned int' },
  { name: 'after', type: 'string' },
  { name: 'before', type: 'string' },
]
/** Taken where comments are read. */
export const SUMMARY: Parameter = { name: 'summary', type: 'string' }

/** What a write answers: the specifications say `Object`, or name a node of which only the id comes. */
export const DONE: Readonly<Partial<Record<EndpointName, Readonly<Record<string, string>>>>> = {
  'POST PagePost/comments': { id: 'string' },
  'POST Comment/comments': { id: 'string' },
  'POST Page/messages': { recipient_id: 'string', message_id: 'string' },
  'POST Page/moderate_conversations': { success: 'string' },
  'POST IGUser/moderate_conversations': { success: 'string' },
  'POST IGUser/mentions': { id: 'string' },
  'POST IGMedia/comments': { id: 'string' },
  'POST IGComment/replies': { id: 'string' },
}
export const SUCCESS: Readonly<Record<string, string>> = { success: 'bool' }
