import type { ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import { setImmediate as afterReading, setTimeout as pause } from 'node:timers/promises'

import type { ConnectionWatch } from './connection-watch.ts'
import { closeFrame } from './web-socket-close.ts'

/** RFC 6455 §7.4.1: the endpoint goes away. */
const goingAway = 1001
/** RFC 9113 §6.8: in the first GOAWAY, so that streams under way still count. */
const anyStream = 2 ** 31 - 1
const lookEvery = 50

/**
 * Lets a server that gets no new connections finish so that nobody notices.
 *
 * A connection stays until it has rested for `linger`: one closed in the moment in which its client
 * writes the next request loses that request. Here it is answered, with `Connection: close`.
 *
 * @returns whether all was finished within `grace`; what was not has been cut.
 */
export async function drain(
  watch: ConnectionWatch,
  { linger, grace }: { readonly linger: number; readonly grace: number },
): Promise<boolean> {
  watch.draining = true
  for (const answer of watch.answers) farewell(answer)
  for (const socket of watch.webSockets) socket.end(closeFrame(goingAway, 'restart; reconnect'))
  for (const session of watch.sessions) leave(session)
  const began = performance.now()
  for (;;) {
    const passed = performance.now() - began
    if (watch.sockets.size === 0 || passed >= grace) break
    if (passed >= linger) watch.closeResting(linger)
    await pause(lookEvery)
    // When this process got no time for a while, requests wait in the sockets: they are read first.
    await afterReading()
  }
  const whole = watch.sockets.size === 0
  for (const socket of watch.sockets) socket.destroy()
  return whole
}

function farewell(answer: ServerResponse): void {
  if (!answer.headersSent) {
    if (answer.req.httpVersionMajor === 1) answer.setHeader('Connection', 'close')
  } else if (isEventStream(answer)) {
    // An event stream has no end of its own. The app may still write to it: not an error now.
    answer.on('error', () => {})
    answer.end()
  }
}

function leave(session: ServerHttp2Session): void {
  if (session.destroyed) return
  session.goaway(0, anyStream)
  // After one round trip the client has seen it; the second GOAWAY names the last stream.
  session.ping(() => {
    if (!session.destroyed) session.close()
  })
}

/** By what the client asked for, too: fields given to `writeHead` alone cannot be read back. */
function isEventStream(answer: ServerResponse): boolean {
  const type = String(answer.getHeader('content-type') ?? answer.req.headers.accept)
  return type.startsWith('text/event-stream')
}
