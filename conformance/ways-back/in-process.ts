import { execFile } from 'node:child_process'
import type { Row } from './row.ts'
import { peers } from './row.ts'

/**
 * A row whose program may end its process: it runs in one of its own, and what is seen is how that
 * ended and what was printed. `app`, `listen` and `back` are there.
 */
export function inItsOwnProcess(
  id: string,
  program: string,
  says: { readonly express: unknown; readonly ours: unknown; readonly wayBack?: string },
): Row {
  return {
    id,
    ...says,
    see: (side, back) => run(side === peers ? 'express' : '@tokkyu/core', back, program),
  }
}

function run(
  framework: string,
  back: boolean,
  program: string,
): Promise<{ code: number; printed: string }> {
  const text = `
    import express from '${framework}'
    import http from 'node:http'
    const back = ${back}
    const app = express().set('env', 'test')
    const listen = (app) => new Promise((resolve) => {
      const server = http.createServer(app).listen(0, '127.0.0.1', () => {
        resolve('http://127.0.0.1:' + server.address().port + '/')
      })
    })
    ${program}
    process.exit(0)`
  const options = { cwd: import.meta.dirname, timeout: 20_000 }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--no-warnings', '--input-type=module', '-e', text],
      options,
      (error, printed) => resolve({ code: error === null ? 0 : Number(error.code), printed }),
    )
  })
}
