/**
 * Remembers where an app registers something: `file:line:column` of the first frame outside of the
 * framework. Off in production, where nobody asks.
 *
 * Frames are taken now and turned into text only when someone reads them.
 */
export class RegisteredAt {
  readonly #holder: { stack?: string } = {}

  private constructor(above: (...args: never[]) => unknown) {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = FRAMES
    Error.captureStackTrace(this.#holder, above)
    Error.stackTraceLimit = stackTraceLimit
  }

  /** @param above - the function whose caller is meant. */
  static capture(above: (...args: never[]) => unknown): RegisteredAt | undefined {
    return process.env['NODE_ENV'] === 'production' ? undefined : new RegisteredAt(above)
  }

  toString(): string {
    const frames = this.#holder.stack?.split('\n').slice(1) ?? []
    const outside = frames.find((frame) => !INSIDE.test(frame)) ?? ''
    return /\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(outside)?.[1] ?? 'unknown'
  }
}

/** An app's own call stands at most this far up: behind `app.get`, `app.route` and the like. */
const FRAMES = 6

/** Files of the framework: as installed, and as they lie in its repository. */
const INSIDE = /[\\/](?:@tokkyu|packages)[\\/](?:core|router)[\\/](?:src|dist|entry)[\\/]|node:/
