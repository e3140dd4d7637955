import { constants, promises as fs, read } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { FileAbortedError, FileShrankError, markFileSystemError } from './errors.ts'
import type { Piece } from '../response/multipart-ranges.ts'

/**
 * Sends pieces of a file as the whole body of a response, and settles when the last byte is handed
 * to the network. The descriptor is closed by then, whatever happened.
 *
 * @throws {FileAbortedError} `ECONNABORTED`, when the client left early.
 * @throws errors of the file system: before headers were sent when the file cannot be opened or
 *   its first bytes not read; later ones destroy the connection.
 */
export async function sendPieces(
  res: ServerResponse,
  path: string,
  pieces: readonly Piece[],
): Promise<void> {
  if (isGone(res)) throw new FileAbortedError()
  if (pieces.length === 0) return end(res)
  try {
    await pump(readPieces(path, pieces), res)
  } catch (error) {
    // Half an answer is none: the connection says so, as the length that was announced cannot.
    if (res.headersSent) cutOff(res)
    throw error
  }
}

/**
 * Writes as fast as the client reads. Not by `pipeline`, which waits for ever on a response of
 * HTTP/2 whose stream was reset, with the file open.
 *
 * Each chunk waits for the next one: so the last leaves with the end of the response, and the first,
 * with the headers, only when the second could be read.
 */
async function pump(chunks: AsyncIterable<Buffer>, res: ServerResponse): Promise<void> {
  let wake: (() => void) | undefined
  const goOn = (): void => wake?.()
  // One listener for all: compression keeps those for `drain`, and never lets go of them.
  res.on('drain', goOn).on('close', goOn)
  // Reset with NO_ERROR, a stream stays open on our side, and nobody will ever read from it.
  const stream = http2StreamOf(res)
  stream?.once('aborted', () => stream.destroy())
  let held: Buffer | undefined
  try {
    for await (const chunk of chunks) {
      if (isGone(res)) throw new FileAbortedError()
      if (held !== undefined && !res.write(held) && !isGone(res)) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      held = chunk
    }
  } finally {
    res.off('drain', goOn).off('close', goOn)
  }
  await end(res, held)
}

/** Ends a response and waits until it is out. */
async function end(res: ServerResponse, body?: Buffer): Promise<void> {
  if (isGone(res)) throw new FileAbortedError()
  await new Promise<void>((resolve) => {
    res.once('finish', resolve).once('close', resolve).end(body)
  })
  if (!(await isOut(res))) throw new FileAbortedError()
}

function cutOff(res: ServerResponse): void {
  const stream = http2StreamOf(res)
  if (stream) stream.destroy()
  else res.destroy()
}

/**
 * Whether the last byte of a response that is over was handed to the network. A client that closes
 * as soon as it has that byte is seen to leave before the write of it is seen to be done.
 */
async function isOut(res: ServerResponse): Promise<boolean> {
  if (!res.writableFinished) await new Promise(setImmediate)
  const stream = http2StreamOf(res)
  // A response of HTTP/2 calls itself finished when its stream was reset as well.
  return res.writableFinished && !stream?.aborted && !stream?.rstCode
}

/** Whether nobody is there any more to read the response. */
function isGone(res: ServerResponse): boolean {
  if (res.writableEnded) return true
  const stream = http2StreamOf(res)
  // Over HTTP/2, a response to HEAD is not writable from the start.
  if (stream) return stream.destroyed || stream.closed
  return res.destroyed || res.closed || res.socket?.writable === false
}

/** The stream of a response that `node:http2` gives in place of one of `node:http`. */
function http2StreamOf(res: Http2Response): ServerHttp2Stream | undefined {
  return (res.req?.httpVersionMajor ?? 1) > 1 ? res.stream : undefined
}

type Http2Response = ServerResponse & { stream?: ServerHttp2Stream }

const CHUNK = 64 * 1024

async function* readPieces(
  path: string,
  pieces: readonly Piece[],
): AsyncGenerator<Buffer, void, void> {
  const file = await fs.open(path, READ_ONLY).catch(markAndThrow)
  try {
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        yield Buffer.from(piece)
        continue
      }
      for (let at = piece.start; at <= piece.end;) {
        const size = Math.min(CHUNK, piece.end - at + 1)
        // oxlint-disable-next-line no-await-in-loop -- bytes come one after the other
        const { bytesRead, buffer } = await readAt(file.fd, size, at).catch(markAndThrow)
        if (bytesRead === 0) throw new FileShrankError(path)
        at += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    }
  } finally {
    await file.close()
  }
}

/** As `file.read()` does, by one promise in place of four: 1.5 µs of the 17 that it takes to read a chunk. */
function readAt(
  fd: number,
  size: number,
  at: number,
): Promise<{ bytesRead: number; buffer: Buffer }> {
  return new Promise((resolve, reject) => {
    read(fd, Buffer.allocUnsafe(size), 0, size, at, (error, bytesRead, buffer) => {
      if (error) reject(error)
      else resolve({ bytesRead, buffer })
    })
  })
}

function markAndThrow(error: NodeJS.ErrnoException): never {
  throw markFileSystemError(error)
}

/** Never waits for the other end of a pipe that has taken the place of the file. */
const READ_ONLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
