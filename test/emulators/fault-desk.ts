/**
 * How a call can go wrong on the way.
 *   hang      nothing is done and nothing is ever answered
 *   reset     nothing is done, and the connection breaks
 *   lost      it is done, and the connection breaks before the answer
 *   truncate  it is done, and the answer's body ends in its middle
 */
export type Mishap = 'hang' | 'reset' | 'lost' | 'truncate'

/**
 * Sets what goes wrong at an emulator.
 * @param isAny does '*' stand for this call too?
 */
export function faultDesk<Call extends string, Fault>(isAny: (call: Call) => boolean) {
  interface Standing {
    where: Call | '*'
    fault: Fault
    left: number
  }
  let standing: Standing[] = []
  const lift = (one: Standing): void => {
    standing = standing.filter((other) => other !== one)
  }
  const add = (where: Call | '*', fault: Fault, left: number): (() => void) => {
    const one = { where, fault, left }
    standing.push(one)
    return () => lift(one)
  }

  return {
    /** The next `times` calls fail so. Faults of one call take their turns in the order they were set. */
    once: (where: Call | '*', fault: Fault, times = 1): void => void add(where, fault, times),
    /** Every call fails so. @returns what ends it */
    always: (where: Call | '*', fault: Fault): (() => void) => add(where, fault, Infinity),
    clear: (): void => {
      standing = []
    },
    /** The server's: the fault that meets this call, if any does. */
    take: (call: Call): Fault | null => {
      const one = standing.find(({ where }) => where === call || (where === '*' && isAny(call)))
      if (!one) return null
      one.left--
      if (one.left === 0) lift(one)
      return one.fault
    },
  }
}
