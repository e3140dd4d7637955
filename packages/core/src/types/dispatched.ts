import type { NextFunction, Request, Response } from './request-response.ts'

/** A request while it is handled, as its own methods see it: what dispatch sets is there. */
export interface DispatchedRequest extends Request<any> {
  readonly res: Response
  readonly next: NextFunction
  /** What cookie-parser leaves behind. */
  readonly secret?: string | readonly string[]
  /** What `cookies(secret, { bound: true })` of @tokkyu/session leaves behind: the key for one cookie. */
  readonly secretFor?: (name: string) => Buffer
}

/** A response while its request is handled, as its own methods see it. */
export interface DispatchedResponse extends Response {
  readonly req: DispatchedRequest
}
