import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

const npm = createRequire(import.meta.url)

function majorOf(manifest: string): string | undefined {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return version.split('.')[0]
}

describe('the version', () => {
  it('has the major number of Express, so that peer ranges and agents take one for the other', () => {
    const own = new URL('../package.json', import.meta.url).pathname
    expect(majorOf(own)).toBe(majorOf(npm.resolve('express/package.json')))
  })
})
