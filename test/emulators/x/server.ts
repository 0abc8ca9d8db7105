import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ACTS } from './acts.ts'
import type { Auth, Caller } from './auth.ts'
import type { Call } from './call.ts'
import type { Contract } from './contract.ts'
import { ENDPOINTS, type Endpoint, type EndpointName, endpointOf, type Failing, type Found } from './endpoints.ts'
import type { Fault, Faults } from './faults.ts'
import type { Limits } from './limits.ts'
import { type Answer, invalid, PROBLEMS, type ProblemName, Refused, type Setting } from './problems.ts'
import { READS } from './reads.ts'
import { misnomerIn, type Words } from './vocabulary.ts'
import type { Person, World } from './world.ts'

/** Speaks HTTP as X does. What X would say is decided elsewhere; here it is sent, or goes wrong on the way. */

/** One call that was made, for tests to look at. */
export interface Exchange {
  method: string
  path: string
  /** The call by its name, if X has it. */
  name: Failing | null
  query: Readonly<Record<string, string>>
  body: unknown
  /** 0 if nothing was to be answered. */
  status: number
  /** Whether what was asked for was done. */
  done: boolean
  /** Whether a whole answer was sent. */
  answered: boolean
  /** Unix milliseconds by the emulator's clock. */
  at: number
}

/** What the server works with; it may change while it runs. */
export interface House {
  world: World
  auth: Auth
  faults: Faults
  limits: Limits
  words: Words
  contract: Contract | null
  tier: Call['tier']
  implicitSummons: boolean
  now: () => number
  /** Who is signed in to X in the browser, and whether they let the app in. */
  browser: { person: Person | null; consents: boolean }
  reads: Exchange[]
  writes: Exchange[]
  violations: string[]
}

/** Signatures are made for X's own address, wherever the request is sent. */
const HOST = 'https://api.x.com'

export interface Serving {
  url: string
  close(): Promise<void>
}

