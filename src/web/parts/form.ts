/** A posted form. A file or a repeated field where one text was asked for counts as nothing. */
export type Form = Readonly<Record<string, unknown>>

export const field = (form: Form, name: string): string => {
  const value = form[name]
  return typeof value === 'string' ? value : ''
}

/** Every text of a field that may be repeated; for a form read with `all`. */
export const fields = (form: Form, name: string): string[] =>
  [form[name]].flat().filter((value) => typeof value === 'string')

/** One line of it, without blanks around. */
export const line = (form: Form, name: string, most: number): string =>
  field(form, name).slice(0, most).replace(/\s+/g, ' ').trim()

/** Written by a person: line ends as we keep them, no longer than `most` UTF-16 units. */
export const text = (form: Form, name: string, most: number): string =>
  field(form, name).replaceAll('\r\n', '\n').slice(0, most)

/** A day as a date field gives it, at its beginning in UTC; null for what is none. */
export function dayOf(form: Form, name: string): Date | null {
  const word = field(form, name)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(word)) return null
  const at = new Date(`${word}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== word ? null : at
}
