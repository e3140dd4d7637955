import Router from './index.cjs'

export default Router
export const {
  DuplicateRouteError,
  MethodNotAllowedError,
  ParamDecodeError,
  PathSyntaxError,
  Route,
  UnknownRouteError,
  UrlParamError,
} = Router
export { Router }
