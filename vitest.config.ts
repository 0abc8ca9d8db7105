import { defineConfig } from 'vitest/config'

const DATABASE = ['test/src/store/**/*.test.ts']
const SERVICE = ['test/adapters/bluesky*.test.ts', 'test/adapters/bluesky/**/*.test.ts', 'test/end-to-end/**/*.test.ts']

/** Three groups, so that a test of pure code does not wait for servers it never speaks to. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 90_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/bluesky-stack/**', ...DATABASE, ...SERVICE],
        },
      },
      {
        extends: true,
        test: { name: 'database', include: DATABASE, globalSetup: 'test/support/global-setup.ts' },
      },
      {
        extends: true,
        // Servers on a busy machine are given the time they take.
        test: { name: 'service', include: SERVICE, globalSetup: 'test/support/global-setup.ts', testTimeout: 60_000 },
      },
    ],
  },
})
