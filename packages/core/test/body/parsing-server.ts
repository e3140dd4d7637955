import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { BodyParser } from '../../src/body/index.ts'

type Parsed = IncomingMessage & { body?: unknown; rawBody?: Buffer }

/** A bare `node:http` server that runs one parser and shows what came of it. */
export interface ParsingServer {
  readonly server: Server
  readonly port: number
  /** Calls of `next`, one entry each. */
  readonly calls: unknown[]
  post(body: string | Buffer, headers?: Record<string, string>): Promise<ParsedReply>
  /** Opens a connection and sends bytes as they are. */
  dial(bytes?: string | Buffer): Socket
  [Symbol.asyncDispose](): Promise<void>
}

export interface ParsedReply {
  readonly status: number
  /** The parsed body, or name, type and message of the error. */
  readonly result: unknown
}

export async function parsingServer(
  parser: BodyParser,
  respond: (req: Parsed, res: ServerResponse) => void = (req, res) => {
    res.end(JSON.stringify({ body: req.body }))
  },
): Promise<ParsingServer> {
  const calls: unknown[] = []
  const server = createServer((req: Parsed, res) => {
    parser(req, res, (error) => {
      calls.push(error)
      if (error === undefined) return respond(req, res)
      const { name, type, message, status } = error as Record<string, unknown>
      res.statusCode = Number(status)
      res.end(JSON.stringify({ error: { name, type, message } }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    server,
    port,
    calls,
    dial(bytes) {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      if (bytes !== undefined) socket.write(bytes)
      return socket
    },
    async post(body, headers = {}) {
      const reply = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      })
      const text = await reply.text()
      const { body: value, error } = JSON.parse(text) as { body?: unknown; error?: unknown }
      return { status: reply.status, result: error ?? value }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The status of the first answer on a connection, or 0 when it closes without one. */
export async function statusOf(socket: Socket): Promise<number> {
  let reply = ''
  for await (const chunk of socket) {
    reply += String(chunk)
    if (reply.includes('\r\n\r\n')) break
  }
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1] ?? 0)
}
