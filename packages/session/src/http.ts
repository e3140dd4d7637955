import { answerGate } from './answer/answer-gate.ts'
import { etag } from './cache/etag.ts'
import { fresh } from './cache/fresh.ts'
import { evaluatePreconditions, rangeApplies } from './cache/preconditions.ts'
import { serializeCookie } from './cookie/serialize.ts'
import { signCookie } from './cookie/signature.ts'

/**
 * What of HTTP this package knows, without its sessions: for who needs no more, as `@tokkyu/core`, which reads
 * 30 kB for it in place of 190.
 */
const http = {
  answerGate,
  etag,
  evaluatePreconditions,
  fresh,
  rangeApplies,
  serializeCookie,
  signCookie,
}

export default http
export { answerGate, etag, evaluatePreconditions, fresh, rangeApplies, serializeCookie, signCookie }
export type { HeadHook } from './answer/gate.ts'
export type { EtagOptions } from './cache/etag.ts'
export type { ConditionalHeaders, Preconditions, Validators } from './cache/preconditions.ts'
export type { CookieAttributes, SerializeCookieOptions } from './cookie/serialize.ts'
export type { Secret, Secrets } from './cookie/signature.ts'
