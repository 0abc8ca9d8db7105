import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { EndpointName } from './endpoints.ts'
import {
  COMMON,
  DONE,
  OVERLAY,
  PAGING,
  type Parameter,
  READING,
  type SpecifiedNode,
  SUCCESS,
  SUMMARY,
} from './overlay.ts'

/** Holds every request and every answer against Meta's own specifications. The files are Meta's and no part of the project. */

export type Version = 'v24.0' | 'v25.0'

export interface Complaint {
  what: string
  /** How Graph refuses it; null where Graph looks away. */
  refusal: string | null
}

export interface Contract {
  /** What is wrong with a request; empty if nothing is. */
  ofRequest(
    node: string,
    method: string,
    edge: string | null,
    parameters: Readonly<Record<string, unknown>>,
  ): Complaint[]
  /** What is wrong with a node in an answer. */
  ofNode(node: string, value: Readonly<Record<string, unknown>>): string[]
  /** What is wrong with the answer of a write. */
  ofDone(name: EndpointName, body: object): string[]
  knows(node: string, fieldOrEdge: string): boolean
  /** The node that an edge returns, or that a call on the node itself does; null if there is no such call. */
  returned(node: string, method: string, edge: string | null): string | null
  fieldsOf(node: string): string[]
}

const FOLDER = process.env['SERJEANT_META_SPECS'] ?? path.resolve(import.meta.dirname, '../../../../shared/specs/meta')
/** The second was made while v25.0 was the newest. */
const SETS: Readonly<Record<Version, string>> = { 'v24.0': 'v24-22099e8', 'v25.0': 'head-ad2b0b6' }
export const VERSIONS = Object.keys(SETS) as Version[]

/** Whether both sets of specifications are on this machine. */
export function specsAreThere(): boolean {
  return Object.values(SETS).every((set) => existsSync(path.join(FOLDER, set, 'enum_types.json')))
}

const contracts = new Map<Version, Contract>()

/** Read once in each process; null where the specifications are not on this machine. */
export function contractFor(version: Version): Contract | null {
  const folder = path.join(FOLDER, SETS[version])
  if (!existsSync(folder)) return null
  const known = contracts.get(version) ?? readContract(folder)
  contracts.set(version, known)
  return known
}

const Parameters = z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean().default(false) }))
const Node = z.object({
  apis: z.array(
    z.object({
      method: z.string(),
      endpoint: z.string().default(''),
      name: z.string().default(''),
      return: z.string().default(''),
      params: Parameters,
    }),
  ),
  fields: z.array(z.object({ name: z.string(), type: z.string() })),
})
const Enums = z.array(z.object({ name: z.string(), values: z.array(z.string()) }))

const OWN = { GET: '#get', POST: '#update', DELETE: '#delete' } as const

