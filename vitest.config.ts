import path from 'node:path'

import { defineConfig } from 'vitest/config'

const at = (file: string): string => path.join(import.meta.dirname, file)

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
    include: [
      '{packages,apps}/*/test/**/*.test.ts',
      '{conformance,hardening}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    globalSetup: ['test/chromium.setup.ts'],
    setupFiles: ['test/fast-check.setup.ts'],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
})
