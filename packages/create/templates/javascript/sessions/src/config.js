import path from 'node:path'

import { readPort, readSwitch } from './environment.js'
import { keptSecret } from './kept-secret.js'

export function readConfig(env) {
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
