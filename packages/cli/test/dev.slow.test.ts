import { readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { Agent, type IncomingMessage } from 'node:http'
import { connect } from 'node:http2'
import { get } from 'node:https'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import path from 'node:path'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { DevRun } from './dev-run.ts'
import { project, write } from './project.ts'
import { tokkyuIn } from './tokkyu.ts'

const timeout = 60_000

const certificates = path.join(import.meta.dirname, '../../cluster/test/fixtures/certificates.json')

let run: DevRun

afterEach(() => run.stop().then(() => {}), timeout)

const app = `
import express from '@tokkyu/core'
import { word } from './word.mjs'
const app = express()
app.get('/', (req, res) => res.send(word))
app.get('/slow', (req, res) => { console.log('begun'); setTimeout(() => res.send('slow ' + word), 600) })
app.get('/address', (req, res) => res.send(req.ip))
app.post('/echo', express.text(), (req, res) => res.send(req.body))
app.listen(0)
`
const word = (text: string) => `export const word = '${text}'`
const files = { 'app.mjs': app, 'word.mjs': word('one') }

/** A GET of the first page over TLS, by a client that trusts everybody. */
async function securely(port: number): Promise<{ status: number; text: string }> {
  const asked = get({ port, agent: false, rejectUnauthorized: false })
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, text: await textOf(answer) }
}

async function dev(given: Record<string, string>, ...args: string[]): Promise<string> {
  const folder = project(given)
  run = new DevRun(folder, args)
  await run.starts()
  return folder
}

