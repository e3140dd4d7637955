import { join, sep } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeAbsolutePath, safePath, safeUrlPath } from '../../src/static/safe-path.ts'

describe('the path of a URL', () => {
  it.each([
    ['/', [], true],
    ['', [], false],
    ['/a/b.txt', ['a', 'b.txt'], false],
    ['/a/b/', ['a', 'b'], true],
    ['//a///b', ['a', 'b'], false],
    ['/./a/./b', ['a', 'b'], false],
    ['/a/../b', ['b'], false],
    ['/a/..', [], false],
    ['/%61', ['a'], false],
    ['/%25', ['%'], false],
    ['/%252e%252e/a', ['%2e%2e', 'a'], false],
    ['/snow%20%E2%98%83', ['snow ☃'], false],
    ['/...', ['...'], false],
    ['/a..b', ['a..b'], false],
    ['/a;v=1/b', ['a;v=1', 'b'], false],
    ['/C:/a', ['C:', 'a'], false],
  ])('%j is %j', (path, names, isDirectory) => {
    expect(safeUrlPath(path, 'allow')).toEqual({ path: names.join(sep), isDirectory })
  })

  it.each([
    ['/..', 403],
    ['/../a', 403],
    ['/a/../../b', 403],
    ['/%2e%2e/a', 403],
    ['/%2E%2e/%2E%2E', 403],
    ['/a/..%5c..%5cb', 403],
    ['/..%5ca', 403],
    ['/..\\a', 403],
    ['/a%2fb', 404],
    ['/a%2F..%2f..', 404],
    ['/a%5cb', 404],
    ['/a\\b', 404],
    ['/%00', 400],
    ['/a.txt%00.html', 400],
    ['/%0a', 400],
    ['/%1f', 400],
    ['/%7f', 400],
    ['/%', 400],
    ['/%zz', 400],
    ['/%c0%ae%c0%ae/a', 400],
    ['/%e0%80%ae/a', 400],
    ['/%ff', 400],
  ])('%j is refused with %d', (path, status) => {
    expect(safeUrlPath(path, 'allow')).toMatchObject({ status })
  })

  it.each([
    ['/.git/config', 404, 403],
    ['/a/.env', 404, 403],
    ['/%2eenv', 404, 403],
    ['/..a', 404, 403],
  ])('%j is a dot file: ignored or denied', (path, ignored, denied) => {
    expect(safeUrlPath(path, 'ignore')).toMatchObject({ status: ignored })
    expect(safeUrlPath(path, 'deny')).toMatchObject({ status: denied })
    expect(safeUrlPath(path, 'allow')).toHaveProperty('path')
  })

  const piece = fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    '%2e',
    '%2e%2e',
    '%2f',
    '%5c',
    '\\',
    '%00',
    '%',
    '~',
  )
  it('never leads out of the root', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const safe = safeUrlPath(`/${pieces.join('/')}`, 'allow')
        const below = 'path' in safe ? safe.path : ''
        expect(join('/root', below)).toMatch(/^\/root(?:\/|$)/)
        expect(below.split(sep)).not.toContain('..')
      }),
    )
  })

  it('is read alike in the short way, which is for plain names, and in the long one', () => {
    const character = fc.constantFrom(
      'a',
      'Z',
      '9',
      '_',
      '-',
      '.',
      '/',
      '~',
      ':',
      '%',
      '\\',
      ' ',
      '\n',
      '\0',
      'é',
    )
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 8 }), (text) => {
        // A first name that is percent-encoded keeps to the long way.
        const short = safeUrlPath(`/a/${text}`, 'ignore')
        expect(short).toEqual(safeUrlPath(`/%61/${text}`, 'ignore'))
      }),
      { seed: 7, numRuns: 1000 },
    )
  })
})

describe('a path on Windows', () => {
  it.each(['a\\..\\..\\b', '..\\b', 'a/..\\../b'])('%j may not climb', (path) => {
    expect(safePath(path, 'allow', 'win32')).toMatchObject({ status: 403 })
  })

  it.each([
    'C:\\Windows',
    'C:secret.txt',
    'a.txt::$DATA',
    'a.txt:stream',
    'NUL',
    'nul.txt',
    'con',
    'COM1',
    'com¹.log',
    'LPT9.x',
    'CONIN$',
    'a.txt.',
    'a.txt ',
    'folder./a',
    '*',
    'a?',
    '\\\\?\\C:\\a',
  ])('%j means something else there', (path) => {
    expect(safePath(path, 'allow', 'win32')).toMatchObject({ status: 404 })
  })

  it.each(['console.txt', 'nullable', 'com10', 'a b', 'a.b.c'])('%j is a name', (path) => {
    expect(safePath(path, 'allow', 'win32')).toMatchObject({ path })
  })

  it('may be written with either slash', () => {
    expect(safePath('a\\b/c\\', 'allow', 'win32')).toEqual({
      path: ['a', 'b', 'c'].join(sep),
      isDirectory: true,
    })
  })
})

describe('an absolute path', () => {
  it.each(['/a/../b', '/..', '/a/..', '/a\\..\\b'])('%j may not climb', (path) => {
    expect(safeAbsolutePath(path, 'allow')).toMatchObject({ status: 403 })
  })

  it('may hold no NUL', () => {
    expect(safeAbsolutePath('/a\0.txt', 'allow')).toMatchObject({ status: 400 })
  })

  it('is looked over for dot files', () => {
    expect(safeAbsolutePath(`${sep}home${sep}.ssh${sep}id`, 'ignore')).toMatchObject({
      status: 404,
    })
    expect(safeAbsolutePath('/home/a', 'ignore')).toBeUndefined()
  })
})
