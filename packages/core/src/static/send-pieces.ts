import { constants, promises as fs } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
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
  const chunks = readPieces(path, pieces)
  try {
    // Headers leave with the first chunk; until it is here, an error can still be answered.
    const first = await chunks.next()
    const second = first.done ? first : await chunks.next()
    if (isGone(res)) throw new FileAbortedError()
    if (first.done) return await end(res)
    if (second.done) return await end(res, first.value)
    await pipeline(prepend([first.value, second.value], chunks), res)
  } catch (error) {
    // Errors of the file carry a status; all others mean that the client is gone.
    if ((error as { status?: number }).status !== undefined || !isGone(res)) throw error
    if (!(await isOut(res))) throw new FileAbortedError(error)
  } finally {
    await chunks.return()
  }
}

/** Ends a response and waits until it is out. */
async function end(res: ServerResponse, body?: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    res.once('finish', resolve).once('close', resolve).end(body)
  })
  if (!(await isOut(res))) throw new FileAbortedError()
}

/**
 * Whether the last byte of a response that is over was handed to the network. A client that closes
 * as soon as it has that byte is seen to leave before the write of it is seen to be done.
 */
async function isOut(res: ServerResponse): Promise<boolean> {
  if (!res.writableFinished) await new Promise(setImmediate)
  return res.writableFinished
}

/** Whether nobody is there any more to read the response. */
function isGone(res: ServerResponse): boolean {
  return res.destroyed || res.closed || res.writableEnded || res.socket?.writable === false
}

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
        const { bytesRead, buffer } = await file
          .read(Buffer.allocUnsafe(size), 0, size, at)
          .catch(markAndThrow)
        if (bytesRead === 0) throw new FileShrankError(path)
        at += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    }
  } finally {
    await file.close()
  }
}

function markAndThrow(error: NodeJS.ErrnoException): never {
  throw markFileSystemError(error)
}

/** Never waits for the other end of a pipe that has taken the place of the file. */
const READ_ONLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

async function* prepend(
  head: readonly Buffer[],
  rest: AsyncGenerator<Buffer, void, void>,
): AsyncGenerator<Buffer, void, void> {
  yield* head
  yield* rest
}
