import { syntax } from './refusals.ts'

/** The grammar of Graph's `fields`: id,message,from{id,name},comments.filter(stream).limit(5){id} */

export interface Selection {
  name: string
  modifiers: Readonly<Record<string, string>>
  /** What is asked of the thing itself; null if nothing is said. */
  inside: readonly Selection[] | null
}

/** @throws Refused where it cannot be read */
export function parseFields(text: string): Selection[] {
  let at = 0
  const wrong = (): never => syntax(`Syntax error "Expected name." at character ${at}: ${text}`)
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found?.[1] ?? found?.[0]
  }

  const modifiersHere = (): Record<string, string> => {
    const modifiers: Record<string, string> = {}
    for (let key = take(/\.(\w+)\(/y); key !== undefined; key = take(/\.(\w+)\(/y)) {
      modifiers[key] = take(/[^()]*/y) ?? ''
      if (take(/\)/y) === undefined) wrong()
    }
    return modifiers
  }
  const list = (): Selection[] => {
    const found: Selection[] = []
    do {
      const name = take(/\s*(\w+)/y) ?? wrong()
      const modifiers = modifiersHere()
      const opens = take(/\{/y) !== undefined
      const inside = opens ? list() : null
      if (opens && take(/\s*\}/y) === undefined) wrong()
      found.push({ name, modifiers, inside })
    } while (take(/\s*,/y) !== undefined)
    return found
  }

  if (text.trim() === '') return []
  const all = list()
  if (text.slice(at).trim() !== '') wrong()
  return all
}

/** Back into text, for the links of an edge within another node. */
export function writeFields(selections: readonly Selection[]): string {
  return selections
    .map(({ name, modifiers, inside }) => {
      const called = Object.entries(modifiers).map(([key, value]) => `.${key}(${value})`)
      return `${name}${called.join('')}${inside ? `{${writeFields(inside)}}` : ''}`
    })
    .join(',')
}
