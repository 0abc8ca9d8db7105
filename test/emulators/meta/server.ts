import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { textIn } from './call.ts'
import type { Failing } from './endpoints.ts'
import type { Fault, Faults } from './faults.ts'
import { decide, type Graph, nameOf, type Request } from './graph.ts'
import { type Answer, REFUSALS, type RefusalName } from './refusals.ts'

/** Speaks HTTP as Graph does. What Graph would say is decided elsewhere; here it is sent, or goes wrong on the way. */

/** One call that was made, for tests to look at. */
export interface Exchange {
  method: string
  /** Below the version. */
  path: string
  /** As written in the address; null if it says none. */
  version: string | null
  /** The call by its name, if Graph has it. */
  name: Failing | null
  /** What was sent along, without tokens and proofs. */
  parameters: Readonly<Record<string, unknown>>
  /** Every place in which a token came. */
  tokenIn: readonly ('header' | 'address' | 'body')[]
  /** Whether a proof came along. */
  proved: boolean
  /** 0 if nothing was to be answered. */
  status: number
  /** Whether what was asked for was done. */
  done: boolean
  /** Whether a whole answer was sent. */
  answered: boolean
  /** Unix milliseconds by the emulator's clock. */
  at: number
}

export interface House {
  graph: Graph
  faults: Faults
  reads: Exchange[]
  writes: Exchange[]
}

export interface Serving {
  url: string
  close(): Promise<void>
}

/** Listen on a free port of 127.0.0.1. The house is asked for at each request, since it is built with the address. */
export async function serve(house: () => House): Promise<Serving> {
  const server = createServer((request, response) => {
    answer(house(), request, response).catch((error: unknown) => {
      // A mistake of the emulator's own: a test must not take it for an answer of Meta's.
      house().graph.violations.push(`the emulator failed: ${String(error)}`)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Came extends Request {
  url: URL
  tokenIn: Exchange['tokenIn']
}

const SECRETS = ['access_token', 'appsecret_proof', 'client_secret', 'fb_exchange_token', 'input_token']

async function read(request: IncomingMessage): Promise<Came> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', 'http://graph')
  // The SDK's own transport sends a body with reads, too; nobody looks at it.
  const body = method === 'GET' ? {} : bodyIn(Buffer.concat(chunks).toString(), request.headers['content-type'] ?? '')
  const { access_token: _, ...parameters }: Record<string, unknown> = {
    ...Object.fromEntries(url.searchParams),
    ...body,
  }
  const [, bearer] = /^(?:Bearer|OAuth) (.+)$/.exec(request.headers.authorization ?? '') ?? []
  const [, version = null, path = '/'] = /^(?:\/(v\d+\.\d+))?(\/.*)?$/.exec(decodeURIComponent(url.pathname)) ?? []
  return {
    method,
    url,
    version,
    path,
    token: bearer ?? textIn(body, 'access_token') ?? url.searchParams.get('access_token') ?? undefined,
    parameters,
    tokenIn: [
      ...(bearer === undefined ? [] : (['header'] as const)),
      ...(url.searchParams.has('access_token') ? (['address'] as const) : []),
      ...('access_token' in body ? (['body'] as const) : []),
    ],
  }
}

function bodyIn(text: string, type: string): Record<string, unknown> {
  if (text === '') return {}
  if (type.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  const body: unknown = type.includes('json') ? JSON.parse(text) : {}
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

async function answer({ graph, faults, reads, writes }: House, incoming: IncomingMessage, response: ServerResponse) {
  const request = await read(incoming)
  const { method, path, version, parameters, url, tokenIn } = request
  const isPicture = method === 'GET' && path.startsWith('/cdn/')
  const name: Failing | null = isPicture ? 'GET cdn' : nameOf(graph, request)
  const fault = name && faults.take(name)
  const exchange: Exchange = {
    method,
    path,
    version,
    name,
    parameters: Object.fromEntries(Object.entries(parameters).filter(([key]) => !SECRETS.includes(key))),
    tokenIn,
    proved: parameters['appsecret_proof'] !== undefined,
    status: 0,
    done: false,
    answered: false,
    at: graph.now(),
  }
  ;(method === 'GET' ? reads : writes).push(exchange)

  if (fault === 'hang') return
  if (fault === 'reset') {
    response.destroy()
    return
  }
  const refusal = fault && refusalOf(fault)
  const given = isPicture ? (refusal ?? pictureOf(graph, url)) : decide(graph, request, refusal)
  exchange.status = given.status
  exchange.done = given.status < 400 && (fault === null || fault === 'lost' || fault === 'truncate')
  if (fault === 'lost') {
    response.destroy()
    return
  }
  exchange.answered = fault !== 'truncate'
  send(response, given, fault === 'truncate')
}

function refusalOf(fault: Fault): Answer | null {
  if (typeof fault !== 'string') return fault
  return fault in REFUSALS ? REFUSALS[fault as RefusalName]() : null
}

function pictureOf({ world }: Graph, { pathname, searchParams }: URL): Answer & { bytes?: Uint8Array } {
  const opened = world.gallery.open(pathname.slice('/cdn/'.length), searchParams)
  return opened.status === 200
    ? { status: 200, body: '', bytes: opened.bytes }
    : { status: opened.status, body: opened.words, headers: { 'content-type': 'text/plain' } }
}

let traces = 0

function send(response: ServerResponse, given: Answer & { bytes?: Uint8Array }, cut: boolean): void {
  const isText = typeof given.body === 'string'
  const trace = `Emulated${++traces}`
  const bytes = given.bytes ?? Buffer.from(isText ? String(given.body) : JSON.stringify(traced(given.body, trace)))
  response.writeHead(given.status, {
    'content-type': given.bytes ? 'image/png' : isText ? 'text/html; charset=utf-8' : 'application/json; charset=UTF-8',
    'content-length': bytes.byteLength,
    'x-fb-trace-id': trace,
    ...given.headers,
  })
  if (!cut) {
    response.end(bytes)
    return
  }
  // What has been written must have left before the connection breaks.
  response.write(bytes.subarray(0, Math.ceil(bytes.byteLength / 2)), () => response.destroy())
}

/** Every refusal names the trace by which Meta's support finds it. */
function traced(body: unknown, trace: string): unknown {
  if (typeof body !== 'object' || body === null || !('error' in body)) return body
  return { error: { ...(body.error as object), fbtrace_id: trace } }
}
