import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import addFormats from 'ajv-formats'
import { type Document, OpenAPIBackend } from 'openapi-backend'
import type { Vocabulary } from './vocabulary.ts'

/** Holds every request and every answer against X's own specification. The files are X's and no part of the project. */

export interface Exchanged {
  method: string
  path: string
  query: Readonly<Record<string, string>>
  body: unknown
}

export interface Contract {
  /** What is wrong with a request; empty if nothing is. */
  ofRequest(request: Exchanged): string[]
  ofAnswer(request: Exchanged, status: number, body: unknown): string[]
}

const FOLDER = process.env['SERJEANT_X_SPECS'] ?? path.resolve(import.meta.dirname, '../../../../shared/specs/x')
const FILES: Readonly<Record<Vocabulary, string>> = { tweet: 'openapi-2.166.json', post: 'openapi-2.167.json' }

/** Calls that are in none of the specifications, and why the emulator has them all the same. */
const OUTSIDE: readonly { pattern: RegExp; because: string }[] = [
  {
    pattern: /^(POST|DELETE) \/2\/users\/\d+\/blocking(\/\d+)?$/,
    because: 'blocking was taken out of the public API in June 2023; only Enterprise customers still have it',
  },
]

/** Whether both specifications are on this machine. */
export function specsAreThere(): boolean {
  return Object.values(FILES).every((file) => existsSync(path.join(FOLDER, file)))
}

const contracts = new Map<Vocabulary, Promise<Contract>>()

/** Read once in each process; null where the specification is not on this machine. */
export async function contractFor(vocabulary: Vocabulary): Promise<Contract | null> {
  const file = path.join(FOLDER, FILES[vocabulary])
  if (!existsSync(file)) return null
  const known = contracts.get(vocabulary) ?? readContract(file)
  contracts.set(vocabulary, known)
  return known
}

interface Complaint {
  instancePath?: string
  message?: string | undefined
  params?: unknown
}

async function readContract(file: string): Promise<Contract> {
  const definition = JSON.parse(await readFile(file, 'utf8'), distinctEnums) as Document
  const api = new OpenAPIBackend({
    definition,
    // Validators are made when a call is first seen: of hundreds, some twenty are.
    quick: true,
    strict: false,
    ajvOpts: { strict: false, allErrors: true, logger: false },
    customizeAjv: (ajv) => addFormats.default(ajv),
  })
  await api.init()

  const hold = ({ method, path: at, query, body }: Exchanged, judge: (operation: Operation) => Complaint[]) => {
    if (OUTSIDE.some(({ pattern }) => pattern.test(`${method} ${at}`))) return []
    const operation = api.router.matchOperation({ method, path: at, headers: {}, query: { ...query }, body })
    if (!operation) return [`${method} ${at}: X has no such call`]
    return judge(operation).map(
      ({ instancePath, message, params }) =>
        `${method} ${at}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    )
  }
  type Operation = NonNullable<ReturnType<typeof api.router.matchOperation>>

  return {
    ofRequest: (request) =>
      hold(request, (operation) => {
        const { method, path: at, query, body } = request
        const headers = { 'content-type': 'application/json' }
        return api.validateRequest({ method, path: at, headers, query: { ...query }, body }, operation).errors ?? []
      }),
    ofAnswer: (request, status, body) =>
      hold(request, (operation) =>
        status < 400 ? (api.validateResponse(body, operation, status).errors ?? []) : complaintsOfProblem(body),
      ),
  }
}

/** A refusal is application/problem+json, which openapi-backend does not look at; the specification asks this of it. */
function complaintsOfProblem(body: unknown): Complaint[] {
  if (typeof body === 'string') return []
  const problem = body as { type?: unknown; title?: unknown; detail?: unknown; status?: unknown }
  const wrong = [
    typeof problem.type === 'string' ? '' : 'type',
    typeof problem.title === 'string' ? '' : 'title',
    ['string', 'undefined'].includes(typeof problem.detail) ? '' : 'detail',
    ['number', 'undefined'].includes(typeof problem.status) ? '' : 'status',
  ].filter(Boolean)
  return wrong.map((name) => ({ instancePath: `/${name}`, message: 'is not what a Problem has' }))
}

/** X lists 'attachments.media_keys' twice in one enum of 2.167, which JSON Schema forbids. */
function distinctEnums(key: string, value: unknown): unknown {
  return key === 'enum' && Array.isArray(value) ? [...new Set(value)] : value
}
