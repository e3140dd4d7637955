import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Question, Reply } from './case.ts'

/** Asks a listening server one question on a connection of its own. */
export async function ask(server: http.Server, question: Question): Promise<Reply> {
  const { port } = server.address() as AddressInfo
  const { method = 'GET', path, headers = {}, body } = question
  const request = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false })
  request.setTimeout(4000, () => request.destroy(new Error(`no answer to ${method} ${path}`)))
  request.end(body)
  const [reply] = (await once(request, 'response')) as [http.IncomingMessage]
  const chunks: Buffer[] = []
  reply.on('data', (chunk: Buffer) => chunks.push(chunk))
  // An error is a broken reply, which `complete` tells.
  reply.on('error', () => {})
  await new Promise((resolve) => void reply.once('close', resolve))
  return {
    status: reply.statusCode as number,
    headers: reply.headers,
    body: Buffer.concat(chunks).toString('latin1'),
    complete: reply.complete,
  }
}

/** Has the server listen, if it does not, while `use` runs. */
export async function listening<T>(
  server: http.Server,
  use: (server: http.Server) => Promise<T>,
): Promise<T> {
  if (!server.listening) server.listen(0, '127.0.0.1')
  if (server.address() === null) await once(server, 'listening')
  try {
    return await use(server)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
