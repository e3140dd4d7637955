import type { IncomingMessage, ServerResponse } from 'node:http'

// What a client may still send before it is answered. Reading on lets one that only looks at its
// answer after it has sent everything see it; but a refused upload must not cost its whole length,
// nor wait for a client that has stopped sending, nor for one that drips.
const MAX_BYTES = 16 * 1024 * 1024
const MAX_TIME = 5_000
const MAX_IDLE_TIME = 500
// After an answer that came early: how long the client has to notice before the connection goes.
const LINGER_TIME = 2_000

/**
 * Reads away what is left of a refused body, at most 16 MiB, five seconds in all, and half a second
 * without a byte; then calls back. When it has not ended by then, or announces more, the answer says
 * `Connection: close`, and the connection is closed soon after it.
 */
export function discardBody(
  req: IncomingMessage,
  res: ServerResponse | null | undefined,
  done: () => void,
): void {
  if (req.destroyed || req.readableEnded) return done()
  let bytes = 0
  const count = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes >= MAX_BYTES) settle()
    else idle.refresh()
  }
  const settle = (): void => {
    clearTimeout(idle)
    clearTimeout(end)
    req.off('data', count).off('end', settle).off('close', settle)
    if (!req.readableEnded && !req.destroyed) closeAfterAnswer(req, res)
    done()
  }
  const idle = setTimeout(settle, MAX_IDLE_TIME)
  const end = setTimeout(settle, MAX_TIME)
  req.on('data', count).on('end', settle).on('close', settle)
  req.resume()
  if (Number(req.headers['content-length']) > MAX_BYTES) settle()
}

function closeAfterAnswer(req: IncomingMessage, res: ServerResponse | null | undefined): void {
  // Without a response to wait for, reading on is what node:http itself would do.
  if (!res) return void req.resume()
  // HTTP/2 has no such header, and no connection that would be this request's alone.
  if (!res.headersSent && req.httpVersionMajor < 2) res.setHeader('Connection', 'close')
  const linger = (): void => {
    req.resume()
    setTimeout(() => req.readableEnded || req.destroy(), LINGER_TIME).unref()
  }
  req.pause()
  if (res.writableFinished) linger()
  else res.once('finish', linger)
}
