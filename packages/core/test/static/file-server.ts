import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Reply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A bare `node:http` server over a folder of its own, both gone at the end. */
export interface FileServer {
  readonly root: string
  readonly port: number
  /** What was handed to `next`, or to the callback of sendFile. */
  readonly outcomes: unknown[]
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>
  /** The path goes out as it stands. */
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Reply>
  dial(path: string): Socket
  connections(): Promise<number>
  [Symbol.asyncDispose](): Promise<void>
}

type Handle = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/**
 * @param makeHandler - gets the root.
 * @param files - written below the root; `../` is the folder around it.
 */
export async function fileServer(
  makeHandler: (root: string) => Handle,
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<FileServer> {
  const base = await mkdtemp(join(tmpdir(), 'file-server-'))
  const root = join(base, 'public')
  await mkdir(root)
  const write: FileServer['write'] = async (entries) => {
    for (const [name, content] of Object.entries(entries)) {
      const path = join(root, name)
      // oxlint-disable-next-line no-await-in-loop -- a folder comes before its files
      await mkdir(dirname(path), { recursive: true })
      // oxlint-disable-next-line no-await-in-loop
      await writeFile(path, content)
    }
  }
  await write(files)
  const handle = makeHandler(root)
  const outcomes: unknown[] = []
  const server = createServer((req, res) => {
    handle(req, res, (error) => {
      outcomes.push(error)
      if (res.headersSent) {
        res.destroy()
        return
      }
      res.statusCode = (error as { status?: number } | undefined)?.status ?? 404
      res.end(error === undefined ? 'passed on' : (error as Error).name)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    root,
    port,
    outcomes,
    write,
    async get(path, headers = {}, method = 'GET') {
      const req = request({ port, host: '127.0.0.1', path, headers, method, agent: false }).end()
      const [res] = (await once(req, 'response')) as [IncomingMessage]
      const chunks: Buffer[] = []
      for await (const chunk of res) chunks.push(chunk as Buffer)
      return {
        status: res.statusCode as number,
        headers: res.headers,
        body: Buffer.concat(chunks).toString('latin1'),
      }
    },
    dial(path) {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`)
      return socket
    },
    connections: () =>
      new Promise((resolve) => {
        server.getConnections((_error, count) => resolve(count))
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await rm(base, { recursive: true })
    },
  }
}
