import type { Server } from 'node:http'
import type { Stream } from 'node:stream'

import type Router from '@tokkyu/router'
import type { TemplateArguments, TemplateName } from '@tokkyu/views'

import type { Limits } from './limits.ts'
import type { SseSource, EventStream, EventStreamOptions } from './events.ts'
import type { InjectAgent, InjectedRequest, InjectedResponse, InjectOptions } from './inject.ts'
import type { CloseOptions, StreamViewOptions } from './options.ts'
import type { Sent } from './response-members.ts'
import type { Validators } from './values.ts'
import type { Channel } from './web-socket.ts'

/**
 * The open interfaces that packages such as passport, multer and express-session extend.
 *
 * They are declared under the same names as in `@types/express-serve-static-core`, so both merge. What
 * Tokkyu adds to Express stands here and not in `Request`, `Response` and `Application`: so Express's
 * own interfaces have it too where both are installed, and a function that is annotated with either
 * request takes the other.
 */
declare global {
  namespace Express {
    interface Request {
      /**
       * Aborts when the client goes away before the answer was finished.
       *
       * @example const rows = await db.query(sql, { signal: req.signal })
       */
      readonly signal: AbortSignal

      /**
       * Decides the conditions of a request before its side effects (RFC 9110 §13.2.2).
       *
       * @returns `not-modified` when a GET or HEAD may be answered 304.
       * @throws {PreconditionFailedError} `PRECONDITION_FAILED`, status 412.
       * @example req.precondition({ etag: page.etag })
       */
      precondition(state: Validators): 'proceed' | 'not-modified'
    }

    interface Response {
      /**
       * Runs `hook` once before the status line leaves, and waits for a promise that it returns; the hook
       * registered last runs first.
       *
       * What is written meanwhile is held back in order. A hook may set status, headers and cookies,
       * and sees those that `writeHead` was given; when it throws, the answer prepared so far is
       * dropped and the error answers instead.
       *
       * @throws {HeadersSentError} `ERR_HTTP_HEADERS_SENT` when the status line has left.
       * @example res.beforeHeaders(() => void res.set('Server-Timing', `app;dur=${elapsed()}`))
       */
      beforeHeaders(hook: () => unknown): void
      /**
       * Sends 103 Early Hints: headers that the answer will have, so that the client fetches what `Link` names
       * while the answer is made. Clients of HTTP/1.0 get none.
       *
       * @throws {TypeError} `ERR_INVALID_ARG_VALUE` or `ERR_INVALID_CHAR` for what is no `Link` or no header.
       * @example res.earlyHints({ Link: '</style.css>; rel=preload; as=style' })
       */
      earlyHints(hints: Readonly<Record<string, string | string[]>>): this
      /**
       * Renders a view and sends it while it is rendered: what is printed leaves when the view waits for
       * something. No ETag, no length; an error after the first piece breaks the connection off.
       *
       * Pagelets come when they are ready, and in order for who asks for it by `Save-Data: on` or by
       * `?pagelets=in-order`. Their script has the nonce of the `Content-Security-Policy` that is set.
       *
       * @param options - data of the view; before it come `res.locals` and `app.locals`.
       * @example res.renderStream('report', { rows: db.rows() })
       */
      renderStream<Name extends TemplateName>(
        view: Name,
        ...given: [...options: TemplateArguments<Name>, how?: StreamViewOptions]
      ): Sent
      /**
       * `renderStream`, but over HTTP/2, where node has its own stream of the answer by this name.
       *
       * @example res.stream('report', { rows: db.rows() })
       */
      stream<Name extends TemplateName>(
        view: Name,
        ...given: [...options: TemplateArguments<Name>, how?: StreamViewOptions]
      ): Sent
      /** Sends a stream as `res.send` does: what middleware for several servers asks of a response. */
      stream(body: Stream | ReadableStream | Blob): this

      /**
       * Answers with server-sent events: a stream that stays open until its source is at its end, the client
       * goes or the app closes.
       *
       * @param source - an iterable, a stream, an `EventLog`, or a function that gives one; without it, the
       *   stream that is returned sends. `null` answers 204, which tells an EventSource not to come back.
       * @throws {RangeError} `ARGUMENT_OUT_OF_RANGE` for an option that is no amount.
       * @example app.get('/time', (req, res) => { const events = res.sse(); events.send({ data: Date.now() }) })
       */
      sse(source?: SseSource | null, options?: EventStreamOptions): EventStream
    }

    interface Locals {}

    interface Application {
      /** The whole tree of routes, mounted routers and apps included. @example app.routes() */
      routes: Router['routes']
      /** What each layer would make of a request, and why. @example app.explain('GET', '/users/7') */
      explain: Router['explain']
      /** The URL of a named route, of this app or of one mounted in it. @example app.url('user', { id: 7 }) */
      url: Router['url']
      /**
       * Stops listening and lets running requests finish.
       *
       * @returns a promise for the moment the last connection has closed.
       * @example process.once('SIGTERM', () => app.close())
       */
      close(options?: CloseOptions): Promise<void>
      /**
       * Every bound of the app: of requests, connections, streams and waiting.
       *
       * @example app.limits.set({ body: '1mb' }); console.log(String(app.limits))
       */
      readonly limits: Limits
      /**
       * Has the app answer the WebSocket handshakes of a server that it did not make itself.
       *
       * @returns the server.
       * @throws {TypeError} `ARGUMENT_INVALID` for what is no server.
       * @example app.attach(http.createServer(app)).listen(3000)
       */
      attach<Attached extends Server>(server: Attached): Attached
      /**
       * The channel of that name: sockets that get the same messages.
       *
       * @example app.channel('news').publish('it rains')
       */
      channel(name: string): Channel
      /**
       * Sends a request through the app without a port.
       *
       * @example const reply = await app.inject('/users/7')
       */
      inject(request?: InjectedRequest | string): Promise<InjectedResponse>
      /**
       * A client without a port that keeps cookies, for tests of what takes several requests.
       *
       * @param defaults - what holds for each of its requests that does not say otherwise.
       * @example
       *   const agent = app.agent({ secure: true })
       *   await agent.inject({ method: 'POST', url: '/login', body: new URLSearchParams({ name: 'Ada' }) })
       *   const reply = await agent.inject('/account')
       */
      agent(defaults?: InjectOptions): InjectAgent
    }
  }
}

/** Data for one request's views: `Express.Locals`, extended by whoever adds some. */
export interface Locals extends Express.Locals {}
// Under names that do not clash with our own.
export interface GlobalRequest extends Express.Request {}
export interface GlobalResponse extends Express.Response {}
export interface GlobalApplication extends Express.Application {}
