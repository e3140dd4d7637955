import { describe, expect, it } from 'vitest'
import { hasSafeBrotli, openInflater } from '../../src/body/inflate.ts'

describe('the Brotli decoder of Node.js (CVE-2026-111497)', () => {
  it.each(['22.23.4', '22.23.5', '22.24.0', '24.22.1', '24.30.0', '26.12.1', '26.13.0', '28.0.0'])(
    'is safe in %s',
    (version) => {
      expect(hasSafeBrotli(version)).toBe(true)
    },
  )

  it.each([
    '18.20.8',
    '20.20.2',
    '22.23.3',
    '22.9.9',
    '23.11.0',
    '24.22.0',
    '25.9.0',
    '26.12.0',
    '',
  ])('is not in %s', (version) => {
    expect(hasSafeBrotli(version)).toBe(false)
  })
})

describe('an inflater', () => {
  it.each(['gzip', 'deflate'])('of %s opens everywhere', (coding) => {
    expect(() => openInflater(coding, true).destroy()).not.toThrow()
  })

  it.runIf(hasSafeBrotli(process.versions.node))('of br opens where it is safe', () => {
    expect(() => openInflater('br', true).destroy()).not.toThrow()
  })

  it.skipIf(hasSafeBrotli(process.versions.node))('of br does not open where it is not', () => {
    expect(() => openInflater('br', true)).toThrow('unsupported content encoding "br"')
  })

  it('of br opens where the application insists', () => {
    expect(() => openInflater('br', ['br']).destroy()).not.toThrow()
  })

  it.each([
    ['gzip', false],
    ['gzip', ['deflate']],
    ['gzip, gzip', true],
    ['x-gzip', true],
    ['__proto__', true],
    ['', true],
  ] as const)('of %j does not open when inflate is %j', (coding, inflate) => {
    expect(() => openInflater(coding, inflate)).toThrow(
      expect.objectContaining({ type: 'encoding.unsupported', status: 415, encoding: coding }),
    )
  })
})
