import { once } from 'node:events'
import {
  createServer,
  request,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request for a file. */
export interface FileRequest {
  readonly method?: string
  /** Sent as it stands, without any normalisation. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What came back, without what no two servers agree on. */
export interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

export async function listen(handler: RequestListener): Promise<Server> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export async function ask(
  server: Server,
  { method = 'GET', path, headers = {} }: FileRequest,
): Promise<Answer> {
  const { port } = server.address() as AddressInfo
  const req = request({ port, host: '127.0.0.1', method, path, headers, agent: false })
  req.end()
  const [res] = (await once(req, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of res) chunks.push(chunk as Buffer)
  const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...kept } = res.headers
  return { status: res.statusCode, headers: kept, body: Buffer.concat(chunks).toString('latin1') }
}

/** What an application learns of an error. */
export function describeError(thrown: unknown): string {
  const { name, code, status, statusCode, expose, headers } = thrown as Record<string, unknown>
  // Errors of the file system are named by their code; others have none with send.
  const named = String(code).startsWith('E') ? code : name
  return JSON.stringify({ named, status, statusCode, expose, headers })
}
