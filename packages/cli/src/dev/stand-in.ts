import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import type { FailureReport } from '../dev-messages.ts'
import { CLIENT_PATH, clientScript, EVENTS_PATH } from '../dev-pages/client.ts'
import type { Listener } from './listener.ts'

/** Why there is no application. */
export interface Absence {
  readonly how: string
  readonly report: FailureReport | undefined
}

/** Answers for an application that does not run: why, and an event when it runs again. */
export class StandIn {
  private readonly server: Server
  private readonly streams = new Set<ServerResponse>()
  private absence: Absence = { how: 'The application does not run', report: undefined }

  constructor() {
    this.server = createServer({ keepAlive: false }, (req, res) => {
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
        res.write('retry: 200\nevent: boot\ndata: none\n\n')
      } else {
        res.writeHead(500, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Cache-Control': 'no-store',
        })
        res.end(`${this.absence.how}.\n${this.absence.report?.text ?? ''}\n`)
      }
    })
  }

  show(absence: Absence): void {
    this.absence = absence
  }

  /** A paused connection. Of what is encrypted nothing can be read: it waits. */
  take(listener: Listener, socket: Socket): void {
    if (listener.secure) listener.handTo(undefined)
    if (listener.secure) listener.enqueue(socket)
    else {
      this.server.emit('connection', socket)
      socket.resume()
    }
  }

  /** Open pages ask again, and reach whoever comes next. */
  end(): void {
    for (const res of this.streams) res.end()
  }

  close(): void {
    this.end()
    this.server.closeAllConnections()
  }
}
