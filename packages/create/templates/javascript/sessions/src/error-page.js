import { STATUS_CODES } from 'node:http'

import { HttpError } from '@tokkyu/core'

/** Put last of the routes: what nobody has answered is not there. */
export const notFound = (req) => {
  throw new HttpError(404, 'NOT_FOUND', `There is no ${req.path} here.`)
}

/** Answers every error with a page. What is our own fault is logged, and told to nobody else. */
export const showError = (error, _req, res, next) => {
  if (res.headersSent) return next(error)
  const { status: wanted, expose, message } = Object(error)
  const status = wanted >= 400 && wanted < 600 ? wanted : 500
  if (status >= 500) console.error(error)
  res.status(status).set('Cache-Control', 'no-store')
  return res.render('error.html', {
    heading: STATUS_CODES[status] ?? 'Error',
    message: expose === true ? message : 'Something went wrong here.',
  })
}
