/** What people write to an MP whom everybody writes to at once, and how bad the worst of it is. */

/**
 * By what becomes of it: a threat is hidden and goes to the police lane, a death wish is hidden and a block proposed, plain
 * abuse is hidden and no more. The gravest first.
 */
export const ABUSE = {
  threat: [
    'I am going to kill you, you fucking cunt',
    'I will kill you, you fucking cunt',
    'I will stab you, you fucking cunt',
  ],
  'death wish': [
    'I hope you die, you fucking cunt',
    'Drop dead, you fucking cunt',
    'You fucking cunt, I hope you die',
    'Hope you die of cancer, you cunt',
  ],
  insult: ['You fucking cunt', 'You are a fucking cunt', 'Fuck off, you cunt'],
} as const
export type Gravity = keyof typeof ABUSE
export const GRAVEST_FIRST: readonly Gravity[] = ['threat', 'death wish', 'insult']

/** Short, so that a test of the order of things does not wait for the judge. */
export const CHATTER: readonly string[] = ['No', 'Rubbish', 'Resign', 'I disagree', 'Yes please', 'Thank you']

export const pick = <Entry>(from: readonly Entry[], n: number): Entry => {
  const entry = from[n % from.length]
  if (entry === undefined) throw new Error('nothing to pick from')
  return entry
}
