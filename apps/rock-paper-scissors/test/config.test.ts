import { describe, expect, it } from 'vitest'

import { ConfigError, readConfig } from '../src/server/config.ts'

describe('the configuration', () => {
  it('listens on 127.0.0.1:3000 for plain http when nothing is set', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3000, behindHttps: false })
  })

  it('takes host, port, https and secret from the environment', () => {
    const sessionSecret = 's'.repeat(32)
    const env = { HOST: '::1', PORT: '0', BEHIND_HTTPS: '1', SESSION_SECRET: sessionSecret }
    expect(readConfig(env)).toEqual({ host: '::1', port: 0, behindHttps: true, sessionSecret })
  })

  it('treats empty variables as not set', () => {
    expect(readConfig({ HOST: '', PORT: '' })).toMatchObject({ host: '127.0.0.1', port: 3000 })
  })

  it('makes a new secret at each start when none is given', () => {
    expect(readConfig({}).sessionSecret).toMatch(/^[\w-]{43}$/)
    expect(readConfig({}).sessionSecret).not.toBe(readConfig({}).sessionSecret)
  })

  it.each(['65536', '-1', '80.5', '0x50', '8e3', ' 80', 'http', '99999999999'])(
    'refuses %j as a port and says what is allowed',
    (PORT) => {
      const read = (): unknown => readConfig({ PORT })
      expect(read).toThrow(ConfigError)
      expect(read).toThrow(`${JSON.stringify(PORT)} is not a whole number from 0 to 65535`)
    },
  )

  it('refuses a switch that is neither on nor off', () => {
    expect(() => readConfig({ BEHIND_HTTPS: 'yes' })).toThrow('BEHIND_HTTPS')
  })

  it('refuses a short secret without printing it', () => {
    const env = { SESSION_SECRET: 'hunter2' }
    expect(() => readConfig(env)).toThrow('it has 7 characters')
    expect(() => readConfig(env)).not.toThrow('hunter2')
  })
})
