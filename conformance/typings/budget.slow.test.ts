import { execFileSync } from 'node:child_process'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

interface Cost {
  version: string
  theirs: { instantiations: number }
  ours: { instantiations: number }
}

describe('an app of 300 routes', () => {
  // Counted by the compiler, the same in every run. The times are printed by bench/types.mjs itself.
  it("costs at most 0.6 times the instantiations that it costs on Express's typings", () => {
    const script = path.join(import.meta.dirname, '../../bench/types.mjs')
    const output = execFileSync(process.execPath, [script, '--json'], { encoding: 'utf8' })
    const costs = JSON.parse(output) as Cost[]
    expect(costs.map(({ version }) => version)).toEqual(['7', '5.9'])
    for (const { theirs, ours } of costs) {
      expect(theirs.instantiations).toBeGreaterThan(50_000)
      expect(ours.instantiations / theirs.instantiations).toBeLessThanOrEqual(0.6)
    }
  })
})
