// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import type { DispatchedResponse } from '../types/dispatched.ts'
import { Outcome } from './outcome.ts'

/**
 * Renders a view and answers with it, or hands it to the callback when there is one.
 *
 * @param options - data of the view, before which come `res.locals` and `app.locals`; `cache` says
 *   whether the view is looked up and compiled once.
 * @returns settles when the view was handed over; rejects with what `next` would get otherwise.
 */
export function render(
  this: DispatchedResponse,
  view: string,
  options?: object | RenderDone | null,
  callback?: RenderDone,
): Promise<void> {
  const { req } = this
  const outcome = new Outcome()
  const given = typeof options === 'function' ? (options as RenderDone) : callback
  const data = typeof options === 'object' ? options : undefined
  const done: RenderDone = (error, text) => {
    if (given) given(error, text)
    else if (error) return outcome.fail(error, req.next)
    else this.send(text)
    outcome.succeed()
  }
  // `_locals` is where app.render looks for them; the caller's object stays as it is.
  req.app.render(view, { ...data, _locals: this.locals }, done)
  return outcome
}

type RenderDone = (error: Error | null, text?: string) => void
