import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Lets the rest of a refused body pass by unread, so that a client that is still writing gets to
 * see the answer, and calls `done` when it has passed.
 *
 * What is left may be endless, so after {@link PATIENCE} bytes `done` is called all the same and
 * the connection is closed after the answer.
 */
export function drain(req: IncomingMessage, res: ServerResponse, done: () => void): void {
  if (req.readableEnded || req.destroyed || !req.readable) return done()
  let passed = 0
  req.on('data', count)
  req.on('end', finish)
  req.on('close', finish)
  req.on('error', finish)
  req.resume()

  function count(chunk: Buffer): void {
    passed += chunk.length
    if (passed <= PATIENCE) return
    closeAfterAnswer(res)
    finish()
  }

  function finish(): void {
    req.off('data', count)
    req.off('end', finish)
    req.off('close', finish)
    // The error listener stays: an abort that nobody waits for any more must not be thrown.
    req.off('error', finish)
    req.on('error', () => {})
    req.resume()
    done()
  }
}

/** Has the server close the connection once the answer is out, whatever headers the answer sets. */
export function closeAfterAnswer(res: ServerResponse): void {
  res.shouldKeepAlive = false
}

/** Bytes of a refused body that are worth reading for the sake of an answer that is read: 16 MiB. */
const PATIENCE = 2 ** 24
