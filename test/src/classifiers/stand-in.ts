import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Item, Subject } from '../../../moderation/model.ts'
import { anItem } from '../../builders.ts'

export interface Asked {
  path: string
  authorization: string | undefined
  body: Record<string, unknown>
}

export type Reply = (response: ServerResponse, asked: Asked) => void

/** Another judge's server, on this machine: real requests, and answers that a test makes up. */
export interface StandIn {
  /** Ends in /v1. */
  url: string
  asked: Asked[]
  reply: (reply: Reply) => void
  close: () => Promise<void>
}

export async function standIn(): Promise<StandIn> {
  let reply: Reply = (response) => response.end('{}')
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const { url: path = '', headers } = request
      const one = { path, authorization: headers.authorization, body: JSON.parse(text || '{}') }
      asked.push(one)
      reply(response, one)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    reply: (next) => {
      reply = next
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const json =
  (value: unknown): Reply =>
  (response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
  }

export const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(code, headers).end('{"error":{"message":"the key sk-secret said: You are scum"}}')
  }

/** A model's answer in a chat. */
export const completion = (content: string): Reply =>
  json({ choices: [{ index: 0, message: { role: 'assistant', content } }] })

/** Never answers. */
export const silence: Reply = () => {}

export const aSubject = (text: string, given: Partial<Item> = {}): Subject => ({
  item: anItem({ text, ...given }),
  author: null,
  context: { post: 'I have written to the bus company.', earlier: [], others: [] },
})

export const NEVER = new AbortController().signal
