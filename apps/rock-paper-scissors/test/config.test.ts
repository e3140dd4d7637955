import { availableParallelism } from 'node:os'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { ConfigError, readConfig } from '../src/server/config.ts'

describe('the configuration', () => {
  it('listens on 127.0.0.1:3000 for plain http when nothing is set', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3000, behindHttps: false })
  })

  it('takes host, port, https, folder and secret from the environment', () => {
    const sessionSecret = 's'.repeat(32)
    const env = {
      HOST: '::1',
      PORT: '0',
      BEHIND_HTTPS: '1',
      DATA_DIR: '/srv/game',
      RATE_LIMITS: '0',
      NODE_ENV: 'production',
    }
    const ALLOWED_HOSTS = 'Game.example, www.game.example'
    expect(readConfig({ ...env, ALLOWED_HOSTS, SESSION_SECRET: sessionSecret })).toEqual({
      host: '::1',
      port: 0,
      behindHttps: true,
      allowedHosts: ['game.example', 'www.game.example'],
      rateLimits: false,
      isProduction: true,
      dataDirectory: path.resolve('/srv/game'),
      sessionSecret,
      redisUrl: undefined,
      workers: 1,
    })
  })

  it('treats empty variables as not set', () => {
    expect(readConfig({ HOST: '', PORT: '' })).toMatchObject({ host: '127.0.0.1', port: 3000 })
  })

  it('has no secret of its own: the data directory has one', () => {
    expect(readConfig({ SESSION_SECRET: '' }).sessionSecret).toBeUndefined()
  })

  it('keeps its data in the folder of the game', () => {
    const game = path.resolve(import.meta.dirname, '..')
    expect(readConfig({}).dataDirectory).toBe(path.join(game, 'data'))
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

  it.each(['http://game.example', 'a,,b', '*.example', 'game.example:80', 'a b'])(
    'refuses %j as names of hosts',
    (ALLOWED_HOSTS) => {
      expect(() => readConfig({ ALLOWED_HOSTS })).toThrow('is no name of a host')
    },
  )

  it('refuses a short secret without printing it', () => {
    const env = { SESSION_SECRET: 'hunter2' }
    expect(() => readConfig(env)).toThrow('it has 7 characters')
    expect(() => readConfig(env)).not.toThrow('hunter2')
  })

  it('serves by one process unless there is a Redis for many', () => {
    const REDIS_URL = 'redis://127.0.0.1:6379'
    expect(readConfig({ WORKERS: '1' }).workers).toBe(1)
    expect(readConfig({ WORKERS: '3', REDIS_URL })).toMatchObject({
      workers: 3,
      redisUrl: REDIS_URL,
    })
    expect(readConfig({ WORKERS: 'max', REDIS_URL }).workers).toBe(availableParallelism())
    for (const WORKERS of ['2', 'max']) {
      expect(() => readConfig({ WORKERS })).toThrow('set REDIS_URL')
    }
  })

  it.each(['0', '-1', '1.5', 'all', '1025'])('refuses %j as a number of processes', (WORKERS) => {
    expect(() => readConfig({ WORKERS, REDIS_URL: 'redis://127.0.0.1' })).toThrow(
      `Cannot use WORKERS: ${JSON.stringify(WORKERS)} is neither max nor`,
    )
  })

  it.each(['127.0.0.1:6379', 'http://:hunter2@127.0.0.1', 'redis'])(
    'refuses %j as the address of a Redis without printing it',
    (REDIS_URL) => {
      expect(() => readConfig({ REDIS_URL })).toThrow(
        /^Cannot use REDIS_URL: it is no address such as/,
      )
      expect(() => readConfig({ REDIS_URL })).not.toThrow('hunter2')
    },
  )
})
