import { ACTS } from './acts.ts'
import type { Access, Call, Parameters } from './call.ts'
import { type Contract, contractFor, VERSIONS, type Version } from './contract.ts'
import { ENDPOINTS, type EndpointName, endpointNamed, type Failing } from './endpoints.ts'
import type { Page } from './facebook.ts'
import type { Shown } from './nodes.ts'
import { type Answer, absent, invalid, Refused, refuse, unknownField, unknownPath } from './refusals.ts'
import { edgeOf, selectionsIn, showList, showNode } from './render.ts'
import { checkRights, throttleOf } from './rights.ts'
import type { Grant, Tokens } from './tokens.ts'
import type { Usage } from './usage.ts'
import { pageOf, type World } from './world.ts'

/** Decides what Graph answers: who calls, how often, with what right and with what; then what they asked for. */

export interface Rules {
  access: Access
  /** Whether the app demands appsecret_proof with every call. */
  requireProof: boolean
  blockAnswer: Call['blockAnswer']
  /** Versions that still live; a dead one is served as the oldest of them. */
  versions: readonly Version[]
  /** Where the links of further pages lead; to the emulator, if absent. */
  linksTo?: string
}

export interface Graph {
  world: World
  tokens: Tokens
  usage: Usage
  rules: Rules
  now: () => number
  url: string
  violations: string[]
}

export interface Request {
  method: string
  /** Below the version. */
  path: string
  /** As written in the address: v24.0; null if there is none. */
  version: string | null
  token: string | undefined
  /** All but the token. */
  parameters: Parameters
}

/** Which call a request is; null where Graph knows none by its name. */
export function nameOf(graph: Graph, { method, path, token }: Request): Failing | null {
  if (method === 'GET' && path === '/debug_token') return 'GET debug_token'
  if (method === 'GET' && path === '/oauth/access_token') return 'GET oauth/access_token'
  const [id = '', edge = null, ...rest] = path.slice(1).split('/')
  const node = id === 'me' ? selfNode(token) : graph.world.find(id)?.node
  return node && rest.length === 0 ? endpointNamed(method, node, edge) : null

  function selfNode(given: string | undefined): string | undefined {
    try {
      return graph.tokens.callerOf(given).page ? 'Page' : 'User'
    } catch {
      return undefined
    }
  }
}

/** @param refusal what a fault says instead */
export function decide(graph: Graph, request: Request, refusal: Answer | null): Answer {
  const answered = { 'facebook-api-version': servedAs(graph, request.version) ?? VERSIONS[0] ?? '' }
  try {
    const given = refusal ?? carriedOut(graph, request)
    return { ...given, headers: { ...answered, ...usageOf(graph, request), ...given.headers } }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { ...error.answer, headers: { ...answered, ...usageOf(graph, request), ...error.answer.headers } }
  }
}

function usageOf({ tokens, usage }: Graph, { token, path }: Request): Record<string, string> {
  if (path === '/debug_token' || path.startsWith('/oauth/')) return {}
  try {
    return usage.headers(tokens.callerOf(token).page)
  } catch {
    return {}
  }
}

/** Which version answers; null where Meta has not made it yet. */
function servedAs({ rules }: Graph, version: string | null): Version | null {
  const [oldest = 'v24.0'] = rules.versions
  if (version === null) return oldest
  const living = rules.versions.find((one) => one === version)
  if (living) return living
  return Number(version.slice(1)) < Number(oldest.slice(1)) ? oldest : null
}

