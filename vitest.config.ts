import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/bluesky-stack/**'],
    testTimeout: 30_000,
    hookTimeout: 90_000,
  },
})
