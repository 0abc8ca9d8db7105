/**
 * Chance that can be repeated: the same keys give the same rolls, in any process and for ever. The street is made of
 * nothing else, so it needs no memory of what it has said.
 */
export interface Dice {
  /** At least 0 and below 1. */
  roll(): number
  chance(probability: number): boolean
  /** From `least` to `most`, both included. */
  int(least: number, most: number): number
  pick<T>(things: readonly T[]): T
}

export function dice(...keys: readonly (string | number)[]): Dice {
  let state = hash(keys.join('\n'))
  // splitmix32: one word of state, and good enough for a street.
  const roll = () => {
    state = (state + 0x9e3779b9) | 0
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return ((word ^ (word >>> 15)) >>> 0) / 2 ** 32
  }
  return {
    roll,
    chance: (probability) => roll() < probability,
    int: (least, most) => least + Math.floor(roll() * (most - least + 1)),
    pick: (things) => {
      const thing = things[Math.floor(roll() * things.length)]
      if (thing === undefined) throw new RangeError('nothing to pick from')
      return thing
    },
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum
}
