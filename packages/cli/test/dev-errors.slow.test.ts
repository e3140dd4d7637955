import { afterEach, describe, expect, it } from 'vitest'

import { DevRun } from './dev-run.ts'
import { project, write } from './project.ts'

const timeout = 60_000

let run: DevRun

afterEach(() => run.stop().then(() => {}), timeout)

const app = `import express from '@tokkyu/core'
const app = express()
app.use(function guard(req, res, next) { res.set('Content-Security-Policy', "script-src 'self'"); next() })
const users = express.Router()
users.get('/:id', async function show(req, res) {
  try { null.name } catch (cause) { throw new TypeError('cannot show ' + req.params.id, { cause }) }
})
app.use('/users', users)
app.get('/missing', (req, res) => res.render('hom.html'))
app.get('/template', (req, res) => res.render('home.html'))
app.get('/text', () => { throw 'just text' })
app.get('/gone', (req, res, next) => next(Object.assign(new Error('is gone'), { status: 410 })))
app.get('/crash', () => setImmediate(() => { throw new Error('crashed later') }))
app.post('/own', () => { throw new Error('seen by mine') })
app.use('/own', (error, req, res, next) => res.status(503).send('mine'))
app.listen(0)
`
const files = { 'app.mjs': app, 'views/home.html': '<p>\n<%= nobody %>' }

async function dev(
  env: Record<string, string> = {},
  given: Record<string, string> = files,
): Promise<string> {
  const folder = project(given)
  run = new DevRun(folder, ['app.mjs'], env)
  await run.starts()
  return folder
}

const page = (path: string) =>
  run.ask(path, { headers: { accept: 'text/html', authorization: 'Basic c2VjcmV0' } })

describe('an error under tokkyu dev', { timeout }, () => {
  it('is a page with the author’s line, its causes, the request, and the way it took', async () => {
    await dev()
    const { status, headers, text } = await page('/users/7?token=T0P&page=2')
    expect(status).toBe(500)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(text).toContain('<h1>TypeError</h1>')
    expect(text).toContain('<pre class="message">cannot show 7</pre>')
    expect(text).toMatch(/<mark>&gt; +6 \| +try \{ null\.name \}/)
    expect(text).toContain('<p class="dim">caused by</p>')
    expect(text).toMatch(
      /Route <code>GET \/users\/:id<\/code> <a href="vscode:[^"]+">app\.mjs:5:7<\/a>/,
    )
    expect(text).toMatch(/<code>guard<\/code> \/ <a[^>]+>app\.mjs:3:5/)
    expect(text).toContain('<tr><th>id</th><td>7</td></tr>')
    expect(text).toContain('<tr><th>page</th><td>2</td></tr>')
    expect(text).toContain('<tr><th>authorization</th><td>•••</td></tr>')
    expect(text).not.toMatch(/T0P|c2VjcmV0/)
  })

  it('has a policy of its own in place of the application’s, whose nonce is new each time', async () => {
    await dev()
    const [first, second] = [await page('/text'), await page('/text')]
    const nonces = [first, second].map(({ headers, text }) => {
      const policy = String(headers['content-security-policy'])
      const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
      expect(policy).toMatch(/^default-src 'none'; /)
      for (const [tag] of text.matchAll(/<(?:script|style)\b[^>]*>/g))
        expect(tag).toContain(`nonce="${nonce}"`)
      return nonce
    })
    expect(new Set(nonces).size).toBe(2)
  })

  it('is JSON for who asks for it', async () => {
    await dev()
    const { headers, text } = await run.ask('/users/7', { headers: { accept: 'application/json' } })
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(text)).toMatchObject({
      status: 500,
      error: {
        name: 'TypeError',
        message: 'cannot show 7',
        at: expect.stringMatching(/^app\.mjs:6:/),
      },
      causes: [{ name: 'TypeError' }],
      request: { method: 'GET', url: '/users/7', route: 'GET /users/:id' },
    })
  })

  it('is text for a terminal', async () => {
    await dev()
    const { headers, text } = await run.ask('/gone', { headers: { accept: '*/*' } })
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(text).toMatch(/^410 Gone · GET \/gone\n {2}Error: is gone\n {2}app\.mjs:12:\d+\n/)
  })

  it('shows the line of the template', async () => {
    await dev()
    const { text } = await page('/template')
    expect(text).toContain('>views/home.html:2:5</a>')
    expect(text).toContain('<mark>&gt; 2 | &lt;%= nobody %&gt;</mark>')
    expect(text).toContain('<pre class="message">nobody is not defined</pre>')
  })

  it('says where a view was looked for, and what is near', async () => {
    const folder = await dev()
    const { text } = await page('/missing')
    expect(text).toContain(`<h2>Looked in</h2><pre>${folder}/views</pre>`)
    expect(text).toContain('<h2>Files of nearly that name</h2><pre>home.html</pre>')
  })

  it('is printed once, in one block, and its request in one line with the route’s place', async () => {
    await dev()
    await run.ask('/users/7')
    await run.ask('/own', { method: 'POST' })
    await run.prints(/^GET {2}\/users\/7 {2}500 .* app\.mjs:5:7$/)
    await run.prints(/^POST {2}\/own {2}503 .* app\.mjs:14:5$/)
    expect(run.output.match(/TypeError: cannot show 7$/gm)).toHaveLength(1)
    expect(run.output.match(/Error: seen by mine$/gm)).toHaveLength(1)
  })

  it('of the client’s making is told by its line alone', async () => {
    await dev()
    await run.ask('/gone')
    await run.prints(/^GET {2}\/gone {2}410 /)
    expect(run.output).not.toContain('is gone')
  })

  it('is left to the application where that handles it', async () => {
    await dev()
    expect(await run.ask('/own', { method: 'POST' })).toMatchObject({ status: 503, text: 'mine' })
  })

  it('tells nothing in production', async () => {
    await dev({ NODE_ENV: 'production' })
    for (const accept of ['text/html', 'application/json', '*/*']) {
      const { text } = await run.ask('/users/7', { headers: { accept } })
      expect(text.replace(/<script src.*/s, '')).toMatch(
        /<pre>Internal Server Error<\/pre>\s+<\/body>\s+<\/html>\s*$/,
      )
      expect((await run.ask('/nobody', { headers: { accept } })).text).not.toContain('/users')
    }
  })
})

