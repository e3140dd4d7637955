import path from 'node:path'

import { defineConfig } from 'vitest/config'

const root = path.join(import.meta.dirname, '../../..')

/** The cases that need nothing of ours, asked of npm's Express: their code and their tests are the same. */
export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: '@tokkyu/core', replacement: 'express' },
      { find: '@tokkyu/session', replacement: path.join(root, 'packages/session/src/index.ts') },
    ],
  },
  test: {
    include: ['jsonp-and-cors', 'jwt', 'mvc', 'controllers', 'xml', 'mail', 'github']
      .map((name) => `examples/small-cases/${name}/app.test.ts`)
      .concat('examples/small-cases/database/sqlite.test.ts'),
    testTimeout: 60_000,
  },
})
