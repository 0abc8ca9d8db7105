import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

const DATABASE = ['test/src/store/**/*.test.ts']
/** Lets calls of the chat service fail, whoever makes the next: nobody else may be at it meanwhile. */
const ALONE = ['test/adapters/bluesky-trouble.test.ts']
const SERVICE = ['test/adapters/bluesky*.test.ts', 'test/adapters/bluesky/**/*.test.ts', 'test/end-to-end/**/*.test.ts']
const servers = { globalSetup: 'test/support/global-setup.ts' }
/** Servers on a busy machine are given the time they take. */
const patient = { ...servers, testTimeout: 120_000 }

/** Groups, so that a test of pure code does not wait for servers it never speaks to. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 90_000,
    // Vitest would leave one processor free, and of two that is half; the long tests wait more than they work.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/bluesky-stack/**', ...DATABASE, ...SERVICE],
        },
      },
      { extends: true, test: { name: 'database', include: DATABASE, ...servers } },
      { extends: true, test: { name: 'service', include: SERVICE, exclude: ALONE, ...patient } },
      { extends: true, test: { name: 'alone', include: ALONE, sequence: { groupOrder: 1 }, ...patient } },
    ],
  },
})
