import { createRequire } from 'node:module'
import type express from '@tokkyu/core'

/**
 * What people put into an Express app, loaded as CommonJS programs load it. Some have no types, and
 * none has ours: to the cases each is a function that makes middleware.
 */
const require = createRequire(import.meta.url)

type Make<Extra = unknown> = ((...options: unknown[]) => express.RequestHandler) & Extra

interface UploadMaker {
  single(field: string): express.RequestHandler
  array(field: string, most?: number): express.RequestHandler
  fields(list: object[]): express.RequestHandler
  none(): express.RequestHandler
  any(): express.RequestHandler
}

interface Chain extends express.RequestHandler {
  isEmail(): Chain
  isInt(options?: object): Chain
  toInt(): Chain
  trim(): Chain
  escape(): Chain
  optional(): Chain
  withMessage(text: string): Chain
}

interface Authenticator {
  use(name: string, strategy: object): void
  initialize(): express.RequestHandler
  session(): express.RequestHandler
  authenticate(name: string, options?: object, done?: unknown): express.RequestHandler
  serializeUser(serialize: (user: never, done: (error: null, id: string) => void) => void): void
  deserializeUser(find: (id: string, done: (error: null, user: unknown) => void) => void): void
}

export const bodyParser = require('body-parser') as { json: Make }
export const helmet = require('helmet') as Make
export const cors = require('cors') as Make
export const compression = require('compression') as Make
export const morgan = require('morgan') as Make
export const cookieParser = require('cookie-parser') as Make
export const cookieSession = require('cookie-session') as Make
export const expressSession = require('express-session') as Make
export const passport = require('passport') as { Passport: new () => Authenticator }
export const passportLocal = require('passport-local') as {
  Strategy: new (...args: unknown[]) => object
}
export const passportHttp = require('passport-http') as {
  BasicStrategy: new (...args: unknown[]) => object
}
export const multer = require('multer') as ((options?: object) => UploadMaker) & {
  memoryStorage(): unknown
}
export const { rateLimit } = require('express-rate-limit') as { rateLimit: Make }
export const validator = require('express-validator') as {
  query: (field: string) => Chain
  body: (field: string | string[]) => Chain
  param: (field: string) => Chain
  validationResult: (req: object) => { isEmpty(): boolean; array(): unknown[] }
  matchedData: (req: object) => unknown
}
export const { createProxyMiddleware } = require('http-proxy-middleware') as {
  createProxyMiddleware: Make
}
export const swaggerUi = require('swagger-ui-express') as {
  serve: express.RequestHandler[]
  setup: Make
}
export const onHeaders = require('on-headers') as (res: object, listener: () => void) => void
export const responseTime = require('response-time') as Make
export const timeout = require('connect-timeout') as Make
export const methodOverride = require('method-override') as Make
