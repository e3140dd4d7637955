import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

import express from '@tokkyu/core'
import { dialed, endAll, listen, portOf } from './serving.ts'

/** What is used of Vite, which comes with the runner of these tests. */
interface Vite {
  createServer(options: object): Promise<{
    readonly middlewares: express.RequestHandler
    readonly config: { readonly webSocketToken: string }
    close(): Promise<void>
  }>
}

const viteEntry = createRequire(createRequire(import.meta.url).resolve('vitest')).resolve('vite')

afterEach(endAll)

function temporary(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tokkyu-vite-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Vite as middleware of an app, with its own WebSocket on the app's server. */
async function withVite(app: express.Express, server: Server, root: string) {
  const module = (await import(viteEntry)) as Vite
  const vite = await module.createServer({
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'silent',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: { server }, watch: null },
  })
  onTestFinished(() => vite.close())
  app.use(vite.middlewares)
  return vite
}

describe('beside Vite on one server', () => {
  it('each has its own sockets, and Vite serves its modules', async () => {
    const app = express().set('env', 'test')
    app.ws('/chat', async (socket) => {
      for await (const message of socket) await socket.send(message)
    })
    const server = await listen(app)
    const root = temporary()
    writeFileSync(path.join(root, 'main.js'), 'export const answer = 42\n')
    const { config } = await withVite(app, server, root)

    const hmr = new WebSocket(
      `ws://127.0.0.1:${portOf(server)}/?token=${config.webSocketToken}`,
      'vite-hmr',
    )
    onTestFinished(() => hmr.terminate())
    const [first] = (await once(hmr, 'message')) as [Buffer]
    expect(JSON.parse(first.toString())).toEqual({ type: 'connected' })

    const chat = await dialed(server, '/chat')
    chat.send('hello')
    expect(await chat.next()).toBe('hello')

    const script = await fetch(`http://127.0.0.1:${portOf(server)}/main.js`)
    expect(await script.text()).toContain('answer = 42')
    expect(hmr.readyState).toBe(WebSocket.OPEN)
  })

  it('a handshake for Vite’s socket without its token is refused by Vite, and by nobody before', async () => {
    const app = express().set('env', 'test')
    app.ws('/chat', (socket) => void socket.send('hello'))
    const server = await listen(app)
    await withVite(app, server, temporary())
    const attack = new WebSocket(`ws://127.0.0.1:${portOf(server)}/?token=guess`, 'vite-hmr', {
      origin: 'https://evil.test',
    })
    onTestFinished(() => attack.terminate())
    const [refusal] = (await once(attack, 'error')) as [Error]
    expect(refusal.message).toContain('400')
    expect(await (await dialed(server, '/chat')).next()).toBe('hello')
  })
})
