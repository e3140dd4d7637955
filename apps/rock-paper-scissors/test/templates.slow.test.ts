import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

import type { Response } from '@tokkyu/core'
import { describe, expect, it } from 'vitest'

import type { Pages } from '../src/server/pages.ts'

const home = path.resolve(import.meta.dirname, '..')
const command = path.join(home, '../../packages/cli/entry/tokkyu.cjs')

describe('the templates', () => {
  it('all say what they take, and take no more than that', async () => {
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, [command, 'views', 'check'], { cwd: home })
    expect(stdout).toMatch(/^0 faults, \d+ declared, 0 not/m)
  })

  it('are given what they take, or the program does not compile', () => {
    expect(show).toBeTypeOf('function')
  })
})

/** Never called: it is there to be compiled. */
function show(res: Response, page: Pages['error.html']): void {
  res.render('error.html', page)
  // @ts-expect-error the page has no heading
  res.render('error.html', { t: page.t, message: page.message })
  // @ts-expect-error there is no such template
  res.render('eror.html', page)
}
