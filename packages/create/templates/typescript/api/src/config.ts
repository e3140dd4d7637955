import { type Environment, readPort, readSwitch } from './environment.ts'

/** What whoever runs the API decides, by environment variables. */
export interface Config {
  /** `HOST`, the address to listen on. Without it 127.0.0.1, which only this machine reaches. */
  readonly host: string
  /** `PORT`; 3000 without it. */
  readonly port: number
  /** `BEHIND_TLS=1`: one proxy is in front of this server, and its `X-Forwarded-*` are believed. */
  readonly behindTls: boolean
}

export function readConfig(env: Environment): Config {
  return {
    host: env['HOST'] || '127.0.0.1',
    port: readPort(env, 'PORT', 3000),
    behindTls: readSwitch(env, 'BEHIND_TLS'),
  }
}
