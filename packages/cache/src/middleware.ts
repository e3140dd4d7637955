import type { IncomingMessage, ServerResponse } from 'node:http'

/** A middleware of Express, Connect, Tokkyu, or whatever calls `(req, res, next)`. */
export type Middleware<Request extends IncomingMessage> = (
  req: Request,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void