function carriedOut(graph: Graph, request: Request): Answer {
  const { tokens, rules, violations } = graph
  const { method, path, parameters, token } = request
  const version = servedAs(graph, request.version) ?? unknownPath(`/${request.version}`)
  if (path === '/debug_token' && method === 'GET') return tokens.debug(token, parameters['input_token'])
  if (path === '/oauth/access_token' && method === 'GET') return tokens.exchange(parameters)
  if (path === '/' && method === 'POST') {
    violations.push('request POST /: nobody here may send a batch')
    return invalid('the emulator takes no batch')
  }

  const grant = tokens.callerOf(token)
  tokens.checkProof(grant.token, parameters['appsecret_proof'], rules.requireProof)
  // GUESS: the refusal. The token itself lives on.
  if (grant.dataAccessEndsAt !== 0 && grant.dataAccessEndsAt <= graph.now()) refuse('denied')

  const [id = '', edge = null, ...rest] = path.slice(1).split('/')
  if (rest.length > 0) unknownPath(`/${rest.join('/')}`)
  const thing = thingFor(graph, grant, id, method)
  const contract = contractFor(version)
  const name = endpointNamed(method, thing.node, edge)
  if (!name || (contract && contract.returned(thing.node, method, edge) === null)) {
    violations.push(`request ${method} ${thing.node}${edge === null ? '' : `/${edge}`} is unknown in ${version}`)
    return method === 'GET' && edge !== null ? unknownField(edge, thing.node) : absent(id, method)
  }
  if (!graph.usage.count(grant.page, ENDPOINTS[name].bucket)) refuse(throttleOf(grant, name))
  const nothing = checkRights(grant, thing, name)
  checkRequest(graph, contract, { node: thing.node, method, edge, parameters })
  if (nothing) return { status: 200, body: { data: [] } }

  const { blockAnswer, access } = rules
  const call: Call = {
    world: graph.world,
    grant,
    openPage: (page) => (grant.page === page ? grant.token : openedBy(tokens, grant, page)),
    access,
    contract,
    version,
    url: rules.linksTo ?? graph.url,
    parameters,
    app: { id: tokens.app.id, name: tokens.app.name },
    blockAnswer,
    now: graph.now(),
    complain: (complaint) => void violations.push(complaint),
  }
  const body = method === 'GET' ? read(thing, edge, call) : act(thing, name, call)
  violations.push(...wrongIn(body, contract, thing, name, edge).map((one) => `answer ${name}: ${one}`))
  return { status: 200, body }
}

function wrongIn(body: object, contract: Contract | null, { node }: Shown, name: EndpointName, edge: string | null) {
  if (!contract) return []
  if (!name.startsWith('GET ')) return contract.ofDone(name, body)
  return contract.ofNode(node, edge === null ? { ...body } : { [edge]: body })
}

function openedBy(tokens: Tokens, grant: Grant, page: Page): string | undefined {
  return grant.scopes.has('pages_show_list') ? tokens.pageTokenOf(grant, page)?.token : undefined
}

/** What is meant, as far as this token reaches: what it does not reach is not there. @throws Refused */
function thingFor({ world }: Graph, grant: Grant, id: string, method: string): Shown {
  if (id === 'me' || id === grant.userId) return grant.page ?? { node: 'User', id: grant.userId, grant }
  const thing = world.find(id)
  if (!thing) return absent(id, method)
  const reaches = (page: Page): boolean => (grant.page ? grant.page === page : grant.tasks.has(page))
  const page = pageOf(thing)
  if (page) return reaches(page) ? thing : absent(id, method)
  const isTagged = thing.node === 'PagePost' && grant.page?.tagged.includes(thing)
  return isTagged && method === 'GET' ? thing : absent(id, method)
}

interface Asked {
  node: string
  method: string
  edge: string | null
  parameters: Parameters
}

/** @throws Refused where Graph itself would notice */
function checkRequest(
  { violations }: Graph,
  contract: Contract | null,
  { node, method, edge, parameters }: Asked,
): void {
  const complaints = contract?.ofRequest(node, method, edge, parameters) ?? []
  violations.push(...complaints.map(({ what }) => `request ${what}`))
  const refusal = complaints.find((one) => one.refusal !== null)?.refusal
  if (refusal) invalid(refusal)
}

function read(thing: Shown, edge: string | null, call: Call): Record<string, unknown> {
  const selections = selectionsIn(call.parameters)
  if (edge === null) return showNode(thing, selections, call)
  const list = edgeOf(thing, edge)
  return list ? { ...showList(thing, edge, list, call.parameters, selections, call) } : unknownField(edge, thing.node)
}

function act(thing: Shown, name: EndpointName, call: Call): object {
  const carryOut = ACTS[name] as ((thing: Shown, call: Call) => object) | undefined
  return carryOut ? carryOut(thing, call) : absent('id' in thing ? thing.id : '', 'POST')
}
