import { readPort, readSwitch } from './environment.js'

export function readConfig(env) {
  return {
    host: env['HOST'] || '127.0.0.1',
    port: readPort(env, 'PORT', 3000),
    behindTls: readSwitch(env, 'BEHIND_TLS'),
  }
}
