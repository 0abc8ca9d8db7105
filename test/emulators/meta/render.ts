import { type Call, countIn, listIn, type Parameters, textIn } from './call.ts'
import { EDGES, type Edge } from './edges.ts'
import { parseFields, type Selection, writeFields } from './fields.ts'
import { DEFAULTS, FIELDS, type Field, type Shown } from './nodes.ts'
import { cut } from './paging.ts'
import { absent, invalid, unknownField } from './refusals.ts'

/** Turns nodes and lists into what Graph answers: what was asked for, and nothing that is not there. */

const USUAL = { usual: 25, most: 100 }

export function selectionsIn(parameters: Parameters): Selection[] {
  return parseFields(listIn(parameters, 'fields').join(','))
}

export function edgeOf(thing: Shown, name: string): Edge<Shown> | null {
  const edges = EDGES[thing.node] as Readonly<Record<string, Edge<Shown>>> | undefined
  return edges?.[name] ?? null
}

/** @throws Refused where something is asked for that the node has not */
export function showNode(thing: Shown, selections: readonly Selection[], call: Call): Record<string, unknown> {
  const asked =
    selections.length > 0
      ? selections
      : DEFAULTS[thing.node].map((name): Selection => ({ name, modifiers: {}, inside: null }))
  const shown: Record<string, unknown> = {}
  for (const selection of asked) {
    const value = showField(thing, selection, call)
    if (value !== undefined && value !== null) shown[selection.name] = value
  }
  // Asked for or not.
  return 'id' in thing ? { ...shown, id: thing.id } : shown
}

function showField(thing: Shown, { name, modifiers, inside }: Selection, call: Call): unknown {
  if (name === 'id') return undefined
  const isKnown = call.contract?.knows(thing.node, name) ?? true
  const edge = edgeOf(thing, name)
  if (edge && isKnown) return showNested(thing, name, edge, modifiers, inside ?? [], call)
  const fields = FIELDS[thing.node] as Readonly<Record<string, Field<Shown>>>
  const field = fields[name]
  if (!field || !isKnown) {
    // Meta has it and the emulator not: what it left out, a test might take for empty.
    call.complain(
      isKnown && call.contract ? `the emulator has no ${thing.node}.${name}` : `${thing.node} has no ${name}`,
    )
    return unknownField(name, thing.node)
  }
  const value = field(thing, call, modifiers)
  if (isNode(value)) return showNode(value, inside ?? [], call)
  return inside && typeof value === 'object' && value !== null ? picked(value, inside) : value
}

/** A list within a node. An empty one is left out. */
function showNested(
  thing: Shown,
  name: string,
  edge: Edge<Shown>,
  modifiers: Readonly<Record<string, string>>,
  inside: readonly Selection[],
  call: Call,
): object | undefined {
  const complaints = call.contract?.ofRequest(thing.node, 'GET', name, modifiers) ?? []
  for (const { what } of complaints) call.complain(`request ${what}`)
  const refusal = complaints.find((one) => one.refusal !== null)?.refusal
  if (refusal) invalid(refusal)
  const fields = inside.length > 0 ? { fields: writeFields(inside) } : {}
  const list = showList(thing, name, edge, { ...modifiers, ...fields }, inside, call)
  return list.data.length > 0 || list.summary ? list : undefined
}

interface List {
  data: Record<string, unknown>[]
  paging?: object
  summary?: object
}

/** @param parameters those of this list, which its further pages are asked for with */
export function showList(
  thing: Shown,
  name: string,
  edge: Edge<Shown>,
  parameters: Parameters,
  selections: readonly Selection[],
  call: Call,
): List {
  const { usual, most } = edge.size ?? USUAL
  const limit = countIn(parameters, 'limit', usual)
  if (limit > most && edge.refuses) invalid(`The 'limit' parameter should not exceed ${most}`)
  const size = Math.min(limit, most)
  const all = edge.items(thing, call, parameters)
  const asked = { size, after: textIn(parameters, 'after'), before: textIn(parameters, 'before') }
  const { items, earlier, later, cursors } = cut(all, asked, (item) =>
    'id' in item ? item.id : String(all.indexOf(item)),
  )
  const list: List = { data: items.map((item) => showNode(item, selections, call)) }
  if (cursors) {
    const link = (side: 'after' | 'before'): string => linkTo(thing, name, parameters, size, side, cursors[side], call)
    list.paging = {
      cursors,
      ...(later ? { next: link('after') } : {}),
      ...(earlier ? { previous: link('before') } : {}),
    }
  }
  const wants = ['true', '1'].includes(textIn(parameters, 'summary') ?? '')
  if (wants && edge.summary) list.summary = edge.summary(thing, call, parameters, all.length)
  return list
}

/** A whole address, with the token in it; a proof that was given is not. */
function linkTo(
  thing: Shown,
  edge: string,
  parameters: Parameters,
  size: number,
  side: 'after' | 'before',
  cursor: string,
  { url, version, grant }: Call,
): string {
  if (!('id' in thing)) return absent('', 'GET')
  const link = new URL(`${url}/${version}/${thing.id}/${edge}`)
  link.searchParams.set('access_token', grant.token)
  for (const [key, value] of Object.entries(parameters)) {
    if (['access_token', 'appsecret_proof', 'after', 'before', 'limit'].includes(key)) continue
    link.searchParams.set(key, typeof value === 'string' ? value : JSON.stringify(value))
  }
  link.searchParams.set('limit', String(size))
  link.searchParams.set(side, cursor)
  return link.href
}

function isNode(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && 'node' in value
}

/** Of an object, or of each one in a list, only what was asked for; the id always. */
function picked(value: object, inside: readonly Selection[]): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => picked(one as object, inside))
  if ('data' in value && Array.isArray(value.data)) return { data: picked(value.data, inside) }
  const wanted = new Map<string, readonly Selection[] | null>(inside.map((one) => [one.name, one.inside]))
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, its]: [string, unknown]) => {
      if (key !== 'id' && !wanted.has(key)) return []
      const deeper = wanted.get(key)
      return [[key, deeper && typeof its === 'object' && its !== null ? picked(its, deeper) : its]]
    }),
  )
}
