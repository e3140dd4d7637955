// oxlint-disable oxc/no-this-in-exported-function -- a method, in the file of its idea
import { Readable } from 'node:stream'

import { answerGate } from '@tokkyu/session/http'

import { Outcome } from '../response/outcome.ts'
import { isStreamed, sendStream, type Streamed } from '../response/send-stream.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import type { Application } from '../types/application.ts'
import type { StreamViewOptions } from '../types/options.ts'
import { report } from '../unanswered/final-handler.ts'
import { findView, type ViewData } from './render.ts'

/**
 * Renders a view and sends it while it is rendered: HTML unless a type is set, without a length and
 * an ETag. A compressing middleware is told to let go of each piece. A pagelet that fails is told of as
 * an error is that nobody handled; the page goes on.
 *
 * @param options - as for `res.render`.
 * @returns settles when the first piece is about to leave; rejects with what `next` would get
 *   otherwise when there is no such view. What the view throws goes to `next`: before its first piece
 *   as any error does, later with the connection broken off.
 */
export function renderStream(
  this: DispatchedResponse,
  view: string,
  options?: object | null,
  how: StreamViewOptions = {},
): Promise<void> {
  answerGate.refuseSecond(this)
  const { req } = this
  const outcome = new Outcome()
  // The app that handles a request is a whole one: its type has less, so that other apps fit.
  const app = req.app as Application
  const rendering = {
    ...pageletsFor(this, how),
    nonce: nonceOf(this),
    onPageletFailure: ({ error }: { error: unknown }) => report({ app, req, res: this, error }),
  }
  const data = { ...options, _locals: this.locals }
  streamView(app, view, data, rendering, (error, page) => {
    if (!page) return outcome.fail(error, req.next)
    if (!this.getHeader('Content-Type')) this.type('html')
    sendStream(this, page, 'piece by piece')
    outcome.succeed()
  })
  return outcome
}

/**
 * `renderStream`, and what other servers have by this name: middleware that is written for several
 * of them hands its stream to `res.stream` where there is one. Over HTTP/2 that is the name of node's own
 * stream of the answer.
 *
 * @param view - the name of a view, or a stream, a web stream or a Blob that is sent as by `res.send`.
 */
export function stream(
  this: DispatchedResponse,
  view: string | Streamed,
  ...given: [options?: object | null, how?: StreamViewOptions]
): Promise<void> | DispatchedResponse {
  if (typeof view === 'string' || !isStreamed(view)) return renderStream.call(this, view, ...given)
  answerGate.refuseSecond(this)
  return sendStream(this, view)
}

/** How the pagelets of a view come for this request, and the way to the page that has them in order. */
function pageletsFor(res: DispatchedResponse, { pagelets, wayBack }: StreamViewOptions): object {
  const { req } = res
  res.vary('Save-Data')
  const query = new URLSearchParams(/\?(.*)$/s.exec(req.originalUrl)?.[1])
  const isAsked = req.get('Save-Data') === 'on' || query.get('pagelets') === 'in-order'
  if ((pagelets ?? (isAsked ? 'in order' : 'out of order')) === 'in order') {
    return { pagelets: 'in order' }
  }
  if (req.method !== 'GET' || wayBack === false) return {}
  query.set('pagelets', 'in-order')
  return { wayBack: { href: `?${query.toString()}`, text: wayBack ?? 'Show the whole page' } }
}

/** The nonce by which the policy of this reply allows a script. */
function nonceOf(res: DispatchedResponse): string | undefined {
  const policy = String(res.getHeader('Content-Security-Policy') ?? '')
  return /'nonce-([\w+/=-]+)'/i.exec(policy)?.[1]
}

type Done = (error: unknown, page?: Readable) => void

/** What an engine has that can render while it is read. */
interface StreamingEngine {
  stream(file: string, data: object, rendering: object): Readable
}

/**
 * Finds the view and renders it while it is read, where its engine can; what another engine renders is
 * read when it is whole.
 */
function streamView(
  app: Application,
  name: string,
  options: ViewData,
  rendering: object,
  done: Done,
): void {
  let page: Readable
  try {
    const { view, data } = findView(app, name, options)
    const { engine } = view
    if (!canStream(engine)) return view.render(data, (error, text) => done(error, whole(text)))
    page = engine.stream(view.path, data, rendering)
  } catch (error) {
    done(error)
    return
  }
  done(null, page)
}

function canStream(engine: unknown): engine is StreamingEngine {
  return typeof engine === 'function' && typeof Object(engine).stream === 'function'
}

function whole(text: string | undefined): Readable | undefined {
  return text === undefined ? undefined : Readable.from([Buffer.from(text)])
}
