import { rename, rm, truncate, utimes } from 'node:fs/promises'
import { statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveStatic } from '../../src/static/index.ts'
import { represent } from '../../src/static/representation.ts'
import { readSmallFileOptions, SmallFiles } from '../../src/static/small-files.ts'
import { fileServer } from './file-server.ts'

/** Only files that have not changed for a while are kept. */
const later = (): unknown => vi.setSystemTime(Date.now() + 60_000)
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a small file in memory', () => {
  it('is never served after it changed', async () => {
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': 'one' })
    const read = async (): Promise<string> => {
      later()
      return (await server.get('/a.txt')).body
    }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    await server.write({ 'a.txt': 'two' })
    expect([await read(), await read()]).toEqual(['two', 'two'])
    await server.write({ 'b.txt': 'six' })
    await rename(join(server.root, 'b.txt'), join(server.root, 'a.txt'))
    expect(await read()).toBe('six')
    await truncate(join(server.root, 'a.txt'), 0)
    expect(await read()).toBe('')
    await rm(join(server.root, 'a.txt'))
    expect(await read()).toBe('passed on')
  })

  it('passes on at once what is no file, and sees it when it has become one', async () => {
    await using server = await fileServer((root) => serveStatic(root))
    const turns: unknown[] = []
    const serve = serveStatic(server.root)
    const request = { method: 'GET', url: '/late.txt', headers: {} } as IncomingMessage
    serve(request, {} as ServerResponse, () => turns.push('passed on'))
    expect(turns).toEqual(['passed on'])
    expect((await server.get('/late.txt')).body).toBe('passed on')
    await server.write({ 'late.txt': 'here' })
    expect((await server.get('/late.txt')).body).toBe('here')
  })

  it('that changes to the same size at the same time is told by its change time', async () => {
    const then = new Date('2020-02-20T20:20:20Z')
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': 'one' })
    const path = join(server.root, 'a.txt')
    await utimes(path, then, then)
    later()
    expect((await server.get('/a.txt')).body).toBe('one')
    await server.write({ 'a.txt': 'two' })
    await utimes(path, then, then)
    expect((await server.get('/a.txt')).body).toBe('two')
  })

  it('has the answers of one on the disk', async () => {
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': '0123456789' })
    const { etag = '' } = (await server.get('/a.txt')).headers
    const ask = (headers: Record<string, string>, method = 'GET'): Promise<unknown> =>
      server
        .get('/a.txt', headers, method)
        .then(({ headers: { date: _date, ...kept }, ...reply }) => ({
          ...reply,
          headers: kept,
        }))
    const all = [{}, { range: 'bytes=2-4' }, { range: 'bytes=-1' }, { 'if-none-match': etag }]
    const fromDisk = await Promise.all(all.map((headers) => ask(headers)))
    later()
    await ask({})
    expect(await Promise.all(all.map((headers) => ask(headers)))).toEqual(fromDisk)
    expect(await ask({}, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })

  it('is not looked up for its folder, its extension or what has come before it', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { index: ['first.html', 'second.html'], extensions: ['html'] }),
      { 'second.html': 'second', 'page.html': 'page' },
    )
    later()
    const read = async (path: string): Promise<string> => (await server.get(path)).body
    expect([await read('/'), await read('/'), await read('/page'), await read('/page')]).toEqual([
      'second',
      'second',
      'page',
      'page',
    ])
    await server.write({ 'first.html': 'first', page: 'exact' })
    expect([await read('/'), await read('/page')]).toEqual(['first', 'exact'])
    expect([await read('/page.html/')]).toEqual(['passed on'])
  })

  it('may be trusted for a while', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { memory: { recheck: 1000 } }),
      { 'a.txt': 'one' },
    )
    later()
    await server.get('/a.txt')
    await server.write({ 'a.txt': 'two' })
    expect((await server.get('/a.txt')).body).toBe('one')
    later()
    expect((await server.get('/a.txt')).body).toBe('two')
  })

  it.each([
    { memory: { fileSize: 'many' } },
    { memory: { totalSize: -1 } },
    { memory: { recheck: Number.NaN } },
    { memory: { recheck: '1s' } },
  ])('is never kept by %j', (options) => {
    expect(() => serveStatic('/tmp', options as object)).toThrow(TypeError)
  })
})

