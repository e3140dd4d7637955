import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      '{packages,apps}/*/test/**/*.test.ts',
      '{conformance,hardening}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    globalSetup: ['test/chromium.setup.ts'],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
})
