import http from './http.cjs'

export default http
export const {
  answerGate,
  etag,
  evaluatePreconditions,
  fresh,
  rangeApplies,
  serializeCookie,
  signCookie,
} = http
