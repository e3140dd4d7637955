import { Route, Router } from '@tokkyu/router'

import { application } from './application.ts'
import { json, raw, text, urlencoded } from './body/index.ts'
import { createApp } from './create-app.ts'
import { HttpError } from './http-error.ts'
import { request } from './request/index.ts'
import { response } from './response/index.ts'
import { serveStatic } from './static/serve-static.ts'
import type * as app from './types/application.ts'
import type * as handlers from './types/handlers.ts'
import type * as req from './types/request.ts'
import type * as res from './types/response.ts'
import type * as routing from './types/router.ts'

/**
 * Creates an application.
 *
 * @example
 *   const app = express()
 *   app.get('/', (req, res) => res.send('Hello'))
 *   app.listen(3000)
 */
function express(): app.Express {
  return createApp()
}

express.Route = Route
express.Router = Router
express.application = application as unknown as app.Application
express.request = request as req.Request
express.response = response as unknown as res.Response
express.json = json
express.raw = raw
express.static = serveStatic
express.text = text
express.urlencoded = urlencoded
express.HttpError = HttpError

declare namespace express {
  export type Application = app.Application
  export type Express = app.Express
}

export default express
export {
  HttpError,
  Route,
  Router,
  application,
  express,
  json,
  raw,
  request,
  response,
  text,
  urlencoded,
}
