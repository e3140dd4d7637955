export { request } from './request.ts'
export { PreconditionFailedError } from './precondition.ts'
