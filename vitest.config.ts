import path from 'node:path'

import { defineConfig } from 'vitest/config'

const at = (file: string): string => path.join(import.meta.dirname, file)

const suites = [
  '{packages,apps,examples}/*/test/**/*.test.ts',
  'examples/small-cases/*/*.test.ts',
  '{conformance,hardening}/**/*.test.ts',
  'test/**/*.test.ts',
]
const slow = ['**/*.slow.test.ts']
const elsewhere = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  resolve: {
    // The tests run the sources; what the sources load on demand, and what Node loads itself, is built.
    alias: [
      { find: /^@tokkyu\/([a-z]+)$/, replacement: at('packages/$1/src/index.ts') },
      { find: /^@tokkyu\/([a-z]+)\/([a-z]+)$/, replacement: at('packages/$1/src/$2.ts') },
      {
        find: 'rock-paper-scissors/app',
        replacement: at('apps/rock-paper-scissors/src/server/app.ts'),
      },
    ],
  },
  test: {
    globalSetup: ['test/chromium.setup.ts'],
    maxWorkers: '100%', // vitest would leave a core free, and a machine of two would use one
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
      // The supervisor and its command run in processes of their own, where nobody counts.
      exclude: ['packages/{cluster,cli}/**'],
      reporter: ['text-summary', 'json-summary'],
      // Per cent that the fast tests reach, a little below what they did when this was written.
      thresholds: {
        'packages/cache/src/**': { lines: 94, branches: 85 },
        'packages/core/src/**': { lines: 96, branches: 89 },
        'packages/router/src/**': { lines: 97, branches: 91 },
        'packages/rpc/src/**': { lines: 94, branches: 84 },
        'packages/session/src/**': { lines: 97, branches: 91 },
        'packages/upload/src/**': { lines: 97, branches: 92 },
        'packages/views/src/**': { lines: 95, branches: 89 },
      },
    },
    projects: [
      {
        extends: true,
        // What one runs while working, and the README's test command: files share their modules, as
        // loading all of them again for each of 170 files took half the time of the whole run.
        test: {
          name: 'fast',
          include: suites,
          exclude: [...elsewhere, ...slow],
          isolate: false,
          // What hangs fails in the end; what a busy machine delays does not.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          setupFiles: ['test/fast-check.setup.ts'],
        },
      },
      {
        extends: true,
        // What proves more slowly: killed writers, long races, budgets of the type checker.
        test: {
          name: 'slow',
          include: suites.map((suite) => suite.replace('*.test.ts', '*.slow.test.ts')),
          exclude: elsewhere,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          setupFiles: ['test/fast-check.setup.ts'],
        },
      },
    ],
  },
})
