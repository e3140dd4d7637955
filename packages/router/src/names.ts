// Every public name but the router itself, once: what it carries, what `import` offers, and the types.
// The doors are written from this list (tools/doors.mjs).
export {
  DuplicateRouteError,
  MethodNotAllowedError,
  ParamDecodeError,
  PathSyntaxError,
  UnknownRouteError,
  UrlParamError,
} from './errors.ts'
export { Route } from './public-route.ts'

export type { Constraint, Constraints } from './path/constraints.ts'
export type { DefaultParams, RouteParams } from './path/types.ts'
export type {
  HandlerArgument,
  NamedPath,
  ParamHandler,
  RegisterHandlers,
  RegisterPath,
  RouteInstance,
  RouterConstructor,
  RouterInstance,
  Verb,
} from './router-types.ts'
export type { RouterOptions } from './table/router-state.ts'
export type { ExplainedLayer, Explanation, Verdict } from './tools/explain.ts'
export type { PathCapture, PathForm } from './tools/path-forms.ts'
export type { RouteNode, RouteStep } from './tools/route-tree.ts'
export type { UrlOptions, UrlParam, UrlParams } from './tools/route-url.ts'
export type {
  ErrorRequestHandler,
  NextFunction,
  Path,
  RequestHandler,
  RoutedRequest,
} from './types.ts'
