export { attend } from './preload.ts'
export { run } from './run.ts'