describe('tokkyu dev', { timeout }, () => {
  it('serves the application, which sees its clients themselves', async () => {
    await dev(files, 'app.mjs')
    expect((await run.ask('/')).text).toBe('one')
    expect((await run.ask('/address')).text).toMatch(/127\.0\.0\.1$|::1$/)
  })

  it('restarts when a module has changed, at the same port', async () => {
    const folder = await dev(files, 'app.mjs')
    const { port } = run
    write(folder, 'word.mjs', word('two'))
    await run.starts(2)
    expect((await run.ask('/')).text).toBe('two')
    expect(run.port).toBe(port)
    expect(run.output).toContain('word.mjs changed')
  })

  it('lets requests wait while the application starts', async () => {
    const folder = await dev(files, 'app.mjs')
    write(
      folder,
      'word.mjs',
      `console.log('loading'); await new Promise((go) => setTimeout(go, 500)); ${word('two')}`,
    )
    await run.prints(/^loading$/)
    const replies = await Promise.all([1, 2, 3].map(() => run.ask('/')))
    expect(replies.map(({ text }) => text)).toEqual(['two', 'two', 'two'])
  })

  it('finishes what is under way with the program it began in', async () => {
    const folder = await dev(files, 'app.mjs')
    const slow = run.ask('/slow')
    await run.prints(/^begun$/)
    write(folder, 'word.mjs', word('two'))
    expect((await slow).text).toBe('slow one')
    expect((await run.ask('/')).text).toBe('two')
  })

  it('keeps connections at rest', async () => {
    const folder = await dev(files, 'app.mjs')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await run.ask('/', { agent })
    write(folder, 'word.mjs', word('two'))
    await run.starts(2)
    expect(await run.ask('/', { agent })).toMatchObject({ text: 'two', reusedSocket: true })
    agent.destroy()
  })

  it('loses no request of those that ask on', async () => {
    const folder = await dev(files, 'app.mjs')
    const state = { asking: true }
    const ask = async (agent: Agent | undefined): Promise<number> => {
      let count = 0
      for (; state.asking; count++) {
        const body = `body ${count}`
        const given = { method: 'POST', body, headers: { 'content-type': 'text/plain' } }
        const reply = await run.ask('/echo', agent ? { ...given, agent } : given)
        expect(reply).toMatchObject({ status: 200, text: body })
        await pause(count % 7)
      }
      return count
    }
    const agents = [1, 2, 3, 4].map(() => new Agent({ keepAlive: true, maxSockets: 1 }))
    const clients = Promise.all([...agents, undefined, undefined].map((agent) => ask(agent)))
    for (let time = 2; time <= 6; time++) {
      write(folder, 'word.mjs', word(String(time)))
      await run.starts(time)
      await pause(100)
    }
    state.asking = false
    const counts = await clients
    expect(Math.min(...counts)).toBeGreaterThan(5)
    for (const agent of agents) agent.destroy()
  })

  it('shows why an application does not start, and starts it once it is mended', async () => {
    const folder = await dev(files, 'app.mjs')
    write(folder, 'word.mjs', 'export const word = ;')
    await run.prints(/ended with code 1/)
    expect((await run.ask('/')).status).toBe(500)
    write(folder, 'word.mjs', word('two'))
    await run.starts(2)
    expect((await run.ask('/')).text).toBe('two')
  })

  it('starts once a missing module is there', async () => {
    const folder = project({ 'app.mjs': app })
    run = new DevRun(folder, ['app.mjs'])
    await run.prints(/ended with code 1/)
    write(folder, 'word.mjs', word('one'))
    await run.starts()
    expect((await run.ask('/')).text).toBe('one')
  })

  it('does not restart for files that the application did not load', async () => {
    const folder = await dev({ ...files, 'other.mjs': '', 'data/x.json': '{}' }, 'app.mjs')
    write(folder, 'other.mjs', 'export {}')
    write(folder, 'data/x.json', '[]')
    write(folder, 'word.mjs', word('two'))
    await run.starts(2)
    await pause(300)
    expect(run.output.match(/ ms {2}/g)).toHaveLength(2)
  })

  it('restarts for a module that was loaded later, and for what it is told to watch', async () => {
    const late = app.replace(
      'app.listen',
      `app.get('/late', (req, res) => import('./late.mjs').then((m) => res.send(m.word)))\napp.listen`,
    )
    const folder = await dev(
      { ...files, 'app.mjs': late, 'late.mjs': word('a'), 'conf/x.txt': '' },
      'app.mjs',
      '--watch',
      'conf',
    )
    expect((await run.ask('/late')).text).toBe('a')
    write(folder, 'late.mjs', word('b'))
    await run.starts(2)
    expect((await run.ask('/late')).text).toBe('b')
    write(folder, 'conf/x.txt', 'new')
    await run.starts(3)
  })

  it('renders a changed template without a restart', async () => {
    const folder = await dev(
      {
        'app.mjs': `import express from '@tokkyu/core'
          express().get('/', (req, res) => res.render('page.html', { pid: process.pid })).listen(0)`,
        'views/page.html': 'old <%= pid %>',
      },
      'app.mjs',
    )
    const [, pid] = (await run.ask('/')).text.split(' ')
    write(folder, 'views/page.html', 'new <%= pid %>')
    await run.prints(/views\/page\.html changed: open pages are read again/)
    expect((await run.ask('/')).text).toBe(`new ${pid}`)
  })

  it('runs TypeScript', async () => {
    const folder = project(
      {
        'app.ts': app.replace('.mjs', '.ts'),
        'word.ts': word('typed').replace('word', 'word: string'),
        'package.json': '{"type":"module"}',
      },
      ['tsx'],
    )
    run = new DevRun(folder, ['app.ts'])
    await run.starts()
    expect((await run.ask('/')).text).toBe('typed')
    write(folder, 'word.ts', word('typed anew').replace('word', 'word: string'))
    await run.starts(2)
    expect((await run.ask('/')).text).toBe('typed anew')
  })

  it('prints one line for each request, without its query', async () => {
    await dev(files, 'app.mjs')
    await run.ask('/?secret=1')
    await run.ask('/nobody')
    await run.prints(/^GET {2}\/\?… {2}200 {2}[\d.]+ ms {2}3 B$/)
    await run.prints(/^GET {2}\/nobody {2}404 /)
    expect(run.output).not.toContain('\u001B')
  })

  it('shows nothing in its lines that a terminal would obey', async () => {
    await dev(
      {
        'app.mjs': `import http from 'node:http'
      http.createServer((req, res) => { req.url = '/\\u001B[2J'; res.end() }).listen(0)`,
      },
      'app.mjs',
    )
    await run.ask('/')
    await run.prints(/ 200 /)
    expect(run.output).not.toContain('\u001B')
  })

  it('prints what became of an answer over HTTP/2 as well', async () => {
    const { first } = JSON.parse(readFileSync(certificates, 'utf8')) as { first: object }
    const serves = `listen({ ...${JSON.stringify(first)}, http2: true, port: 0 })`
    const folder = project({ ...files, 'app.mjs': app.replace('listen(0)', serves) })
    run = new DevRun(folder, ['app.mjs'])
    await run.prints(/^https:.* ms {2}/)
    const [, url = ''] = /^(https:\S+)/m.exec(run.output) ?? []
    const session = connect(url, { rejectUnauthorized: false })
    const stream = session.request({ ':path': '/nobody' })
    stream.resume()
    const [headers] = (await once(stream, 'response')) as [{ ':status': number }]
    expect(headers[':status']).toBe(404)
    await run.prints(/^GET {2}\/nobody {2}404 /)
    session.destroy()
  })

  it('tells browsers over TLS, too, why the application does not run', async () => {
    const { first } = JSON.parse(readFileSync(certificates, 'utf8')) as { first: object }
    const serves = `listen({ ...${JSON.stringify(first)}, http2: true, port: 0 })`
    const secure = app.replace('listen(0)', serves)
    const folder = project({ ...files, 'app.mjs': secure })
    run = new DevRun(folder, ['app.mjs'])
    await run.prints(/^https:.* ms {2}/)
    const port = Number(/^https:\/\/.*:(\d+)\//m.exec(run.output)?.[1])
    write(folder, 'app.mjs', 'const x = ;')
    await run.prints(/ended with code 1/)
    const broken = await securely(port)
    expect(broken).toMatchObject({ status: 500, text: expect.stringContaining('SyntaxError') })
    write(folder, 'app.mjs', secure)
    await run.prints(/^https:.* ms {2}/, 2)
    expect((await securely(port)).status).toBe(200)
  })

  it('ends with 0 when it is stopped, and lets the application end gently', async () => {
    await dev(
      {
        ...files,
        'app.mjs': `${app}\nprocess.on('SIGTERM', () => { console.log('gently'); process.exit() })`,
      },
      'app.mjs',
    )
    expect(await run.stop('SIGTERM')).toBe(0)
    expect(run.output).toContain('gently')
  })

  it('tells of a port that is taken as node does', async () => {
    const folder = await dev(files, 'app.mjs')
    const { port } = run
    const second = new DevRun(folder, ['app.mjs'])
    await second.starts()
    await second.stop()
    const taken = project({ ...files, 'app.mjs': app.replace('listen(0)', `listen(${port})`) })
    const third = new DevRun(taken, ['app.mjs'])
    await third.prints(/EADDRINUSE/)
    expect(third.output).toContain(`address already in use`)
    await third.stop()
  })

  it('loses no connection that a run had not taken when it ended', async () => {
    const crash = `app.get('/crash', () => {
      console.log('busy')
      for (const end = Date.now() + 1500; Date.now() < end; );
      process.exit(3)
    })`
    await dev({ ...files, 'app.mjs': app.replace('app.listen', `${crash}\napp.listen`) }, 'app.mjs')
    const crashed = run.ask('/crash').catch(() => {})
    await run.prints(/^busy$/)
    // Handed over, and never read.
    expect((await run.ask('/')).status).toBe(500)
    await crashed
    expect(run.output).toContain('ended with code 3')
  })

  it('is not confused by what the application sends to its parent', async () => {
    const sends = 'process.send(null); process.send("ready"); process.send({ a: 1 })'
    await dev({ ...files, 'app.mjs': `${sends}\n${app}` }, 'app.mjs')
    expect((await run.ask('/')).text).toBe('one')
  })

  it('lets an application end that closes its server and has nothing left to do', async () => {
    const closes = app.replace('app.listen(0)', 'const server = app.listen(0)')
    await dev(
      {
        ...files,
        'app.mjs': `${closes}\nprocess.on('SIGTERM', () => server.close(() => console.log('closed')))`,
      },
      'app.mjs',
    )
    expect(await run.stop('SIGTERM')).toBe(0)
    expect(run.output).toContain('closed')
  })

  it('says that nobody reads TypeScript', async () => {
    if ((process.features as { typescript?: unknown }).typescript) return
    vi.stubEnv('NODE_PATH', '') // where a package manager may have put one
    const folder = project({ 'app.ts': 'const x: number = 1' })
    expect(await tokkyuIn(folder, 'dev', 'app.ts')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Cannot run .*app\.ts: .* has no tsx/),
    })
    vi.unstubAllEnvs()
  })

  it('ends with 2 when there is no such file', async () => {
    expect(await tokkyuIn(project({}), 'dev', 'nobody.js')).toMatchObject({
      code: 2,
      stderr: 'No such file: nobody.js\n',
    })
  })
})

