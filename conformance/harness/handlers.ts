import type express from '@tokkyu/core'

// The compiler cannot tell the kinds of handlers apart where they stand mixed.

export const onRequest = (handler: express.RequestHandler): express.RequestHandler => handler

export const onError = (handler: express.ErrorRequestHandler): express.ErrorRequestHandler =>
  handler
