// oxlint-disable oxc/no-this-in-exported-function -- a method, in the file of its idea
import { Readable } from 'node:stream'

import { answerGate } from '@tokkyu/session'

import { Outcome } from '../response/outcome.ts'
import { sendStream } from '../response/send-stream.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import type { Application } from '../types/express.ts'
import { findView, type ViewData } from './render.ts'

/**
 * Renders a view and sends it while it is rendered: HTML unless a type is set, without a length and
 * an ETag. A compressing middleware is told to let go of each piece.
 *
 * @param options - as for `res.render`.
 * @returns settles when the first piece is about to leave; rejects with what `next` would get
 *   otherwise when there is no such view. What the view throws goes to `next`: before its first piece
 *   as any error does, later with the connection broken off.
 */
export function stream(
  this: DispatchedResponse,
  view: string,
  options?: object | null,
): Promise<void> {
  answerGate.refuseSecond(this)
  const { req } = this
  const outcome = new Outcome()
  // The app that handles a request is a whole one: its type has less, so that other apps fit.
  streamView(req.app as Application, view, { ...options, _locals: this.locals }, (error, page) => {
    if (!page) return outcome.fail(error, req.next)
    if (!this.getHeader('Content-Type')) this.type('html')
    sendStream(this, page, 'piece by piece')
    outcome.succeed()
  })
  return outcome
}

type Done = (error: unknown, page?: Readable) => void

/** What an engine has that can render while it is read. */
interface StreamingEngine {
  stream(file: string, data: object): Readable
}

/**
 * Finds the view and renders it while it is read, where its engine can; what another engine renders is
 * read when it is whole.
 */
function streamView(app: Application, name: string, options: ViewData, done: Done): void {
  let page: Readable
  try {
    const { view, data } = findView(app, name, options)
    const { engine } = view
    if (!canStream(engine)) return view.render(data, (error, text) => done(error, whole(text)))
    page = engine.stream(view.path, data)
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
