import { type IncomingMessage, Server as HttpServer, type ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'

import { tell } from './channel.ts'

/** The handle of a connection, which can be told to read no more. */
interface ReadingHandle {
  readStop(): void
}

const LOOK_EVERY = 20

interface Open {
  readonly server: Server
  readonly listener: number
  readonly connections: Set<Socket>
}

const servers: Open[] = []
const underWay = new Set<ServerResponse>()

/** Remembers a server, and its connections. */
export function trackConnections(server: Server, listener: number): void {
  const connections = new Set<Socket>()
  servers.push({ server, listener, connections })
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.prependListener('request', (_req: IncomingMessage, res: ServerResponse) => {
    underWay.add(res)
    res.once('close', () => underWay.delete(res))
  })
}

/**
 * Gives connections back to the command, each as soon as it rests; done when no request is under way.
 * A stream of events never ends by itself, and is not waited for.
 */
export function giveBack(done: () => void): void {
  const look = (): void => {
    for (const open of servers) for (const socket of restingAt(open)) give(socket, open.listener)
    if ([...underWay].some((res) => !isEventStream(res))) return
    clearInterval(timer)
    // Handles leave one after the other; this message is the last of them.
    done()
  }
  const timer = setInterval(look, LOOK_EVERY)
  look()
}

function give(socket: Socket, listener: number): void {
  const handle = (socket as unknown as Record<'_handle', ReadingHandle | null>)['_handle']
  if (handle === null) return
  // What the client writes from now on stays in the kernel, for whoever reads next.
  handle.readStop()
  tell({ type: 'back', listener }, handle, () => socket.destroy())
}

/**
 * Connections that have said nothing yet, and those that node itself takes for idle, which includes that no
 * byte of a next request was read. What is encrypted cannot change its process.
 */
function restingAt({ server, connections }: Open): Socket[] {
  if (!(server instanceof HttpServer)) return []
  const resting = [...connections].filter(({ bytesRead }) => bytesRead === 0)
  for (const socket of connections)
    socket.destroy = () => {
      resting.push(socket)
      return socket
    }
  server.closeIdleConnections()
  for (const socket of connections) Reflect.deleteProperty(socket, 'destroy')
  const free = resting.filter(({ destroyed, writableLength }) => !destroyed && writableLength === 0)
  for (const socket of free) connections.delete(socket)
  return free
}

function isEventStream(res: ServerResponse): boolean {
  return res.headersSent && String(res.getHeader('content-type')).startsWith('text/event-stream')
}
