import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

import { root } from '../packages.ts'

const clone = mkdtempSync(path.join(tmpdir(), 'bundle-'))
afterAll(() => rmSync(clone, { recursive: true }))

describe('the bundles of a fresh clone', () => {
  it('are made where nothing has been built, as `start` does it', { timeout: 60_000 }, () => {
    const names = readdirSync(path.join(root, 'packages'))
    for (const name of names) {
      for (const part of ['package.json', 'src'])
        cpSync(path.join(root, 'packages', name, part), path.join(clone, 'packages', name, part), {
          recursive: true,
        })
    }
    cpSync(path.join(root, 'tools'), path.join(clone, 'tools'), { recursive: true })
    symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'))

    const { status, stderr } = spawnSync(process.execPath, ['tools/bundle.mjs'], {
      cwd: clone,
      encoding: 'utf8',
    })

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const made = names.filter((name) =>
      existsSync(path.join(clone, 'packages', name, 'dist/bundle.cjs')),
    )
    expect(made).toEqual(names)
    expect(readdirSync(path.join(clone, 'packages/session/dist'))).toContain('bundle-http.cjs')
  })
})