describe('a page under tokkyu dev', { timeout }, () => {
  const page = `import express from '@tokkyu/core'
    const app = express()
    app.use((req, res, next) => { if (req.query.policy) res.set('Content-Security-Policy', req.query.policy); next() })
    app.get('/', (req, res) => res.send('<title>p</title>'))
    app.get('/pieces', (req, res) => { res.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': 8 }); res.write('<p>a'); res.end('</p>') })
    app.get('/json', (req, res) => res.json({}))
    app.get('/file', (req, res) => res.sendFile('page.html', { root: '.' }))
    app.listen(0)`
  const asPage = { headers: { accept: 'text/html', 'accept-encoding': 'gzip' } }
  const tag = /<script src="\/__tokkyu\/client\.js\?boot=[\w-]+"( nonce="\w+")? async><\/script>$/

  it('ends with the script that reads it again, however it is sent', async () => {
    await dev({ 'app.mjs': page, 'page.html': '<p>file</p>' }, 'app.mjs')
    for (const [url, text] of [
      ['/', '<title>p</title>'],
      ['/pieces', '<p>a</p>'],
      ['/file', '<p>file</p>'],
    ] as const) {
      const reply = await run.ask(url, asPage)
      expect(reply.text).toMatch(tag)
      expect(reply.text.replace(tag, '')).toBe(text)
    }
  })

  it('stays as it is for who asks for no page, and for other types', async () => {
    await dev({ 'app.mjs': page }, 'app.mjs')
    expect((await run.ask('/')).text).toBe('<title>p</title>')
    expect((await run.ask('/json', asPage)).text).toBe('{}')
    const fetched = { headers: { ...asPage.headers, 'sec-fetch-dest': 'empty' } }
    expect((await run.ask('/', fetched)).text).toBe('<title>p</title>')
  })

  it('takes the nonce of its policy', async () => {
    await dev({ 'app.mjs': page }, 'app.mjs')
    const policy = encodeURIComponent("default-src 'none'; script-src 'nonce-abc123'")
    expect((await run.ask(`/?policy=${policy}`, asPage)).text).toContain(' nonce="abc123"')
    const evil = encodeURIComponent(`script-src 'nonce-"><script>'`)
    expect((await run.ask(`/?policy=${evil}`, asPage)).text).toMatch(tag)
  })

  it('is told of changed files, and of another run', async () => {
    const folder = await dev({ 'app.mjs': page, 'public/x.css': '' }, 'app.mjs')
    const script = await run.ask('/__tokkyu/client.js?boot=x')
    expect(script.headers['content-type']).toContain('javascript')
    const events = run.follow('/__tokkyu/events')
    await events.saw(/boot/)
    write(folder, 'public/x.css', 'a { }')
    await run.prints(/x\.css changed: open pages take the style/)
    write(folder, 'public/x.html', 'new')
    await run.prints(/x\.html changed: open pages are read again/)
    write(folder, 'app.mjs', `${page}\n`)
    expect(await events.ended).toMatch(
      /event: boot\ndata: [\w-]+\n\nevent: style\ndata:\n\nevent: reload\ndata:\n\n/,
    )
  })

  it('reaches the run that comes after a failed one', async () => {
    const folder = await dev({ 'app.mjs': page }, 'app.mjs')
    rmSync(path.join(folder, 'app.mjs'))
    await run.prints(/ended with code 1/)
    const events = run.follow('/__tokkyu/events')
    await events.saw(/boot/)
    write(folder, 'app.mjs', page)
    await events.ended
    await run.starts(2)
    expect((await run.ask('/', asPage)).text).toMatch(tag)
  })
})
