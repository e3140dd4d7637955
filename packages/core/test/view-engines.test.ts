import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import express from '@tokkyu/core'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'views-'))

beforeAll(() => {
  for (const name of ['page.html', 'page.send', 'page.nowhere', 'page.shout']) {
    writeFileSync(join(folder, name), '<p><%= name %></p>')
  }
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
    expect(text).toMatch(/^Cannot find module 'nowhere'/)
  })

  it('is asked for when neither the name nor the settings tell', async () => {
    expect((await render('page')).text).toMatch(/^No default engine was specified/)
  })
})