/** Listen on a free port of 127.0.0.1. The house is asked for at each request, since it is built with the address. */
export async function serve(house: () => House): Promise<Serving> {
  const server = createServer((request, response) => {
    answer(house(), request, response).catch((error: unknown) => {
      // A mistake of the emulator's own: a test must not take it for an answer of X's.
      house().violations.push(`the emulator failed: ${String(error)}`)
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

interface Request {
  method: string
  url: URL
  query: Record<string, string>
  authorization: string
  /** Of a form: what it holds. */
  form: URLSearchParams | null
  body: unknown
}

async function read(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const type = request.headers['content-type'] ?? ''
  const url = new URL(request.url ?? '/', HOST)
  return {
    method: request.method ?? 'GET',
    url,
    query: Object.fromEntries(url.searchParams),
    authorization: request.headers.authorization ?? '',
    form: type.includes('x-www-form-urlencoded') ? new URLSearchParams(text) : null,
    body: type.includes('json') && text !== '' ? jsonIn(text) : undefined,
  }
}

/** The docs want a form for signing in; twitter-api-v2 sends JSON, and thousands sign in with it. */
function formOf(body: unknown): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(body ?? {})) if (typeof value === 'string') form.set(name, value)
  return form
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function answer(house: House, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await read(incoming)
  const { method, url } = request
  if (/^(\/i)?\/oauth2\/authorize$/.test(url.pathname)) return authorise(house, request, response)

  const found = endpointOf(method, url.pathname)
  const name: Failing | null = found?.name ?? otherName(method, url.pathname)
  const fault = name && house.faults.take(name)
  const exchange: Exchange = {
    method,
    path: url.pathname,
    name,
    query: request.query,
    body: request.form ? Object.fromEntries(request.form) : request.body,
    status: 0,
    done: false,
    answered: false,
    at: house.now(),
  }
  ;(method === 'GET' ? house.reads : house.writes).push(exchange)

  if (fault === 'hang') return
  if (fault === 'reset') {
    response.destroy()
    return
  }
  const given = decided(house, request, found, name, fault)
  exchange.status = given.status
  exchange.done = given.status < 400 && (fault === null || fault === 'lost' || fault === 'truncate')
  if (fault === 'lost') {
    response.destroy()
    return
  }
  exchange.answered = fault !== 'truncate'
  send(response, given, fault === 'truncate')
}

function otherName(method: string, path: string): Failing | null {
  if (method === 'POST' && path === '/2/oauth2/token') return 'POST oauth2/token'
  if (method === 'POST' && path === '/2/oauth2/revoke') return 'POST oauth2/revoke'
  return method === 'GET' && path.startsWith('/media/') ? 'GET media' : null
}

function decided(
  house: House,
  request: Request,
  found: Found | null,
  name: Failing | null,
  fault: Fault | null,
): Answer & { bytes?: Uint8Array } {
  const setting = { words: house.words, now: house.now() }
  const form = request.form ?? formOf(request.body)
  const refusal = fault && refusalOf(fault, setting)
  if (found) return ofApi(house, request, found, refusal)
  if (refusal) return refusal
  switch (name) {
    case 'POST oauth2/token':
      return house.auth.token(request.authorization, form)
    case 'POST oauth2/revoke':
      return house.auth.revoke(request.authorization, form)
    case 'GET media': {
      const bytes = house.world.picture(/^\/media\/(\d+_\d+)\.png$/.exec(request.url.pathname)?.[1] ?? '')
      return bytes ? { status: 200, body: '', bytes } : { status: 404, body: 'Not Found' }
    }
    default:
      return PROBLEMS.notFound()
  }
}

function refusalOf(fault: Fault, setting: Setting): Answer | null {
  if (typeof fault !== 'string') return fault
  return fault in PROBLEMS ? PROBLEMS[fault as ProblemName](setting) : null
}

/** A call of the API: who calls, how often, with what; then what they asked for. */
function ofApi(house: House, request: Request, { name, params }: Found, refusal: Answer | null): Answer {
  const { auth, limits, words, world, tier, implicitSummons } = house
  const setting = { words, now: house.now() }
  const caller = auth.callerOf(request.authorization, request.method, request.url, request.form)
  if (!caller) return refusal ?? PROBLEMS.unauthorised()

  const exchanged = { method: request.method, path: request.url.pathname, query: request.query, body: request.body }
  const decide = (): Answer => {
    if (refusal) return refusal
    const problem = refusedTo(caller, name)
    if (problem) return PROBLEMS[problem](setting)
    // With the headers of the limit that is spent, and not those of the fault.
    if (!limits.count(name, caller.person.id)) return { ...PROBLEMS.rateLimited(setting), headers: {} }
    const endpoint: Endpoint = ENDPOINTS[name]
    const misnomer = endpoint.about && misnomerIn(request.query, words, endpoint.about)
    // Not a breach of the contract: it is how a client finds out which of the two vocabularies X speaks.
    if (misnomer) return invalid(words, misnomer.message, { [misnomer.parameter]: [misnomer.value] })
    const complaints = house.contract?.ofRequest(exchanged) ?? []
    house.violations.push(...complaints.map((complaint) => `request ${complaint}`))
    if (complaints[0] !== undefined) return invalid(words, complaints[0])
    const { query, body } = request
    const call = { world, words, tier, implicitSummons, params, viewer: caller.person, query, body, now: setting.now }
    return carriedOut(call, name)
  }

  const given = decide()
  if (!refusal && house.contract) {
    const complaints = house.contract.ofAnswer(exchanged, given.status, given.body)
    house.violations.push(...complaints.map((complaint) => `answer ${complaint}`))
  }
  const level = caller.level ? { 'x-access-level': caller.level } : {}
  return { ...given, headers: { ...limits.headers(name, caller.person.id), ...level, ...given.headers } }
}

function carriedOut(call: Call, name: EndpointName): Answer {
  try {
    const look = READS[name]
    if (look) return { status: 200, body: look(call) }
    return ACTS[name]?.(call) ?? PROBLEMS.notFound()
  } catch (error) {
    if (error instanceof Refused) return error.answer
    throw error
  }
}

/** Why the API will not hear this caller. */
function refusedTo({ person, scopes, level }: Caller, name: EndpointName): ProblemName | null {
  if (person.suspended) return 'suspended'
  const { scopes: needed } = ENDPOINTS[name]
  if (scopes && !needed.every((scope) => scopes.includes(scope))) return 'missingScope'
  if (level === 'read' && !name.startsWith('GET ')) return 'appPermissions'
  const isPrivate = needed.some((scope) => scope.startsWith('dm.'))
  return level && level !== 'read-write-directmessages' && isPrivate ? 'appPermissions' : null
}

function authorise({ auth, browser }: House, { url }: Request, response: ServerResponse): void {
  const result = auth.authorise(url.searchParams, browser.person, browser.consents)
  if ('to' in result) {
    response.writeHead(302, { location: result.to }).end()
    return
  }
  const words = result.wrong === 'session' ? 'Log in to X' : `Something went wrong: ${result.wrong}`
  send(response, {
    status: result.wrong === 'session' ? 401 : 400,
    body: `<html><body><h1>${words}</h1></body></html>`,
  })
}

function send(response: ServerResponse, given: Answer & { bytes?: Uint8Array }, cut = false): void {
  const isHtml = typeof given.body === 'string'
  const bytes = given.bytes ?? Buffer.from(isHtml ? String(given.body) : JSON.stringify(given.body))
  response.writeHead(given.status, {
    'content-type': typeOf(given, isHtml),
    'content-length': bytes.byteLength,
    ...given.headers,
  })
  if (!cut) {
    response.end(bytes)
    return
  }
  // What has been written must have left before the connection breaks.
  response.write(bytes.subarray(0, Math.ceil(bytes.byteLength / 2)), () => response.destroy())
}

function typeOf({ status, bytes }: Answer & { bytes?: Uint8Array }, isHtml: boolean): string {
  if (bytes) return bytes[0] === 0xff ? 'image/jpeg' : 'image/png'
  if (isHtml) return 'text/html; charset=utf-8'
  return `application/${status < 400 ? 'json' : 'problem+json'}; charset=utf-8`
}
