import { once } from 'node:events'
import http from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { ask, listening } from '../harness/ask.ts'
import type { App, Question, Reply } from '../harness/case.ts'
import { settle } from '../harness/settle.ts'
import type { Row, Side } from './row.ts'

/** Furnishes an app; `back` says whether in Express's way. */
type Furnish = (app: App, side: Side, back: boolean) => void

/** How an app is put behind a server. */
type Serve = (app: App) => http.Server
export const asListener: Serve = (app) => http.createServer(app)
export const onItsOwn: Serve = (app) => app.listen(0, '127.0.0.1')

interface Says {
  readonly express: unknown
  readonly ours: unknown
  readonly wayBack?: boolean
  readonly here?: boolean
  /** @default `http.createServer(app)` */
  readonly serve?: Serve
}

/** A row that asks one question of an app over HTTP, and sees the reply. */
export function asked(
  id: string,
  furnish: Furnish,
  question: string | Question,
  { serve = asListener, wayBack = false, ...says }: Says,
): Row {
  const asks = typeof question === 'string' ? { path: question } : question
  return {
    id,
    wayBack,
    ...says,
    see: (side, back) =>
      listening(serve(appOf(side, furnish, back)), async (server): Promise<Reply> => {
        return settle(await ask(server, asks))
      }),
  }
}

/** A row that writes bytes to a connection, and sees all that comes back until it closes. */
export function written(
  id: string,
  furnish: Furnish,
  bytes: string,
  { serve = asListener, wayBack = false, ...says }: Says,
): Row {
  return {
    id,
    wayBack,
    ...says,
    see: (side, back) =>
      listening(serve(appOf(side, furnish, back)), (server) => exchange(server, bytes)),
  }
}

/** Sends bytes, and gives what came back, the dates left out. */
async function exchange(server: http.Server, bytes: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.setTimeout(4000, () => socket.destroy(new Error('the connection stays open')))
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
  socket.write(bytes, 'latin1')
  await once(socket, 'close')
  return received.replaceAll(/^Date: .*\r\n/gm, '')
}

/** An app that logs nothing of the errors it is about. */
export function appOf(side: Side, furnish: Furnish, back: boolean): App {
  const app = side.express().set('env', 'test')
  furnish(app, side, back)
  return app
}
