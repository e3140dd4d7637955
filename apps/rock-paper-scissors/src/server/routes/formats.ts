import type { RequestHandler } from '@tokkyu/core'

import { NotAcceptableError } from '../errors.ts'

const FORMATS = ['html', 'json', 'text']

/** Before whatever changes something: what is answered 406 must not have been done. */
export const needFormat: RequestHandler = (req, _res, next) => {
  if (req.accepts(FORMATS) === false) throw new NotAcceptableError(FORMATS)
  next()
}
