import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'

/** A write that the PDS took. */
const Write = z.object({
  collection: z.string(),
  rkey: z.string().optional(),
  /** Absent in a deletion. */
  record: z.record(z.string(), z.unknown()).optional(),
})
export type Write = z.infer<typeof Write> & { method: string }

const WRITING = /^\/xrpc\/com\.atproto\.repo\.((?:create|put|delete)Record)$/
/** Hop by hop, or no longer true of a body that is handed on whole. */
const NOT_OURS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host'])

type Headers = IncomingMessage['headers']
const passedOn = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_OURS.has(name)))

/**
 * Stands between an account and its PDS, and remembers in order what was written: what a record shows in the end does not
 * tell whether it was written twice. What it was asked is passed on though the asker dies.
 */
export async function witnessBefore(
  pds: string,
): Promise<{ url: string; writes: Write[]; hang(does: boolean): void; close(): void }> {
  const writes: Write[] = []
  let url = ''
  let hangs = false

  const passOn = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const asked = await buffer(incoming)
    const { method = 'GET', headers } = incoming
    const path = incoming.url ?? '/'
    const onwards = request(new URL(path, pds), {
      method,
      headers: { ...passedOn(headers), 'accept-encoding': 'identity', 'content-length': asked.length },
    })
    onwards.end(asked)
    const [reply] = (await once(onwards, 'response')) as [IncomingMessage]
    const said = await buffer(reply)
    const writing = WRITING.exec(path)?.[1]
    if (writing !== undefined && reply.statusCode === 200)
      writes.push({ method: writing, ...Write.parse(JSON.parse(asked.toString())) })
    // A session names the account's server: the account shall find it here.
    const isSession = /^\/xrpc\/com\.atproto\.server\.\w+Session$/.test(path)
    const body = isSession ? Buffer.from(said.toString().replaceAll(pds, url)) : said
    answer.writeHead(reply.statusCode ?? 502, { ...passedOn(reply.headers), 'content-length': body.length }).end(body)
  }

  const server = createServer((incoming, answer) => {
    if (hangs) return
    passOn(incoming, answer).catch(() => answer.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  url = `http://127.0.0.1:${address.port}`
  return {
    url,
    writes,
    /** From now on nothing is passed on, and nobody is answered; or all is as before. */
    hang: (does) => {
      hangs = does
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
