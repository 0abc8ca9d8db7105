import { normalise } from '../normalise.ts'

/** One pattern for phrases of any alphabet, each written as its speakers write it and matched in whole words. */
export function phrases(list: readonly string[]): RegExp {
  const plain = list.map((phrase) => normalise(phrase).text.replaceAll(' ', '[\\s,]{1,3}'))
  return new RegExp(`(?<!\\p{L})(?:${plain.join('|')})(?!\\p{L})`, 'u')
}
