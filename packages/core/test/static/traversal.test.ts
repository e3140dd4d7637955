import { link, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { serveStatic, type StaticOptions } from '../../src/static/index.ts'
import { fileServer, type FileServer } from './file-server.ts'

const SECRET = 'the secret'

const files = {
  'index.html': 'index',
  'a.txt': 'public',
  'folder/b.txt': 'public',
  'folder/.env': SECRET,
  '.git/config': SECRET,
  '../secret.txt': SECRET,
  '../public-secrets/secret.txt': SECRET,
  '../publicity.txt': SECRET,
}

let server: FileServer

async function serve(options?: StaticOptions): Promise<FileServer> {
  const made = await fileServer((root) => serveStatic(root, options), files)
  const linkTo = (target: string, name: string): Promise<void> =>
    symlink(target, join(made.root, name))
  await linkTo('../secret.txt', 'link.txt')
  await linkTo(join(made.root, '../secret.txt'), 'absolute-link.txt')
  await linkTo('..', 'up')
  await linkTo('../public-secrets', 'sibling')
  await linkTo('link.txt', 'link-to-link.txt')
  await linkTo('a.txt', 'fine.txt')
  await linkTo('folder', 'fine')
  await linkTo('loop', 'loop')
  return made
}

beforeAll(async () => {
  server = await serve()
  // As if the files had been there for a while: only such files are kept in memory.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
})
afterAll(async () => {
  vi.useRealTimers()
  await server[Symbol.asyncDispose]()
})

const forms = [
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/..%2Fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/.%2e/secret.txt',
  '/%252e%252e/secret.txt',
  '/%252e%252e%252fsecret.txt',
  '/folder/../../secret.txt',
  '/folder/%2e%2e/%2e%2e/secret.txt',
  '/folder/..%2f..%2fsecret.txt',
  '/./../secret.txt',
  '//../secret.txt',
  '/..//secret.txt',
  '/.../secret.txt',
  '/..;/secret.txt',
  '/../public/../secret.txt',
  '/../public-secrets/secret.txt',
  '/../publicity.txt',
  '/..%00/secret.txt',
  '/a.txt%00/../../secret.txt',
  '/%c0%ae%c0%ae/secret.txt',
  '/%c0%ae%c0%ae%c0%afsecret.txt',
  '/%e0%80%ae%e0%80%ae/secret.txt',
  '/%uff0e%uff0e/secret.txt',
  '/．．/secret.txt',
  '/%ef%bc%8e%ef%bc%8e/secret.txt',
  '/..%c0%afsecret.txt',
  '/..%0d%0a/secret.txt',
  'http://a.test/../secret.txt',
  'http://a.test/%2e%2e/secret.txt',
  'http:////../secret.txt',
  '/?/../secret.txt',
  '/#/../secret.txt',
  '/.git/config',
  '/%2egit/config',
  '/.git%2fconfig',
  '/folder/.env',
  '/folder/%2eenv',
  '/./.git/config',
  '/folder/../.git/config',
  '/link.txt',
  '/absolute-link.txt',
  '/link-to-link.txt',
  '/up/secret.txt',
  '/up/public-secrets/secret.txt',
  '/sibling/secret.txt',
  '/sibling',
  '/up',
  '/loop',
  '/fine/../../secret.txt',
]

describe('a path that means to leave the root', () => {
  it.each(forms)('%s gets nothing', async (path) => {
    const safe = encodeNonAscii(path)
    const [once, twice, head] = [
      await server.get(safe),
      await server.get(safe),
      await server.get(safe, {}, 'HEAD'),
    ]
    for (const reply of [once, twice]) expect(reply.body).not.toContain(SECRET)
    expect(head.headers['content-length'] ?? '').not.toBe(String(SECRET.length))
    expect(once.headers.location ?? '').toBe('')
  })

  it('gets nothing however its pieces are put together', async () => {
    const piece = fc.constantFrom(
      ...'.. . %2e %2e%2e %2f %5c \\ folder up sibling public secret.txt .git'.split(' '),
      ...' config .env link.txt %00 ; ? %252e'.split(' '),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 7 }), async (pieces) => {
        const { body } = await server.get(`/${pieces.join('/')}`)
        expect(body).not.toContain(SECRET)
      }),
      { numRuns: 300 },
    )
  })
})

/** Node's client refuses such characters in a path; a hostile one sends the bytes. */
function encodeNonAscii(path: string): string {
  return path.replaceAll(/[^\x20-\x7e]/g, (sign) => Buffer.from(sign).toString('latin1'))
}

describe('a symbolic link', () => {
  it.each(['/fine.txt', '/fine/b.txt'])('that stays inside is served: %s', async (path) => {
    expect(await server.get(path)).toMatchObject({ status: 200, body: 'public' })
  })

  it('that leaves the root is served on request', async () => {
    await using follows = await serve({ symlinks: 'follow' })
    expect(await follows.get('/link.txt')).toMatchObject({ status: 200, body: SECRET })
    expect((await follows.get('/../secret.txt')).body).not.toContain(SECRET)
  })

  it('that takes the place of a file in memory is seen', async () => {
    await using own = await serve()
    expect((await own.get('/a.txt')).body).toBe('public')
    await rm(join(own.root, 'a.txt'))
    await symlink('../secret.txt', join(own.root, 'a.txt'))
    expect(await own.get('/a.txt')).toMatchObject({ status: 404 })
  })

  it('that takes the place of a folder above a file in memory is seen', async () => {
    await using own = await serve()
    expect((await own.get('/folder/b.txt')).body).toBe('public')
    await rename(join(own.root, 'folder'), join(own.root, 'old'))
    await mkdir(join(own.root, '../elsewhere'))
    await own.write({ '../elsewhere/b.txt': SECRET })
    await symlink('../elsewhere', join(own.root, 'folder'))
    expect(await own.get('/folder/b.txt')).toMatchObject({ status: 404 })
  })

  it('as the root is followed, also when it points somewhere else', async () => {
    await using own = await fileServer((root) => serveStatic(join(root, 'current')), {
      '1/a.txt': 'one',
      '2/a.txt': 'two',
    })
    await symlink('1', join(own.root, 'current'))
    expect((await own.get('/a.txt')).body).toBe('one')
    await symlink('2', join(own.root, 'next'))
    await rename(join(own.root, 'next'), join(own.root, 'current'))
    expect((await own.get('/a.txt')).body).toBe('two')
  })

  it('is no concern of a hard link', async () => {
    await using own = await serve()
    await link(join(own.root, 'a.txt'), join(own.root, 'hard.txt'))
    expect((await own.get('/hard.txt')).body).toBe('public')
  })
})

describe('without fallthrough', () => {
  it.each([
    ['/../secret.txt', 403],
    ['/a%2fb', 404],
    ['/a%5cb', 404],
    ['/%00', 400],
    ['/link.txt', 404],
    ['/.git/config', 404],
    ['/up', 404],
  ])('%s is answered %d, and nothing is told of the disk', async (path, status) => {
    await using own = await serve({ fallthrough: false })
    const reply = await own.get(path)
    expect(reply.status).toBe(status)
    expect(own.outcomes).toEqual([expect.objectContaining({ status })])
    const [error] = own.outcomes as [Error & { expose: boolean }]
    expect(error.expose && error.message.includes(own.root)).toBe(false)
  })
})
