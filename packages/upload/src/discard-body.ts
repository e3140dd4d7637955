import type { IncomingMessage, ServerResponse } from 'node:http'

// What a client may still send before it is answered. Reading on lets one that only looks at its
// answer after it has sent everything see it; but a refused upload must not cost its whole length.
const MAX_BYTES = 8 * 1024 * 1024
const MAX_TIME = 5_000
// After an answer that came early: how long the client has to notice before the connection goes.
const LINGER_TIME = 2_000

/**
 * Reads away what is left of a refused body, within bounds, then calls back. When more is left than
 * that, the answer comes now and says `Connection: close`; the connection is closed soon after it.
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
    if (bytes > MAX_BYTES) settle()
  }
  const timer = setTimeout(() => settle(), MAX_TIME)
  const settle = (): void => {
    clearTimeout(timer)
    req.off('data', count).off('end', settle).off('close', settle)
    if (!req.readableEnded && !req.destroyed) closeAfterAnswer(req, res)
    done()
  }
  req.on('data', count).on('end', settle).on('close', settle)
  req.resume()
  if (Number(req.headers['content-length']) > MAX_BYTES) settle()
}

function closeAfterAnswer(req: IncomingMessage, res: ServerResponse | null | undefined): void {
  req.resume()
  if (!res) return
  if (!res.headersSent) res.setHeader('Connection', 'close')
  res.once('finish', () => {
    if (req.readableEnded) return
    setTimeout(() => req.destroy(), LINGER_TIME).unref()
  })
}
