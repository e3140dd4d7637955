import { channel } from 'node:diagnostics_channel'

import type { Application, Request, Response } from './types/express.ts'

/** What subscribers of `tokkyu.request` get, once for each request an app receives. */
export interface RequestEvent {
  app: Application
  req: Request
  res: Response
}

/** What subscribers of `tokkyu.error` get, once for each error that reached the final handler. */
export interface ErrorEvent extends RequestEvent {
  error: unknown
}

const requests = channel('tokkyu.request')
const errors = channel('tokkyu.error')

export function announceRequest(app: Application, req: Request, res: Response): void {
  if (requests.hasSubscribers) requests.publish({ app, req, res } satisfies RequestEvent)
}

export function announceError(app: Application, req: Request, res: Response, error: unknown): void {
  if (errors.hasSubscribers) errors.publish({ app, req, res, error } satisfies ErrorEvent)
}
