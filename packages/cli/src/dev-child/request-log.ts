import type { IncomingMessage, ServerResponse } from 'node:http'

import { columns, printable } from '../terminal/columns.ts'
import { type Paint, paintFor } from '../terminal/paint.ts'

/** Prints one line when a request is over: method, path, status, time and size, of failures the place. */
export function logRequest(
  req: IncomingMessage,
  res: ServerResponse,
  placeOf: () => string | undefined,
): void {
  const begun = performance.now()
  const path = pathOf(req.url)
  const method = req.method ?? ''
  const socket = req.socket
  const before = socket?.bytesWritten ?? 0
  res.once('close', () => {
    const milliseconds = performance.now() - begun
    const isWhole = leftWhole(res)
    const size = sizeOf(res, (socket?.bytesWritten ?? 0) - before)
    const place = isWhole && res.statusCode < 400 ? undefined : placeOf()
    const paint = paintFor(process.stdout)
    console.log(
      requestLine(
        { method, path, status: isWhole ? res.statusCode : undefined, milliseconds, size, place },
        paint,
      ),
    )
  })
}

interface LoggedRequest {
  readonly method: string
  readonly path: string
  /** Undefined when the connection broke before the answer was whole. */
  readonly status: number | undefined
  readonly milliseconds: number
  readonly size: number | undefined
  readonly place: string | undefined
}

function requestLine(request: LoggedRequest, paint: Paint): string {
  const { method, path, status, milliseconds, size, place } = request
  const code = status === undefined ? 'aborted' : String(status)
  const style =
    status === undefined || status >= 500
      ? 'red'
      : status >= 400
        ? 'yellow'
        : status >= 300
          ? 'cyan'
          : 'green'
  const [line = ''] = columns([
    [
      printable(method),
      printable(path),
      paint(style, code),
      `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`,
      size === undefined ? '' : sizeText(size),
    ],
  ])
  return place === undefined ? line : `${line}  ${paint('dim', printable(place))}`
}

/** Over HTTP/2 the stream may close before it says that it has finished. */
function leftWhole(res: ServerResponse): boolean {
  const { stream } = res as ServerResponse & { readonly stream?: StreamEnd }
  if (res.writableFinished || stream === undefined) return res.writableFinished
  return res.writableEnded && !stream.aborted && !stream.rstCode
}

/** How a stream of HTTP/2 ended. */
interface StreamEnd {
  readonly aborted: boolean
  readonly rstCode?: number
}

/** Without the query, which may hold what should not stand in a log. */
function pathOf(url: string | undefined): string {
  const [path = '', query] = (url ?? '').split('?', 2)
  return query === undefined ? path : `${path}?…`
}

/** The length of the body: as announced, or what left without the head. */
function sizeOf(res: ServerResponse, written: number): number | undefined {
  const announced = Number(res.getHeader('content-length'))
  if (announced > 0 && res.req?.method !== 'HEAD') return announced
  const head = (res as unknown as { readonly ['_header']?: string | null })['_header']
  return typeof head === 'string' && written >= head.length ? written - head.length : undefined
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
