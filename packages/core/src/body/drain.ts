import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Lets the rest of a refused request's body pass by unread, and calls `done` once when it is time
 * to answer.
 *
 * Many clients read no answer while they are writing, and a connection that closes under their
 * hands takes the answer with it (RFC 9112 §9.6). So the body passes first, but not without end: a
 * client that falls silent for {@link SILENCE} is taken to wait, and one that has sent more than
 * {@link PATIENCE}, or has gone on for {@link WHOLE_TIME}, is answered now. A connection whose request
 * has not ended by then is closed after the answer.
 */
export function drain(req: IncomingMessage, res: ServerResponse, done: () => void): void {
  if (req.destroyed || !req.readable) return done()
  req.unpipe()
  req.resume()
  // Who has waited once, in a parser, need not wait again in the final handler.
  if (req.complete || !req.socket?.readable || draining.has(req)) return done()
  draining.add(req)

  let passed = 0
  let isTime = false
  const silence = setTimeout(finish, SILENCE)
  const end = setTimeout(finish, WHOLE_TIME)
  req.on('data', count).on('end', finish).on('close', finish).on('error', finish)

  function count(chunk: Buffer): void {
    passed += chunk.length
    if (!isTime) silence.refresh()
    if (passed < PATIENCE) return
    finish()
    if (res.writableFinished) req.destroy()
  }

  function finish(): void {
    if (isTime) return
    isTime = true
    clearTimeout(silence)
    clearTimeout(end)
    if (!req.complete) closeAfterAnswer(res)
    done()
  }
}

const draining = new WeakSet<IncomingMessage>()

/** Has the server close the connection once the answer is out, whatever headers the answer sets. */
export function closeAfterAnswer(res: ServerResponse): void {
  res.shouldKeepAlive = false
}

/** Bytes of a refused body that are let pass for the sake of the connection: 16 MiB. */
const PATIENCE = 2 ** 24

/** Milliseconds without a byte, after which a client is taken to wait for its answer. */
const SILENCE = 500

/** Milliseconds for all of it, however the client drips. */
const WHOLE_TIME = 5_000
