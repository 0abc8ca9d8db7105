import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** The files that take longest, the longest first. One that is out of place here costs time and nothing else. */
const LONG = [
  'end-to-end/meta.test.ts',
  'end-to-end/bluesky.test.ts',
  'web/journey.test.ts',
  'src/store/together.test.ts',
  'web/together.test.ts',
  'web/console.test.ts',
  'web/attack.test.ts',
  'web/letters.test.ts',
  'web/sign-in.test.ts',
  'web/private.test.ts',
  'web/passkeys.test.ts',
  'store/letters.test.ts',
  'end-to-end/kill.test.ts',
  'adapters/bluesky.test.ts',
  'adapters/bluesky-reading.test.ts',
  'store/replaying.test.ts',
  'store/engine.test.ts',
  'images/examiner.test.ts',
  'end-to-end/processes.test.ts',
  'adapters/meta-inbox-long.test.ts',
]

/**
 * A long file begun last keeps everybody waiting while the other workers have nothing to do. Left to itself vitest takes
 * one project after the other, and on a machine that never ran the tests the largest file first, which is not the longest.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((end) => moduleId.endsWith(end))
      return at < 0 ? LONG.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
