export { FileError } from './errors.ts'
export { sendFile } from './send-file.ts'
export { serveStatic, type StaticHandler, type StaticOptions } from './serve-static.ts'
