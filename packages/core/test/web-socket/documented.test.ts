import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import express from '@tokkyu/core'
import { until } from '../resources.ts'
import { endAll, listen, portOf } from './serving.ts'

const children: ChildProcess[] = []
const folders: string[] = []
afterEach(async () => {
  endAll()
  for (const child of children.splice(0)) {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const page = readFileSync(path.join(import.meta.dirname, '../../../../docs/realtime.md'), 'utf8')

/** The first piece of code behind a heading of docs/realtime.md. */
function example(heading: string): string {
  const section = page.slice(page.indexOf(`### ${heading}\n`))
  return /```\w+\n([^]*?)```/.exec(section)![1]!
}

function temporary(): string {
  // Beside this file, so that what the example imports is found.
  const folder = mkdtempSync(path.join(import.meta.dirname, 'example-'))
  folders.push(folder)
  return folder
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('the chat of docs/realtime.md', () => {
  it('fits on one screen', () => {
    expect(example('A chat').split('\n').length).toBeLessThan(45)
  })

  it('lets those talk who have been to its page, and no other', async () => {
    const file = path.join(temporary(), 'chat.mjs')
    writeFileSync(file, example('A chat'))
    const port = await freePort()
    const child = spawn(process.execPath, [file], {
      env: { ...process.env, PORT: String(port), NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout, 'data')

    const join = async () => {
      const { headers } = await fetch(`http://127.0.0.1:${port}/`)
      const cookie = headers.getSetCookie()[0]!.split(';')[0]!
      const origin = `http://127.0.0.1:${port}`
      const client = new WebSocket(`ws://127.0.0.1:${port}/rooms/lobby`, {
        headers: { cookie, origin },
      })
      const heard: string[] = []
      client.on('message', (data: Buffer) =>
        heard.push((JSON.parse(data.toString()) as { text: string }).text),
      )
      await once(client, 'open')
      return { client, heard }
    }
    const ada = await join()
    await until(() => ada.heard.length === 1, 'her own arrival')
    const bob = await join()
    await until(() => bob.heard.length === 1, 'his own arrival')
    ada.client.send('hello')
    await until(() => bob.heard.length === 2, 'her message')
    bob.client.close()
    await until(() => ada.heard.length === 4, 'his leaving')
    expect(ada.heard).toEqual(['is here', 'is here', 'hello', 'has left'])
    ada.client.terminate()

    const stranger = new WebSocket(`ws://127.0.0.1:${port}/rooms/lobby`)
    stranger.on('error', () => {})
    const [, refused] = (await once(stranger, 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ]
    expect(refused.statusCode).toBe(401)
  })
})

const hasNginx = spawnSync('nginx', ['-v']).error === undefined
if (!hasNginx && process.env['CI']) throw new Error('nginx is needed where CI is set')
if (!hasNginx) console.warn('No nginx on PATH: WebSockets behind it are not tested')

/** Puts nginx in front of an app, and gives the address it listens on. */
async function behindNginx(app: express.Express): Promise<string> {
  const inner = portOf(await listen(app))
  const outer = await freePort()
  const folder = temporary()
  const site = example('Behind nginx')
    .replace('listen 80;', `listen 127.0.0.1:${outer};`)
    .replace('127.0.0.1:3000', `127.0.0.1:${inner}`)
  const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  writeFileSync(
    path.join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;\n` +
      `events {}\nhttp {\naccess_log off;\n${temporaries
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join('\n')}\n${site}}\n`,
  )
  const child = spawn(
    'nginx',
    ['-p', folder, '-e', 'stderr', '-c', path.join(folder, 'nginx.conf')],
    {
      stdio: 'inherit',
    },
  )
  children.push(child)
  let isUp = false
  for (let attempt = 0; attempt < 400 && !isUp; attempt++) {
    // oxlint-disable-next-line no-await-in-loop -- it is the waiting
    isUp = await fetch(`http://127.0.0.1:${outer}/`).then(
      () => true,
      () => false,
    )
  }
  return `127.0.0.1:${outer}`
}

describe.skipIf(!hasNginx)('an app behind nginx as docs/realtime.md has it', () => {
  it('opens sockets for its own pages, knows the client, and closes them', async () => {
    const app = express().set('env', 'test').set('trust proxy', 1)
    app.get('/', (_req, res) => res.send('up'))
    app.ws('/chat', async (socket, req) => {
      await socket.send(`${req.ip} asks ${req.host}`)
      for await (const message of socket) await socket.send(message)
    })
    const host = await behindNginx(app)
    const client = new WebSocket(`ws://${host}/chat`, { origin: `http://${host}` })
    const heard: string[] = []
    client.on('message', (data: Buffer) => heard.push(data.toString()))
    const closed = once(client, 'close')
    await once(client, 'open')
    client.send('through the proxy')
    await until(() => heard.length === 2, 'the echo')
    expect(heard).toEqual([`127.0.0.1 asks ${host}`, 'through the proxy'])
    await app.close()
    expect((await closed)[0]).toBe(1001)
  })

  it('refuses pages of others, with the answer as it is', async () => {
    const app = express().set('env', 'test').set('trust proxy', 1)
    app.get('/', (_req, res) => res.send('up'))
    app.ws('/chat', (socket) => socket.close())
    const host = await behindNginx(app)
    const client = new WebSocket(`ws://${host}/chat`, { origin: 'http://evil.example' })
    client.on('error', () => {})
    const [, refused] = (await once(client, 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ]
    expect(refused.statusCode).toBe(403)
  })
})
