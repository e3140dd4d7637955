export { NotAcceptableError } from './format.ts'
export { response } from './response.ts'
export { SourceClosedError } from './send-stream.ts'
