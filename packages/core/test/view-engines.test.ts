import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import express from '@tokkyu/core'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'views-'))

beforeAll(() => {
  for (const name of [
    'page.html',
    'page.send',
    'page.nowhere',
    'page.shout',
    'page.lacks',
    'page.ejs',
  ]) {
    writeFileSync(join(folder, name), '<p><%= name %></p>')
  }
  for (const name of ['lacks', 'ejs']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true })
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), `require('what-it-lacks')`)
  }
})
afterEach(() => {
  vi.restoreAllMocks()
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What rendering `view` answers. */
async function render(view: string, set: (app: express.Express) => void = () => {}) {
  const app = express().set('env', 'development').set('views', folder)
  set(app)
  app.get('/', (_req, res) => res.render(view, { name: 'Ada' }))
  app.use(((error, _req, res, _next) => {
    res.status(500).send((error as Error).message)
  }) satisfies express.ErrorRequestHandler)
  const { status, text } = await request(app).get('/')
  return { status, text }
}

/** An engine as Express knows them. */
function shout(_path: string, data: object, done: (error: null, text: string) => void): void {
  done(null, `${(data as { name: string }).name}!`)
}

describe('the engine of a view', () => {
  it('is ours for .html', async () => {
    expect(await render('page.html')).toEqual({ status: 200, text: '<p>Ada</p>' })
  })

  it('is the one registered for the extension', async () => {
    expect((await render('page.shout', (app) => app.engine('shout', shout))).text).toBe('Ada!')
  })

  it('is an error for a package that is none', async () => {
    expect(await render('page.send')).toEqual({
      status: 500,
      text: 'Module "send" does not provide a view engine.',
    })
  })

  it('is an error for a package that is not there', async () => {
    const { status, text } = await render('page.nowhere')
    expect(status).toBe(500)
    expect(text).toMatch(
      /^Cannot find module 'nowhere', which the view "page\.nowhere" asks for as its engine; looked from "/,
    )
  })

  it('is an error of its own for a package that misses one', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    const { text } = await render('page.lacks')
    expect(text).toMatch(/^Cannot find module 'what-it-lacks'\nRequire stack:\n- .*lacks.index\.js/)
  })

  it('is not ours for .ejs where the package is there, and misses one', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    const { text } = await render('page.ejs')
    expect(text).toMatch(/^Cannot find module 'what-it-lacks'/)
  })

  it('is asked for when neither the name nor the settings tell', async () => {
    expect((await render('page')).text).toMatch(/^No default engine was specified/)
  })
})
