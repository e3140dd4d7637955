import type { IncomingMessage, ServerResponse } from 'node:http'

import { CLIENT_PATH, clientScript, EVENTS_PATH } from '../dev-pages/client.ts'

/** Names this run: a page of another one reads itself again. */
const boot = `${process.pid}-${Date.now().toString(36)}`
const streams = new Set<ServerResponse>()

/** The tag by which a page learns of changes. */
export function clientTag(nonce: string | undefined): string {
  const attribute = nonce === undefined ? '' : ` nonce="${nonce}"`
  return `<script src="${CLIENT_PATH}?boot=${boot}"${attribute} async></script>`
}

/** Answers what that script asks for. @returns whether the request was one of these. */
export function answerPages(req: IncomingMessage, res: ServerResponse): boolean {
  const path = req.url?.split('?', 1)[0]
  if (path === CLIENT_PATH) {
    res.writeHead(200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    res.end(clientScript)
    return true
  }
  if (path !== EVENTS_PATH) return false
  openStream(res, boot)
  streams.add(res)
  res.once('close', () => streams.delete(res))
  return true
}

/** Begins a stream of events with the name of the run. */
function openStream(res: ServerResponse, run: string): void {
  res.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  })
  res.write(`retry: 200\nevent: boot\ndata: ${run}\n\n`)
}

/** Tells open pages of a change. */
export function tellPages(isStyle: boolean): void {
  for (const res of streams) res.write(`event: ${isStyle ? 'style' : 'reload'}\ndata:\n\n`)
}

/** Ends the streams: the pages ask again, and reach whoever comes next. */
export function endPages(): void {
  for (const res of streams) res.end()
}
