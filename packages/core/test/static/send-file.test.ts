import { AsyncLocalStorage } from 'node:async_hooks'
import { chmod, symlink, truncate } from 'node:fs/promises'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sendFile } from '../../src/static/index.ts'
import type { SendFileOptions } from '../../src/types/options.ts'
import { until } from '../resources.ts'
import { fileServer, type FileServer } from './file-server.ts'

const files = { 'a.txt': 'content', 'folder/b.txt': 'b', '../secret.txt': 'secret', '.env': 'dot' }

/** A server that sends one file for every request. */
function sending(
  path: string | ((root: string) => string),
  options: (root: string) => SendFileOptions = (root) => ({ root }),
): Promise<FileServer> {
  return fileServer(
    (root) => (req, res, next) => {
      const name = typeof path === 'string' ? path : path(root)
      sendFile(req, res, name, options(root), next)
    },
    files,
  )
}

describe('sendFile', () => {
  it('sends a file below its root, and says so once it is out', async () => {
    await using server = await sending('a.txt')
    expect(await server.get('/')).toMatchObject({
      status: 200,
      body: 'content',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '7' },
    })
    expect(server.outcomes).toEqual([undefined])
  })

  it.each([
    ['a path that climbs out of the root', '../secret.txt', 403, 'PATH_FORBIDDEN'],
    ['a path that climbs within it and out', 'folder/../../secret.txt', 403, 'PATH_FORBIDDEN'],
    ['a backslash that climbs', '..\\secret.txt', 403, 'PATH_FORBIDDEN'],
    ['a NUL', 'a.txt\0.html', 400, 'PATH_MALFORMED'],
    ['a dot file', '.env', 404, 'FILE_NOT_FOUND'],
    ['what is not there', 'nothing.txt', 404, 'ENOENT'],
    ['a file taken for a folder', 'a.txt/b', 404, 'ENOTDIR'],
    ['a name too long', 'x'.repeat(300), 404, 'ENAMETOOLONG'],
    ['a folder', 'folder', undefined, 'EISDIR'],
    ['a folder without index', 'folder/', 404, 'ENOENT'],
  ])('refuses %s', async (_name, path, status, code) => {
    await using server = await sending(path)
    await server.get('/')
    expect(server.outcomes).toHaveLength(1)
    expect(server.outcomes[0]).toMatchObject({ code })
    expect((server.outcomes[0] as { status?: number }).status).toBe(status)
  })

  it.each([
    ['inside', 200],
    ['outside', 404],
  ])('answers a symbolic link that leads %s the root with %d', async (where, status) => {
    await using server = await sending('link.txt')
    await symlink(where === 'inside' ? 'a.txt' : '../secret.txt', join(server.root, 'link.txt'))
    expect((await server.get('/')).status).toBe(status)
  })

  it('takes a name as it is, percent signs and all', async () => {
    await using server = await sending('100% %2e.txt')
    await server.write({ '100% %2e.txt': 'as it is' })
    expect((await server.get('/')).body).toBe('as it is')
  })

  it('sends an absolute path without root, wherever it leads', async () => {
    await using server = await sending(
      (root) => join(root, '../secret.txt'),
      () => ({}),
    )
    expect((await server.get('/')).body).toBe('secret')
  })

  it('lets no absolute path climb', async () => {
    await using server = await sending(
      (root) => `${root}/../secret.txt`,
      () => ({}),
    )
    expect((await server.get('/')).status).toBe(403)
  })

  it('sets headers once the file is found, before its own', async () => {
    const headers = { 'Content-Type': 'text/x-own', 'X-Custom': 'set', 'Cache-Control': 'no-store' }
    await using server = await sending('a.txt', (root) => ({ root, headers }))
    expect((await server.get('/')).headers).toMatchObject({
      'content-type': 'text/x-own',
      'x-custom': 'set',
      'cache-control': 'no-store',
    })
    await using nothing = await sending('nothing', (root) => ({ root, headers }))
    expect((await nothing.get('/')).headers).not.toHaveProperty('x-custom')
  })

  it.each([
    [{ start: 2 }, 'ntent'],
    [{ start: 2, end: 3 }, 'nt'],
    [{ end: 0 }, 'c'],
    [{ end: 99 }, 'content'],
    [{ start: 99 }, ''],
    [{ start: 5, end: 2 }, ''],
  ])('sends the part from %j', async (part, body) => {
    await using server = await sending('a.txt', (root) => ({ root, ...part }))
    const reply = await server.get('/')
    expect(reply).toMatchObject({ status: 200, body })
    expect(reply.headers['content-length']).toBe(String(body.length))
  })

  it('counts ranges within the part', async () => {
    await using server = await sending('a.txt', (root) => ({ root, start: 2, end: 5 }))
    const reply = await server.get('/', { range: 'bytes=1-2' })
    expect(reply).toMatchObject({ status: 206, body: 'te' })
    expect(reply.headers['content-range']).toBe('bytes 1-2/4')
  })

  it.each([
    ['304', { 'if-none-match': '*' }, 'GET', undefined],
    ['a HEAD', {}, 'HEAD', undefined],
    ['412', { 'if-match': '"other"' }, 'GET', 'PRECONDITION_FAILED'],
    ['416', { range: 'bytes=99-' }, 'GET', 'RANGE_NOT_SATISFIABLE'],
  ])('calls back once for %s', async (_name, headers, method, code) => {
    await using server = await sending('a.txt')
    await server.get('/', headers, method)
    expect(server.outcomes).toHaveLength(1)
    expect((server.outcomes[0] as { code?: string } | undefined)?.code).toBe(code)
  })

  it('refuses options that mean nothing, at once', async () => {
    await using server = await fileServer(() => (_req, _res, next) => next())
    const attempt = (options: object) => (): void =>
      sendFile({} as IncomingMessage, {} as ServerResponse, server.root, options, () => {})
    expect(attempt({ dotfiles: 'maybe' })).toThrow(TypeError)
    expect(attempt({ symlinks: 'maybe' })).toThrow(TypeError)
    expect(attempt({ index: 3 })).toThrow(TypeError)
    expect(attempt({ maxAge: 'soon' })).toThrow(TypeError)
  })

  it('knows a client that closes with the last byte from one that leaves', async () => {
    await using server = await sending('large.bin')
    await server.write({ 'large.bin': Buffer.alloc(300_000) })
    for (let i = 0; i < 60; i++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await server.get('/')
    }
    await until(() => server.outcomes.length === 60, 'called back')
    expect(new Set(server.outcomes)).toEqual(new Set([undefined]))
  })

  it('keeps the store of an AsyncLocalStorage', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    await using server = await fileServer(
      (root) => (req, res, next) =>
        storage.run('mine', () =>
          sendFile(req, res, String(req.url).slice(1), { root }, (error) => {
            seen.push(storage.getStore())
            next(error)
          }),
        ),
      { ...files, 'large.bin': Buffer.alloc(1_000_000) },
    )
    for (const path of ['/a.txt', '/large.bin', '/nothing', '/folder']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await server.get(path)
    }
    expect(seen).toEqual(['mine', 'mine', 'mine', 'mine'])
  })
})

