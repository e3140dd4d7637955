import type { ServerResponse } from 'node:http'
import type { Layer } from './layer.ts'
import type { Route } from './route.ts'
import type { RouterOptions } from './router.ts'
import type { RoutedRequest } from './types.ts'
import type { MethodNotAllowedError, ParamDecodeError, PathSyntaxError } from './errors.ts'

export interface RouterInstance<Req = RoutedRequest, Res = ServerResponse> {
  (req: Req, res: Res, next: (error?: unknown) => unknown): void
  stack: Layer[]
  handle(req: Req, res: Res, done: (error?: unknown) => unknown): void
}

export interface RouterConstructor {
  (options?: RouterOptions): RouterInstance
  new (options?: RouterOptions): RouterInstance
  readonly prototype: object
  readonly Router: RouterConstructor
  readonly Route: typeof Route
  readonly MethodNotAllowedError: typeof MethodNotAllowedError
  readonly ParamDecodeError: typeof ParamDecodeError
  readonly PathSyntaxError: typeof PathSyntaxError
}
