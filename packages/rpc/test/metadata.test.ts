import { describe, expect, it } from 'vitest'

import { Metadata } from '../src/status/metadata.ts'

describe('metadata', () => {
  it('is read without regard to case', () => {
    expect(new Metadata({ 'Trace-Id': 'abc' }).get('TRACE-ID')).toBe('abc')
  })

  it('holds several values of a name in their order', () => {
    const metadata = new Metadata({ tag: ['a', 'b'] }).append('tag', 'c')
    expect(metadata.getAll('tag')).toEqual(['a', 'b', 'c'])
  })

  it('holds bytes under a name that ends in -bin', () => {
    const metadata = new Metadata({ 'token-bin': Buffer.of(0, 255, 10) })
    expect(metadata.getBytes('token-bin')).toEqual(Buffer.of(0, 255, 10))
    expect([...metadata]).toEqual([['token-bin', Buffer.of(0, 255, 10)]])
  })

  it('of another stays as it is when the copy changes', () => {
    const metadata = new Metadata({ tag: 'a' })
    new Metadata(metadata).append('tag', 'b')
    expect(metadata.getAll('tag')).toEqual(['a'])
  })

  it.each([
    ['a name with a space', { 'a b': 'x' }],
    ['an empty name', { '': 'x' }],
    ["the protocol's own name", { 'grpc-timeout': '1S' }],
    ['a value with a line break', { a: 'x\r\nb: y' }],
    ['a value beyond ASCII', { a: 'é' }],
    ['text under a name for bytes', { 'a-bin': 'x' }],
    ['bytes under a name for text', { a: Buffer.of(1) }],
  ])('refuses %s', (_, init) => {
    expect(() => new Metadata(init)).toThrow(expect.objectContaining({ code: 'RPC_BAD_OPTION' }))
  })

  it('that was received does not show what is the protocol’s own', () => {
    const metadata = Metadata.received(
      new Map([
        ['grpc-timeout', ['1S']],
        ['tag', ['a']],
      ]),
    )
    expect([...metadata]).toEqual([['tag', 'a']])
  })
})
