import { describe, expect, it } from 'vitest'

import { connect, createRpcServer, dnsRegistry, fileRegistry } from '../src/index.ts'
import { defaultLimits, limitsOf } from '../src/limits.ts'
import { numbers } from './numbers.ts'

const refused = (option: string): unknown =>
  expect.objectContaining({ code: 'RPC_BAD_OPTION', option })

describe('a limit that is undefined', () => {
  it('is the default, and its name is still checked', () => {
    expect(limitsOf({ streams: undefined, frameBytes: 200_000 })).toEqual({
      ...defaultLimits,
      frameBytes: 200_000,
    })
    expect(() => limitsOf({ stream: undefined } as object)).toThrow(refused('limits.stream'))
  })
})

describe('a time that no timer takes', () => {
  const times = [0, -1, Number.NaN, Infinity, 2 ** 31, '1000']

  it.each(times)('is refused as the interval of keepalive: %s', (value) => {
    const keepalive = { interval: value as number }
    expect(() => connect(numbers, 'localhost:1', { keepalive })).toThrow(
      refused('keepalive.interval'),
    )
    expect(() => createRpcServer({ keepalive })).toThrow(refused('keepalive.interval'))
  })

  it.each(times)('is refused as the timeout of keepalive: %s', (value) => {
    const keepalive = { timeout: value as number }
    expect(() => createRpcServer({ keepalive })).toThrow(refused('keepalive.timeout'))
  })

  it.each(times)('is refused as the interval of a registry: %s', (value) => {
    expect(() => dnsRegistry({ interval: value as number })).toThrow(refused('interval'))
    expect(() => fileRegistry('servers.json', value as number)).toThrow(refused('interval'))
  })
})

describe('a number that cannot be meant', () => {
  it.each([0, 65_536, 1.5, '80'])('is refused as the port of DNS: %s', (port) =>
    expect(() => dnsRegistry({ port: port as number })).toThrow(refused('port')),
  )
  it.each([0, -1, 1.5, Number.NaN])(
    'is refused as the connections of a server: %s',
    (connections) => expect(() => createRpcServer({ connections })).toThrow(refused('connections')),
  )
})
