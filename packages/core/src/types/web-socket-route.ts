import type { Nested } from './adds.ts'
import type { AwaitableNext } from './handlers.ts'
import type { PathParams, RouteParameters } from './paths.ts'
import type { Request, Response } from './request-response.ts'
import type { ParamsDictionary } from './values.ts'
import type { ServerWebSocket, WebSocketOptions } from './web-socket.ts'

/** What talks to one client: called with its socket, and the request by which it was opened. */
export type WebSocketHandler<P = ParamsDictionary> = (
  socket: ServerWebSocket,
  req: Request<P>,
) => unknown

/** A middleware of a WebSocket route, before there is a socket. */
type BeforeSocket<P> = Nested<(req: Request<P>, res: Response, next: AwaitableNext) => unknown>

/** `app.ws(path, [options], …middleware, handler)` */
export interface IWebSocketMatcher<T> {
  // One for each length: of functions behind a rest parameter the compiler would not know which is the last.
  <const Route extends WebSocketPath>(
    path: Route,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <const Route extends WebSocketPath>(
    path: Route,
    first: WebSocketOptions | BeforeSocket<RouteParameters<Route>>,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <const Route extends WebSocketPath>(
    path: Route,
    first: WebSocketOptions | BeforeSocket<RouteParameters<Route>>,
    second: BeforeSocket<RouteParameters<Route>>,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <const Route extends WebSocketPath>(
    path: Route,
    first: WebSocketOptions | BeforeSocket<RouteParameters<Route>>,
    second: BeforeSocket<RouteParameters<Route>>,
    third: BeforeSocket<RouteParameters<Route>>,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <P = ParamsDictionary>(
    path: WebSocketPath,
    first: WebSocketOptions | BeforeSocket<P>,
    ...handlers: [...BeforeSocket<P>[], WebSocketHandler<P>]
  ): T
}

type WebSocketPath =
  | PathParams
  | readonly (string | RegExp)[]
  | { readonly name: string; readonly path: string }
