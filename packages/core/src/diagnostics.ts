import { channel } from 'node:diagnostics_channel'

import type { Application } from './types/application.ts'
import type { Request, Response } from './types/request-response.ts'
import type { ServerWebSocket } from './types/web-socket.ts'

/** What subscribers of `tokkyu.request` get, once for each request an app receives. */
export interface RequestEvent {
  /** The app that received the request. */
  app: Application
  /** The request. */
  req: Request
  /** Its response. */
  res: Response
}

/** What subscribers of `tokkyu.error` get, once for each error that reached the final handler. */
export interface ErrorEvent extends RequestEvent {
  /** What was thrown, rejected or handed to `next`. */
  error: unknown
  /** Set by a subscriber that has printed the error itself: the final handler does not do so again. */
  isPrinted?: boolean | undefined
}

/**
 * What subscribers of `tokkyu.fallback` get in development, before the final handler answers with a
 * page: the page, which they may replace.
 */
export interface FallbackEvent extends RequestEvent {
  /** What was thrown, rejected or handed to `next`; undefined when nobody answered. */
  error: unknown
  /** The status of the answer. */
  status: number
  /** What will be sent, with the headers that say how to read it. */
  page: FallbackPage
}

/** A page of the final handler. */
export interface FallbackPage {
  /** `Content-Type`. */
  type: string
  /** `Content-Security-Policy`. */
  policy: string
  /** The body. */
  body: string
}

/** What subscribers of `tokkyu.websocket.error` get, for an error of a listener whose handler was over. */
export interface SocketErrorEvent {
  /** The app that opened the socket. */
  app: Application
  /** The socket, which is being closed with 1011. */
  socket: ServerWebSocket
  /** What was thrown or rejected. */
  error: unknown
}

export const socketErrors: Channel<SocketErrorEvent> = channel('tokkyu.websocket.error')
export const requests: Channel<RequestEvent> = channel('tokkyu.request')
export const errors: Channel<ErrorEvent> = channel('tokkyu.error')
export const fallbacks: Channel<FallbackEvent> = channel('tokkyu.fallback')

/** What is published is made only where somebody listens. */
interface Channel<Event> {
  readonly hasSubscribers: boolean
  publish(event: Event): void
}
