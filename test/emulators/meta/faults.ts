import type { Failing } from './endpoints.ts'
import type { Answer, RefusalName } from './refusals.ts'

/**
 * How a call can go wrong on the way.
 *   hang      nothing is done and nothing is ever answered
 *   reset     nothing is done, and the connection breaks
 *   lost      it is done, and the connection breaks before the answer
 *   truncate  it is done, and the answer's body ends in its middle
 * A name of Graph's refusals, or an answer of one's own, refuses the call and does nothing.
 */
export type Fault = 'hang' | 'reset' | 'lost' | 'truncate' | RefusalName | Answer

/** One call, or every call on a node ('*': as when the token has ended). */
type Where = Failing | '*'

interface Standing {
  where: Where
  fault: Fault
  left: number
}

export type Faults = ReturnType<typeof faultDesk>

export function faultDesk() {
  let standing: Standing[] = []
  const lift = (one: Standing): void => {
    standing = standing.filter((other) => other !== one)
  }
  const add = (where: Where, fault: Fault, left: number): (() => void) => {
    const one = { where, fault, left }
    standing.push(one)
    return () => lift(one)
  }

  return {
    /** The next `times` calls fail so. Faults of one call take their turns in the order they were set. */
    once: (where: Where, fault: Fault, times = 1): void => void add(where, fault, times),
    /** Every call fails so. @returns what ends it */
    always: (where: Where, fault: Fault): (() => void) => add(where, fault, Infinity),
    clear: (): void => {
      standing = []
    },
    /** The server's: the fault that meets this call, if any does. */
    take: (failing: Failing): Fault | null => {
      const onNode = failing !== 'GET cdn' && failing !== 'GET oauth/access_token' && failing !== 'GET debug_token'
      const one = standing.find(({ where }) => where === failing || (where === '*' && onNode))
      if (!one) return null
      one.left--
      if (one.left === 0) lift(one)
      return one.fault
    },
  }
}
