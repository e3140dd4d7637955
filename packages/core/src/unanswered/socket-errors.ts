import { socketErrors } from '../diagnostics.ts'
import type { Application } from '../types/application.ts'
import type { ServerWebSocket } from '../types/web-socket.ts'
import { print } from './final-handler.ts'

/** Tells of an error on a socket whose handshake is long answered, so that no error handler could answer it. */
export function reportSocketError(app: Application, socket: ServerWebSocket, error: unknown): void {
  if (socketErrors.hasSubscribers) socketErrors.publish({ app, socket, error })
  if (app.get('env') !== 'test') setImmediate(print, error)
}
