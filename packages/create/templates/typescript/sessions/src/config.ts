import path from 'node:path'

import { type Environment, readPort, readSwitch } from './environment.ts'
import { keptSecret } from './kept-secret.ts'

/** What whoever runs the app decides, by environment variables. */
export interface Config {
  /** `HOST`, the address to listen on. Without it 127.0.0.1, which only this machine reaches. */
  readonly host: string
  /** `PORT`; 3000 without it. */
  readonly port: number
  /**
   * `BEHIND_TLS=1`: clients come over https, through one proxy that is in front of this server and that
   * sets `X-Forwarded-For` and `X-Forwarded-Proto`. Then they are believed, and the session cookie is
   * hardened: `__Host-` and Secure, which browsers drop on plain http.
   */
  readonly behindTls: boolean
  /** `NODE_ENV=development`, as `tokkyu dev` has it: errors are its pages, with the lines that failed. */
  readonly isDevelopment: boolean
  /** `DATA_DIRECTORY`, where what outlives the process is kept; `data` without it. */
  readonly dataDirectory: string
  /** `SESSION_SECRET`, which signs the cookies. Without it one is made and kept among the data. */
  readonly sessionSecret: string
}

export function readConfig(env: Environment): Config {
  const dataDirectory = path.resolve(env['DATA_DIRECTORY'] || 'data')
  return {
    host: env['HOST'] || '127.0.0.1',
    port: readPort(env, 'PORT', 3000),
    behindTls: readSwitch(env, 'BEHIND_TLS'),
    isDevelopment: env['NODE_ENV'] === 'development',
    dataDirectory,
    sessionSecret: env['SESSION_SECRET'] || keptSecret(path.join(dataDirectory, 'session-secret')),
  }
}
