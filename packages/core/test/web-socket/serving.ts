import { connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'

import { WebSocket, type ClientOptions } from 'ws'

import type { Express } from '../../src/index.ts'

const open: { end: () => void }[] = []

/** Ends what the functions below have begun: for `afterEach`. */
export function endAll(): void {
  for (const { end } of open.splice(0)) end()
}

/** Listens on a port of its own. */
export async function listen(app: Express): Promise<Server> {
  const server: Server = app.listen(0, '127.0.0.1')
  return listening(server)
}

/** Waits for a server that has been told to listen. */
export async function listening(server: Server): Promise<Server> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  open.push({
    end: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  })
  if (!server.listening) await once(server, 'listening')
  return server
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** A client of the package `ws`, and what it has heard. */
export interface Client extends WebSocket {
  /** Messages: text as text. */
  readonly heard: (string | Buffer)[]
  /** Code and reason of the close. */
  readonly ended: Promise<{ code: number; reason: string }>
  /** The next message that nobody has taken. */
  next(): Promise<string | Buffer>
}

export function dial(
  server: Server,
  path: string,
  options: ClientOptions & { protocols?: string[] } = {},
): Client {
  const { protocols = [], ...rest } = options
  const client = new WebSocket(`ws://127.0.0.1:${portOf(server)}${path}`, protocols, rest) as Client
  const heard: (string | Buffer)[] = []
  let taken = 0
  client.on('message', (data: Buffer, isBinary) => heard.push(isBinary ? data : data.toString()))
  client.on('error', () => {})
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    client.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  const next = async () => {
    while (heard.length <= taken) {
      // oxlint-disable-next-line no-await-in-loop -- it is the waiting
      await Promise.race([
        once(client, 'message'),
        ended.then(() => Promise.reject(new Error('closed'))),
      ])
    }
    return heard[taken++]!
  }
  open.push({ end: () => client.terminate() })
  return Object.assign(client, { heard, ended, next })
}

/** A client whose handshake is done. */
export async function dialed(...args: Parameters<typeof dial>): Promise<Client> {
  const client = dial(...args)
  await once(client, 'open')
  return client
}

/** How the answer to a handshake reads that does not become a socket. */
export async function refusal(
  ...args: Parameters<typeof dial>
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const client = dial(...args)
  const [, response] = (await once(client, 'unexpected-response')) as [
    unknown,
    import('node:http').IncomingMessage,
  ]
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return { status: response.statusCode!, headers: response.headers, text }
}

/** A connection that writes what it likes. */
export interface RawClient {
  readonly socket: Socket
  readonly heard: () => Buffer
  readonly text: () => string
  readonly closed: Promise<void>
}

export function raw(server: Server): RawClient {
  const socket = connect(portOf(server), '127.0.0.1')
  open.push({ end: () => socket.destroy() })
  let heard = Buffer.alloc(0)
  socket.on('data', (chunk) => (heard = Buffer.concat([heard, chunk])))
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()))
  return { socket, heard: () => heard, text: () => heard.toString('latin1'), closed }
}

/** A handshake as it goes over the wire. */
export function handshakeText(
  path: string,
  headers: Record<string, string | undefined> = {},
): string {
  const fields = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  )
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}
