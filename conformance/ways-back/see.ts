import { once } from 'node:events'
import http from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { ask, listening } from '../harness/ask.ts'
import type { App, Question, Reply } from '../harness/case.ts'
import { settle } from '../harness/settle.ts'
import { peers, type Row, type Side } from './row.ts'

/** Furnishes an app; `back` says whether in Express's way. */
type Furnish = (app: App, side: Side, back: boolean) => void

/** How an app is put behind a server. */
type Serve = (app: App, back: boolean) => http.Server
const asListener: Serve = (app) => http.createServer(app)
/** A server that the app makes; the way back is one that the program makes. */
export const onItsOwn: Serve = (app, back) =>
  back ? asListener(app, back) : app.listen(0, '127.0.0.1')

interface Says {
  readonly express: unknown
  readonly ours: unknown
  readonly wayBack?: string
  readonly here?: boolean
  /** @default `http.createServer(app)` */
  readonly serve?: Serve
}

/** A row that asks one question of an app over HTTP, and sees the reply. */
export function asked(
  id: string,
  furnish: Furnish,
  question: string | Question,
  { serve = asListener, wayBack, ...says }: Says,
): Row {
  const asks = typeof question === 'string' ? { path: question } : question
  return {
    id,
    wayBack,
    ...says,
    see: (side, back) =>
      listening(serve(appOf(side, furnish, back), back), async (server): Promise<Reply> => {
        return settle(await ask(server, asks))
      }),
  }
}

/**
 * A row that writes bytes to a connection, and sees what comes back.
 *
 * `silence`: milliseconds after which a peer is taken to say nothing more; ours closes the connection.
 */
export function written(
  id: string,
  furnish: Furnish,
  bytes: string,
  { serve = asListener, wayBack, silence, ...says }: Says & { readonly silence?: number },
): Row {
  return {
    id,
    wayBack,
    ...says,
    see: (side, back) =>
      listening(serve(appOf(side, furnish, back), back), async (server) => {
        return {
          received: await exchange(server, bytes, isPeers(side, back) ? silence : undefined),
        }
      }),
  }
}

/**
 * Sends bytes, and gives what came back until the connection closed, the dates left out.
 *
 * @param silence - milliseconds after which the server is taken to say nothing more; without it, one
 *   that does not close the connection is an error.
 */
export async function exchange(
  server: http.Server,
  bytes: string | Buffer,
  silence?: number,
): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.setTimeout(silence ?? 10_000, () =>
    socket.destroy(silence === undefined ? new Error('the connection stays open') : undefined),
  )
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
  socket.write(bytes)
  await once(socket, 'close')
  return received.replaceAll(/^Date: .*\r\n/gm, '')
}

/**
 * Whether the peers' behaviour is expected. Where that is to say nothing, a short wait is enough to see it;
 * what ours say instead may take its time.
 */
export function isPeers(side: Side, back: boolean): boolean {
  return side === peers || back
}

/** An app that logs nothing of the errors it is about. */
function appOf(side: Side, furnish: Furnish, back: boolean): App {
  const app = side.express().set('env', 'test')
  furnish(app, side, back)
  return app
}

/** A request of GET, after which the connection ends. */
export function get(path: string, more = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: own.example\r\n${more}Connection: close\r\n\r\n`
}
