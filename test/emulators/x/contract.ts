import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import addFormats from 'ajv-formats'
import { type AjvCustomizer, type Document, OpenAPIBackend } from 'openapi-backend'
import { missing } from '../../support/missing.ts'
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
  ofRequest: (request: Exchanged) => string[]
  ofAnswer: (request: Exchanged, status: number, body: unknown) => string[]
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

let isTold = false
/** Without them nothing violates them, which looks as if all were well. */
function tellOnce(): null {
  if (isTold) return null
  isTold = true
  return missing('The folder with X’s OpenAPI specifications', 'say in SERJEANT_X_SPECS where it is')
}

const contracts = new Map<Vocabulary, Promise<Contract>>()

/** Read once in each process; null, and one notice, where the specification is not on this machine. @throws Error on CI */
export async function contractFor(vocabulary: Vocabulary): Promise<Contract | null> {
  const file = path.join(FOLDER, FILES[vocabulary])
  if (!existsSync(file)) return tellOnce()
  const known = contracts.get(vocabulary) ?? readContract(file)
  contracts.set(vocabulary, known)
  return known
}

type Ajv = Parameters<AjvCustomizer>[0]
type Complaints = ReturnType<OpenAPIBackend['validateRequest']>['errors']

async function readContract(file: string): Promise<Contract> {
  const text = await readFile(file, 'utf8')
  const definition = (): Document => JSON.parse(text, distinctEnums) as Document
  let checker: Ajv | undefined
  const api = new OpenAPIBackend({
    definition: definition(),
    // Validators are made when a call is first seen: of hundreds, some twenty are.
    quick: true,
    ajvOpts: { strict: false, allErrors: true, logger: false },
    customizeAjv: (ajv) => {
      addFormats.default(ajv)
      checker ??= ajv.addSchema(definition(), SPEC)
      return ajv
    },
  })
  await api.init()

  type Operation = NonNullable<ReturnType<typeof api.router.matchOperation>>
  const hold = (
    { method, path: at, query, body }: Exchanged,
    judge: (operation: Operation) => Complaints,
  ): string[] => {
    if (OUTSIDE.some(({ pattern }) => pattern.test(`${method} ${at}`))) return []
    const operation = api.router.matchOperation({ method, path: at, headers: {}, query: { ...query }, body })
    if (!operation) return [`${method} ${at}: X has no such call`]
    return (judge(operation) ?? []).map(
      ({ instancePath, message, params }) =>
        `${method} ${at}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    )
  }
  const ofRequest = (request: Exchanged): string[] =>
    hold(request, (operation) => {
      const headers = { 'content-type': 'application/json' }
      return api.validateRequest({ ...request, headers, query: { ...request.query } }, operation).errors
    })

  // The first request has openapi-backend make the checker.
  ofRequest({ method: 'GET', path: '/2/users/me', query: {}, body: undefined })
  /**
   * openapi-backend writes every schema out in full for each call, which takes it a quarter of a second where a post
   * is within. So answers are held against the specification as it stands, where all calls share one Post.
   */
  const against = (pointer: string, body: unknown): Complaints => {
    const validate = checker?.getSchema(SPEC + pointer)
    if (!validate) throw new Error(`no schema at ${pointer}`)
    return validate(body) === true ? null : validate.errors
  }

  return {
    ofRequest,
    ofAnswer: (request, status, body) =>
      hold(request, ({ method, path: template }) => {
        // A refusal is a Problem, whatever the call; the page that a proxy sends is nothing of the API's.
        if (status >= 400) return typeof body === 'string' ? null : against('#/components/schemas/Problem', body)
        const where = [
          'paths',
          template,
          method.toLowerCase(),
          'responses',
          status,
          'content',
          'application/json',
          'schema',
        ]
        return against(`#/${where.map(pointerPart).join('/')}`, body)
      }),
  }
}

const SPEC = 'https://api.x.com/openapi.json'

/** RFC 6901, within the fragment of an address. */
function pointerPart(part: string | number): string {
  return encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
}

/** X lists 'attachments.media_keys' twice in one enum of 2.167, which JSON Schema forbids. */
function distinctEnums(key: string, value: unknown): unknown {
  return key === 'enum' && Array.isArray(value) ? [...new Set(value)] : value
}
