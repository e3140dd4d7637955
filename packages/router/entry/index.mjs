import router from './index.cjs'

export default router
export const {
  Router,
  Route,
  DuplicateRouteError,
  MethodNotAllowedError,
  ParamDecodeError,
  PathSyntaxError,
  UnknownRouteError,
  UrlParamError,
} = router
