import { describe, expect, it } from 'vitest'

import { project } from './project.ts'
import { tokkyuIn } from './tokkyu.ts'

const timeout = 60_000

const app = `
import express from '@tokkyu/core'
export const users = express.Router()
users.get({ name: 'user', path: '/:id<int>' }, function show(req, res) { res.send('a user') })
const app = express()
app.use(function log(req, res, next) { next() })
app.use('/users', users)
app.post('/login', (req, res) => res.send('in'))
`

/** Lists the routes of a project with these files. */
const routes = (files: Record<string, string>, entry?: string, installed?: string[]) =>
  tokkyuIn(project(files, installed), 'routes', ...(entry === undefined ? [] : [entry]))

/** A program with one route. */
const at = (path: string) => `module.exports = require('@tokkyu/core')().get('${path}', () => {})`

describe('tokkyu routes', { timeout }, () => {
  it('lists the routes with their whole paths, names and places', async () => {
    const folder = project({ 'app.mjs': `${app}export default app` })
    expect(await tokkyuIn(folder, 'routes', 'app.mjs')).toEqual({
      code: 0,
      stdout:
        'GET,HEAD  /users/:id<int>  user: show   app.mjs:4:7\n' +
        'POST      /login           <anonymous>  app.mjs:8:5\n',
      stderr: '',
    })
  })

  it('shows middlewares and mounted routers when all is wanted', async () => {
    const folder = project({ 'app.mjs': `${app}export default app` })
    const { stdout } = await tokkyuIn(folder, 'routes', 'app.mjs', '--all')
    expect(stdout.split('\n').map((line) => line.split('  ')[0]?.trim())).toEqual([
      'use',
      'router',
      'GET,HEAD',
      'POST',
      '',
    ])
  })

  it('gives the tree as JSON', async () => {
    const folder = project({ 'app.mjs': `${app}export default app` })
    const { stdout } = await tokkyuIn(folder, 'routes', 'app.mjs', '--json')
    expect(JSON.parse(stdout)).toMatchObject([
      { kind: 'middleware', handlers: ['log'] },
      { kind: 'router', path: '/users', routes: [{ path: '/:id<int>', name: 'user' }] },
      { kind: 'route', path: '/login', methods: ['POST'] },
    ])
  })

  it('keeps what the application prints out of stdout', async () => {
    const folder = project({ 'app.mjs': `${app}export default app; console.log('chatter')` })
    const { stdout, stderr } = await tokkyuIn(folder, 'routes', 'app.mjs', '--json')
    expect(() => JSON.parse(stdout)).not.toThrow()
    expect(stderr).toBe('chatter\n')
  })

  it('has no colour without a terminal', async () => {
    const folder = project({ 'app.mjs': `${app}export default app` })
    expect((await tokkyuIn(folder, 'routes', 'app.mjs')).stdout).not.toContain('\u001B')
  })
})

describe('the application of an entry', { timeout }, () => {
  it.each([
    ['is its default export', `export default app`],
    ['is what it exports as app', `export { app }`],
    ['is what listens, and nothing does listen', `app.listen(1)`],
    ['is behind a server that was made by hand', `http.createServer(app).listen(1)`],
    ['may have routes that come after listen', `app.listen(1); app.get('/late', () => {})`],
    ['may listen later', `setTimeout(() => app.listen(1), 50)`],
  ])('%s', async (_, end) => {
    const text = `import http from 'node:http'\n${app}${end}`
    expect((await routes({ 'app.mjs': text }, 'app.mjs')).stdout).toContain('/login')
  })

  it('is module.exports', async () => {
    const text = `module.exports = require('@tokkyu/core')().get('/plain', () => {})`
    expect((await routes({ 'app.cjs': text }, 'app.cjs')).stdout).toContain('/plain')
  })

  it('may be a router', async () => {
    const text = `module.exports = require('@tokkyu/core').Router().get('/plain', () => {})`
    expect((await routes({ 'app.cjs': text }, 'app.cjs')).stdout).toContain('/plain')
  })

  it('may be TypeScript, read by tsx where node does not', async () => {
    const text = `import express from '@tokkyu/core'
      export default express().get('/typed' as string, (req, res): void => { res.send('') })`
    expect((await routes({ 'app.ts': text }, 'app.ts', ['tsx'])).stdout).toContain('/typed')
  })

  it('is looked for: main of package.json, then the usual names', async () => {
    const files = {
      'server.cjs': at('/server'),
      'src/app.cjs': at('/app'),
      'mine.cjs': at('/mine'),
    }
    expect((await routes({ ...files, 'package.json': '{"main":"mine.cjs"}' })).stdout).toContain(
      '/mine',
    )
    expect((await routes(files)).stdout).toContain('/server')
    expect((await routes({ 'src/app.cjs': at('/app') })).stdout).toContain('/app')
  })

  it.each([
    ['there is no file', {}, undefined, 2, 'Which file?'],
    ['the file is missing', {}, 'nobody.js', 2, 'No such file: nobody.js'],
    ['nothing shows itself', { 'a.mjs': 'export const x = 1' }, 'a.mjs', 1, 'exports none'],
    ['it does not run', { 'a.mjs': 'throw new Error("on purpose")' }, 'a.mjs', 1, 'on purpose'],
    [
      'it has no tools',
      { 'a.mjs': `import { createServer } from 'node:http'\ncreateServer(() => {}).listen(1)` },
      'a.mjs',
      1,
      'no routes() and explain()',
    ],
  ] as const)('is an error when %s', async (_, files, entry, code, text) => {
    expect(await routes(files, entry)).toMatchObject({
      code,
      stderr: expect.stringContaining(text),
    })
  })
})

describe('tokkyu explain', { timeout }, () => {
  const folder = project({ 'app.mjs': `${app}export default app` })

  it('says what each layer would do, and ends with 0 when a route answers', async () => {
    const { code, stdout } = await tokkyuIn(folder, 'explain', 'GET', '/users/7', 'app.mjs')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^GET \/users\/7\n {2}use \/ log +runs/)
    expect(stdout).toContain('→ /users/:id<int> (user) answers')
  })

  it('takes GET when no method is named', async () => {
    expect((await tokkyuIn(folder, 'explain', '/users/7', 'app.mjs')).stdout).toMatch(/^GET /)
  })

  it('ends with 1 when no route answers', async () => {
    const { code, stdout } = await tokkyuIn(folder, 'explain', 'post', '/users/7', 'app.mjs')
    expect(code).toBe(1)
    expect(stdout).toContain('wrong method')
  })

  it('gives JSON', async () => {
    const { stdout } = await tokkyuIn(folder, 'explain', '/users/x', 'app.mjs', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      method: 'GET',
      url: '/users/x',
      answer: null,
      layers: [{ verdict: 'runs' }, { layers: [{ verdict: 'constraint failed' }] }, {}],
    })
  })

  it('shows nothing that a terminal would obey', async () => {
    const { stdout } = await tokkyuIn(folder, 'explain', '/\u001B[2J', 'app.mjs')
    expect(stdout).not.toContain('\u001B')
  })

  it('ends with 2 when there is no URL', async () => {
    expect((await tokkyuIn(folder, 'explain', 'GET')).code).toBe(2)
  })
})