describe('a file that cannot be sent', () => {
  it.skipIf(process.getuid?.() === 0)('because it may not be read is 500', async () => {
    await using server = await sending('a.txt')
    await chmod(join(server.root, 'a.txt'), 0)
    expect((await server.get('/')).status).toBe(500)
    expect(server.outcomes).toEqual([expect.objectContaining({ code: 'EACCES', expose: false })])
  })

  it.skipIf(process.platform === 'win32')(
    'because it is no file and has no end is 404',
    async () => {
      await using server = await sending('zeros', (root) => ({ root, symlinks: 'follow' }))
      await symlink('/dev/zero', join(server.root, 'zeros'))
      expect((await server.get('/')).status).toBe(404)
    },
  )

  it('because headers were sent is 500', async () => {
    await using server = await fileServer(
      (root) => (req, res, next) => {
        res.write('early')
        sendFile(req, res, 'a.txt', { root }, next)
      },
      files,
    )
    await expect(server.get('/')).rejects.toThrow('aborted')
    expect(server.outcomes).toEqual([expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' })])
  })

  it('because setting its headers fails is an error, not a crash', async () => {
    await using server = await sending('a.txt', (root) => ({ root, headers: { 'x-bad': 'a\nb' } }))
    expect((await server.get('/')).status).toBe(404)
    expect(server.outcomes).toEqual([expect.objectContaining({ code: 'ERR_INVALID_CHAR' })])
  })

  it('because it became shorter ends the connection, not the answer', async () => {
    const size = 40_000_000
    await using server = await sending('large.bin')
    await server.write({ 'large.bin': Buffer.alloc(size) })
    const socket = server.dial('/')
    await once(socket, 'data')
    socket.pause()
    await truncate(join(server.root, 'large.bin'), 1000)
    let received = 0
    socket.on('data', (chunk: Buffer) => (received += chunk.length)).resume()
    await once(socket, 'close')
    expect(received).toBeLessThan(size)
    expect(server.outcomes).toEqual([expect.objectContaining({ code: 'FILE_SHRANK', status: 500 })])
  })

  it('because the client has left says ECONNABORTED, once', async () => {
    await using server = await fileServer(
      (root) => (req, res, next) => {
        res.on('close', () => sendFile(req, res, 'a.txt', { root }, next))
        req.socket.destroy()
      },
      files,
    )
    await expect(server.get('/')).rejects.toThrow('socket hang up')
    await until(() => server.outcomes.length > 0, 'called back')
    expect(server.outcomes).toEqual([
      expect.objectContaining({ code: 'ECONNABORTED', message: 'Request aborted' }),
    ])
  })
})
