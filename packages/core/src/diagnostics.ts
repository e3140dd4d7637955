import { channel } from 'node:diagnostics_channel'

import type { Application, Request, Response } from './types/express.ts'

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
}

export const requests: Channel<RequestEvent> = channel('tokkyu.request')
export const errors: Channel<ErrorEvent> = channel('tokkyu.error')

/** What is published is made only where somebody listens. */
interface Channel<Event> {
  readonly hasSubscribers: boolean
  publish(event: Event): void
}