describe('a request that nobody answers under tokkyu dev', { timeout }, () => {
  it('is told what each layer says, and the nearest routes', async () => {
    await dev()
    const { status, text } = await page('/user/7')
    expect(status).toBe(404)
    expect(text).toContain('404 Not Found · <b>GET</b> /user/7')
    expect(text).toMatch(
      /<h2>The nearest routes<\/h2><pre>GET,HEAD {2}\/users\/:id {2}app\.mjs:5:7/,
    )
    expect(text).toMatch(/use \/users \(router\) +path differs/)
  })

  it('is told of the other methods of its path first', async () => {
    await dev()
    const { text } = await run.ask('/gone', {
      method: 'PUT',
      headers: { accept: 'application/json' },
    })
    expect(JSON.parse(text).hints['The nearest routes'][0]).toMatch(
      /^GET,HEAD {2}\/gone .*not for PUT$/,
    )
  })
})

describe('an application that does not run', { timeout }, () => {
  const asPage = { headers: { accept: 'text/html' } }

  it('is a page with the line at fault, until it runs again', async () => {
    const folder = await dev()
    write(folder, 'app.mjs', 'const fine = 1\nconst x = ;\n')
    await run.prints(/ended with code 1/)
    const { status, text } = await run.ask('/users/7', asPage)
    expect(status).toBe(500)
    expect(text).toContain('<h1>SyntaxError</h1>')
    expect(text).toContain('>app.mjs:2:11</a>')
    expect(text).toMatch(/<mark>&gt; 2 \| const x = ;<\/mark>/)
    expect(text).toMatch(/<script src="\/__tokkyu\/client\.js\?boot=none" nonce="[^"]+" async>/)
    expect(run.output.match(/SyntaxError/g)).toHaveLength(1)
    write(folder, 'app.mjs', app)
    await run.starts(2)
    expect((await run.ask('/gone')).status).toBe(410)
  })

  it('shows the line of a module that it imports', async () => {
    const folder = await dev()
    write(folder, 'broken.mjs', 'const fine = 1\nexport const y = ;\n')
    write(folder, 'app.mjs', `import './broken.mjs'\n${app}`)
    await run.prints(/ended with code 1/)
    const { text } = await run.ask('/', asPage)
    expect(text).toContain('>broken.mjs:2:18</a>')
  })

  it('may have ended long after its start', async () => {
    await dev()
    await expect(run.ask('/crash')).rejects.toThrow('socket hang up')
    await run.prints(/ended with code 1/)
    expect((await run.ask('/', asPage)).text).toContain('<pre class="message">crashed later</pre>')
  })

  it('ends as it wants to where it listens to its errors itself', async () => {
    await dev(
      {},
      {
        'app.mjs': `${app}\nprocess.on('uncaughtException', (error) => console.log('mine: ' + error.message))`,
      },
    )
    const lost = run.ask('/crash').catch(() => {})
    await run.prints(/^mine: crashed later$/)
    expect((await run.ask('/gone')).status).toBe(410)
    await run.stop()
    await lost
  })
})