describe('small files', () => {
  it('never take more than they may, and keep what is used', async () => {
    await using server = await fileServer(() => (_req, _res, next) => next(), {
      a: 'a'.repeat(40),
      b: 'b'.repeat(40),
      c: 'c'.repeat(40),
    })
    const files = new SmallFiles({ fileSize: 50, totalSize: 2500, recheck: 0 })
    const load = async (name: string): Promise<void> => {
      const path = join(server.root, name)
      await files.load(path, path, represent(path, statSync(path)), [])
    }
    const kept = (): string[] =>
      ['a', 'b', 'c'].filter((name) => files.get(join(server.root, name)) !== undefined)
    await load('a')
    await load('b')
    files.get(join(server.root, 'a'))
    await load('c')
    expect([files.size, kept()]).toEqual([2 * (1024 + 40), ['a', 'c']])
    await load('c')
    expect(files.size).toBe(2 * (1024 + 40))
    await server.write({ c: '' })
    expect([kept(), files.size]).toEqual([['a'], 1024 + 40])
  })

  it('make room by what was not used since room was last made', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    await using server = await fileServer(
      () => (_req, _res, next) => next(),
      Object.fromEntries(names.map((name) => [name, name])),
    )
    const files = new SmallFiles({ fileSize: 50, totalSize: 3 * 1025, recheck: 0 })
    const pathOf = (name: string): string => join(server.root, name)
    const load = (name: string) =>
      files.load(pathOf(name), pathOf(name), represent(name, statSync(pathOf(name))), [])
    for (const name of ['a', 'b', 'c']) await load(name)
    for (const name of ['a', 'b', 'c']) files.get(pathOf(name))
    await load('d') // all were used: the oldest goes, and the others need to be used again
    files.get(pathOf('b'))
    await load('e')
    expect(names.filter((name) => files.get(pathOf(name)) !== undefined)).toEqual(['b', 'd', 'e'])
  })

  it('that are larger than all may be together are not kept, and push nothing out', async () => {
    await using server = await fileServer(() => (_req, _res, next) => next(), {
      a: 'a',
      large: 'a'.repeat(40),
    })
    const files = new SmallFiles({ fileSize: 50, totalSize: 1030, recheck: 0 })
    const load = (name: string) => {
      const path = join(server.root, name)
      return files.load(path, path, represent(path, statSync(path)), [])
    }
    await load('a')
    expect(await load('large')).toMatchObject({ bytes: Buffer.from('a'.repeat(40)) })
    expect(files.size).toBe(1025)
  })

  it('may stand for another name, as a compressed one does', async () => {
    await using server = await fileServer(() => (_req, _res, next) => next(), { 'a.js.br': 'br' })
    const files = new SmallFiles({ fileSize: 50, totalSize: 2500, recheck: 0 })
    const path = join(server.root, 'a.js.br')
    await files.load(path, path, represent(join(server.root, 'a.js'), statSync(path), 'br'), [])
    expect(files.get(path)).toMatchObject({ representation: { coding: 'br' } })
  })

  it('that cannot be read are not kept', async () => {
    await using server = await fileServer(() => (_req, _res, next) => next(), { a: 'a' })
    const files = new SmallFiles({ fileSize: 50, totalSize: 100, recheck: 0 })
    const path = join(server.root, 'a')
    const representation = represent(path, statSync(path))
    await server.write({ a: 'longer' })
    expect(await files.load(path, path, representation, [])).toBeUndefined()
    await rm(path)
    expect(await files.load(path, path, representation, [])).toBeUndefined()
    expect(files.size).toBe(0)
  })

  it('are those that are small and have been so for a while', async () => {
    const files = new SmallFiles({ fileSize: 10, totalSize: 100, recheck: 0 })
    await using server = await fileServer(() => (_req, _res, next) => next(), {
      small: '1234567890',
      large: '12345678901',
    })
    const stats = (name: string): ReturnType<typeof statSync> => statSync(join(server.root, name))
    expect(files.accepts(stats('small') as never)).toBe(false)
    later()
    expect(files.accepts(stats('small') as never)).toBe(true)
    expect(files.accepts(stats('large') as never)).toBe(false)
  })

  it('take 64 kB each and 16 MB together unless told otherwise', () => {
    expect(readSmallFileOptions(undefined)).toEqual({
      fileSize: 65_536,
      totalSize: 16_777_216,
      recheck: 0,
    })
    expect(readSmallFileOptions(false)).toBeUndefined()
  })
})
