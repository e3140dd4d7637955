import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

const vitest = path.join(
  path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
)
const config = path.join(import.meta.dirname, 'express.config.ts')

describe('the cases that need nothing of ours', () => {
  it('pass their tests on npm’s Express as well', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      vitest,
      'run',
      '--config',
      config,
      '--reporter=json',
    ])
    const { success, numTotalTestSuites, numPassedTests } = JSON.parse(stdout) as {
      success: boolean
      numTotalTestSuites: number
      numPassedTests: number
    }
    expect(success).toBe(true)
    expect(numTotalTestSuites).toBeGreaterThanOrEqual(8)
    expect(numPassedTests).toBeGreaterThan(200)
  })
})
