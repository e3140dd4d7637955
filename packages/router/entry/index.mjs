import router from './index.cjs'

export default router
export const { Router, Route, MethodNotAllowedError, ParamDecodeError, PathSyntaxError } = router
