export { ProtocolError } from './errors/protocol-error.ts'
export { type StatusCode, statusCodes } from './errors/status-code.ts'
