import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { graph } from '../../adapters/meta/client.ts'
import type { Graph } from '../../adapters/meta/graph.ts'

/** A way to Meta for tests that ask it for no Page. */
export function graphAt(
  api: string,
  more: { token?: string; secret?: string; now?: () => Date; patience?: number } = {},
): Graph {
  const { token = 'the-token', secret = 'the-app-secret', now = () => new Date(), patience = 10_000 } = more
  return graph({ settings: { app: { id: '1', secret }, api }, token: async () => token, now, patience })
}

/** What a server heard. */
export interface Heard {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** A server on 127.0.0.1 that answers as it is told to, for what no Graph API would do. */
export async function oddServer(answer: RequestListener) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      heard.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What a call failed with. */
export const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )
