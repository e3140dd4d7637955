import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'

import type { Identity } from '../dev-messages.ts'
import { formOf, TYPES } from '../report/accepted-form.ts'
import { pagePolicy, reportPage } from '../report/as-page.ts'
import { reportJson } from '../report/as-json.ts'
import { reportText } from '../report/as-text.ts'
import type { Report } from '../report/report.ts'
import { CLIENT_PATH, clientScript, EVENTS_PATH } from '../dev-pages/client.ts'
import type { Listener } from './listener.ts'

/** The name of the run that there is not. */
const NO_RUN = 'none'

const NOT_RUNNING: Report = {
  headline: 'The application does not run',
  status: 500,
  faults: [],
  request: undefined,
  hints: [],
}

/** Answers for an application that does not run: why, and an event when it runs again. */
export class StandIn {
  private readonly server: Server
  private readonly secureServers = new Map<Identity, SecureServer>()
  private readonly streams = new Set<ServerResponse>()
  private report: Report | undefined

  constructor() {
    this.server = createServer((req, res) => this.handle(req, res))
  }

  private handle(req: IncomingMessage, res: ServerResponse): void {
    const path = req.url?.split('?', 1)[0]
    // The next request is for whoever runs then.
    res.shouldKeepAlive = false
    if (path === CLIENT_PATH) {
      res.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8' })
      res.end(clientScript)
    } else if (path === EVENTS_PATH) {
      this.streams.add(res)
      res.once('close', () => this.streams.delete(res))
      res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
      res.write(`retry: 200\nevent: boot\ndata: ${NO_RUN}\n\n`)
    } else {
      this.answer(req, res)
    }
  }

  private answer(req: IncomingMessage, res: ServerResponse): void {
    const report = this.report ?? NOT_RUNNING
    const form = formOf(req.headers.accept)
    const nonce = randomBytes(16).toString('base64')
    // Only what was asked for by GET can be asked for again.
    const script = `<script src="${CLIENT_PATH}?boot=${NO_RUN}" nonce="${nonce}" async></script>\n`
    res.writeHead(500, {
      'Content-Type': `${TYPES[form]}; charset=utf-8`,
      'Content-Security-Policy': pagePolicy(nonce),
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    })
    if (form === 'page') res.end(reportPage(report, nonce, req.method === 'GET' ? script : ''))
    else res.end(form === 'json' ? reportJson(report) : `${reportText(report)}\n`)
  }

  /** What is told from now on. */
  show(report: Report): void {
    this.report = report
  }

  /** A paused connection. Of what is encrypted nothing can be read where no identity is known: it waits. */
  take(listener: Listener, socket: Socket): void {
    const server = listener.secure ? this.secureServer(listener) : this.server
    if (server === undefined) {
      listener.handTo(undefined)
      listener.enqueue(socket)
    } else {
      server.emit('connection', socket)
      socket.resume()
    }
  }

  /** Proves itself as the application did: the last run that listened there has told how. */
  private secureServer({ identity }: Listener): SecureServer | undefined {
    if (identity === undefined) return undefined
    const known = this.secureServers.get(identity)
    if (known) return known
    try {
      const server = createSecureServer(proofOf(identity), (req, res) => this.handle(req, res))
      this.secureServers.set(identity, server)
      return server
    } catch {
      return undefined // what the application changed after its server was made is no key
    }
  }

  /** Open pages ask again, and reach whoever comes next. */
  end(): void {
    for (const res of this.streams) res.end()
  }

  close(): void {
    this.end()
    for (const server of [this.server, ...this.secureServers.values()]) server.closeAllConnections()
  }
}

function proofOf({ key, cert, pfx, passphrase }: Identity): SecureContextOptions {
  return {
    ...(key && { key: [...key] }),
    ...(cert && { cert: [...cert] }),
    ...(pfx !== undefined && { pfx: Buffer.from(pfx, 'base64') }),
    ...(passphrase !== undefined && { passphrase }),
  }
}