function readContract(folder: string): Contract {
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
  const enums = new Map(Enums.parse(read('enum_types.json')).map(({ name, values }) => [name.toLowerCase(), values]))
  const nodes = new Map<string, SpecifiedNode | null>()
  const nodeOf = (name: string): SpecifiedNode | null => {
    const known = nodes.get(name)
    if (known !== undefined) return known
    const isName = /^\w+$/.test(name) && existsSync(path.join(folder, `${name}.json`))
    const specified = isName ? Node.parse(read(`${name}.json`)) : null
    const added = OVERLAY[name]
    const node =
      specified && added
        ? { apis: [...specified.apis, ...added.apis], fields: [...specified.fields, ...added.fields] }
        : (specified ?? added ?? null)
    nodes.set(name, node)
    return node
  }

  const callOf = (node: string, method: string, edge: string | null) =>
    nodeOf(node)?.apis.find((call) =>
      edge === null ? call.name === OWN[method as keyof typeof OWN] : call.method === method && call.endpoint === edge,
    )

  const valueFits = (type: string, value: unknown): boolean => {
    const list = /^list(?:<(.+)>)?$/.exec(type)
    if (list) return Array.isArray(value) && value.every((one) => !list[1] || valueFits(list[1], one))
    const values = enums.get(type.toLowerCase())
    if (values) return typeof value === 'string' && values.includes(value.toUpperCase())
    switch (type) {
      case 'bool':
        return typeof value === 'boolean'
      case 'int':
        return Number.isInteger(value)
      case 'unsigned int':
        return Number.isInteger(value) && Number(value) >= 0
      case 'float':
        return typeof value === 'number'
      case 'string':
        return typeof value === 'string'
      case 'datetime':
        return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/.test(value)
      default:
        return typeof value === 'object' && value !== null && !Array.isArray(value)
    }
  }

  /** Requests may spell a value in several ways: forms and addresses know only text. */
  const parameterFits = (type: string, value: unknown): boolean => {
    const list = /^list<(.+)>$/.exec(type)
    if (list) {
      const all = typeof value === 'string' ? jsonOr(value, value.split(',')) : value
      return Array.isArray(all) && all.every((one) => parameterFits(list[1] ?? '', one))
    }
    const values = enums.get(type.toLowerCase())
    if (values) return typeof value === 'string' && values.some((one) => one.toLowerCase() === value.toLowerCase())
    switch (type) {
      case 'bool':
        return ['true', 'false', '1', '0'].includes(String(value))
      case 'int':
        return /^-?\d+$/.test(String(value))
      case 'unsigned int':
        return /^\d+$/.test(String(value))
      case 'float':
        return Number.isFinite(Number(value))
      case 'string':
        return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      case 'datetime':
        return /^\d+$/.test(String(value)) || !Number.isNaN(Date.parse(String(value)))
      // Said of text as well: of the tag of a message, and of the parent of a comment.
      case 'Object':
        return typeof value === 'string' || (typeof value === 'object' && value !== null)
      default: {
        const given = typeof value === 'string' ? jsonOr(value, value) : value
        return typeof given === 'object' && given !== null
      }
    }
  }

  const wordsFor = ({ name, type }: Parameter): string => {
    const values = enums.get(type.toLowerCase())
    return values
      ? `Param ${name} must be one of {${values.map((one) => one.toUpperCase()).join(', ')}}`
      : `Param ${name} must be a valid ${type}`
  }

  const ofNode = (name: string, value: Readonly<Record<string, unknown>>): string[] =>
    Object.entries(value).flatMap(([key, its]) => {
      if (its === undefined) return []
      const of = nodeOf(name)
      const field = of?.fields.find((one) => one.name === key)
      const edge = of?.apis.find((call) => call.method === 'GET' && call.endpoint === key)
      if (key === 'id' && !field) return typeof its === 'string' ? [] : [`${name}.id is no string`]
      if (!field) return edge ? ofList(edge.return ?? '', its) : [`${name}.${key} is not in the specification`]
      if (!valueFits(field.type, its)) return [`${name}.${key} is not a ${field.type}: ${JSON.stringify(its)}`]
      return nodeOf(field.type) ? ofNode(field.type, its as Record<string, unknown>) : []
    })
  const ofList = (name: string, list: unknown): string[] => {
    const listed = z.object({ data: z.array(z.record(z.string(), z.unknown())) }).safeParse(list)
    return listed.success ? listed.data.data.flatMap((one) => ofNode(name, one)) : [`a list of ${name} has no data`]
  }

  return {
    ofRequest: (node, method, edge, parameters) => {
      const at = `${method} ${node}${edge === null ? '' : `/${edge}`}`
      const call = callOf(node, method, edge)
      if (!call) return [{ what: `${at} is not in the specification`, refusal: null }]
      const common = [
        ...COMMON,
        ...(method === 'GET' ? READING : []),
        ...(method === 'GET' && edge !== null ? PAGING : []),
        ...(method === 'GET' && edge === 'comments' ? [SUMMARY] : []),
      ]
      const known = new Map([...common, ...call.params].map((one) => [one.name, one]))
      const complaints: Complaint[] = []
      for (const { name, required } of call.params) {
        if (!required || parameters[name] !== undefined) continue
        complaints.push({ what: `${at} lacks ${name}`, refusal: `The parameter ${name} is required` })
      }
      for (const [name, value] of Object.entries(parameters)) {
        const parameter = known.get(name)
        // Graph looks away from what it does not know: a misspelt parameter is a call without it.
        if (!parameter) complaints.push({ what: `${at} has no ${name}`, refusal: null })
        else if (!parameterFits(parameter.type, value))
          complaints.push({
            what: `${at}: ${name} is not a ${parameter.type}: ${JSON.stringify(value)}`,
            refusal: wordsFor(parameter),
          })
      }
      return complaints
    },
    ofNode,
    ofDone: (name, body) => {
      const shape = DONE[name] ?? SUCCESS
      if (name === 'POST Page/blocked')
        return Object.values(body).every((one) => one === true) ? [] : [`${name} answers no`]
      const given = Object.entries(body)
      const wrong = given.filter(([key, value]) => !valueFits(shape[key] ?? '', value))
      return [
        ...wrong.map(([key]) => `${name} answers ${key}`),
        ...Object.keys(shape).flatMap((key) => (given.some(([has]) => has === key) ? [] : [`${name} lacks ${key}`])),
      ]
    },
    knows: (node, name) => {
      const of = nodeOf(node)
      if (name === 'id' || !of) return name === 'id'
      return (
        of.fields.some((one) => one.name === name) ||
        of.apis.some((call) => call.method === 'GET' && call.endpoint === name)
      )
    },
    returned: (node, method, edge) => callOf(node, method, edge)?.return ?? null,
    fieldsOf: (node) => (nodeOf(node)?.fields ?? []).map(({ name }) => name).sort(),
  }
}

function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return otherwise
  }
}
