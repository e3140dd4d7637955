import path from 'node:path'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { reportJson } from '../src/report/as-json.ts'
import { reportPage } from '../src/report/as-page.ts'
import { reportText } from '../src/report/as-text.ts'
import { codeLines } from '../src/report/code-lines.ts'
import { editorLink } from '../src/report/editor.ts'
import { faultsOf } from '../src/report/faults.ts'
import { parseStack } from '../src/report/frames.ts'
import { nearest } from '../src/report/nearest.ts'
import type { Report } from '../src/report/report.ts'
import { showFiles } from '../src/program/place.ts'
import { isSecret, maskQuery } from '../src/report/secrets.ts'
import { rowsOf, showValue } from '../src/report/show-value.ts'
import { project } from './project.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

function reportOf(error: unknown): Report {
  return { headline: '500', status: 500, faults: faultsOf(error), request: undefined, hints: [] }
}

function withStack(error: Error, ...frames: string[]): Error {
  error.stack = `${error.name}: ${error.message}\n${frames.map((frame) => `    at ${frame}`).join('\n')}`
  return error
}

describe('the stack of an error', () => {
  it('is frames, those of node and of packages told apart', () => {
    const { frames } = parseStack(
      'Error: x\n    at show (file:///app/a.js:1:2)\n    at /app/node_modules/x/y.js:3:4\n    at run (node:internal/x:5:6)\n    at async /app/b c.js:7:8',
      'x',
    )
    expect(frames.map(({ place, isForeign }) => [place?.file, place?.line, isForeign])).toEqual([
      ['/app/a.js', 1, false],
      ['/app/node_modules/x/y.js', 3, true],
      [undefined, undefined, true],
      ['/app/b c.js', 7, false],
    ])
  })

  it('has no frames that are part of the message', () => {
    const message = 'no\n    at evil (/etc/passwd:1:1)'
    const { frames } = parseStack(`Error: ${message}\n    at good (/app/a.js:1:2)`, message)
    expect(frames.map(({ text }) => text)).toEqual(['good (/app/a.js:1:2)'])
  })

  it('may be any text', () => {
    for (const stack of ['', '\n', 'at', '    at ', `    at ${'('.repeat(10_000)}`])
      expect(() => parseStack(stack, '')).not.toThrow()
  })
})

describe('the files of a change', () => {
  it('are named, from the working folder, as long as they are few', () => {
    expect(showFiles(['/app/a.js', '/b.js'], '/app')).toBe('a.js, /b.js')
    expect(showFiles(['/app/a', '/app/b', '/app/c', '/app/d', '/app/e'], '/app')).toBe(
      'a, b, c and 2 more',
    )
  })
})

describe('a module that could not be read', () => {
  const file = path.join(project({ 'app.ts': 'one\nconst x = ;' }), 'app.ts')

  it('has the place that node puts in front, and the column of its mark', () => {
    const error = new SyntaxError("Unexpected token ';'")
    error.stack = `${file}:2\nconst x = ;\n          ^\n\nSyntaxError: Unexpected token ';'\n    at compile (node:vm:1:1)`
    expect(faultsOf(error)[0]?.place).toEqual({ file, line: 2, column: 11 })
  })

  it('has the place that esbuild writes into its message, counted from 1', () => {
    const error = withStack(
      new Error(`Transform failed with 1 error:\n${file}:2:10: ERROR: Unexpected ";"`),
      'fail (/app/node_modules/esbuild/lib/main.js:1:1)',
    )
    expect(faultsOf(error)[0]?.place).toEqual({ file, line: 2, column: 11 })
  })

  it('is not looked for in a message where the author’s own line is known', () => {
    const error = withStack(new Error('/app/b.ts:2:10: ERROR: told'), 'show (/app/a.ts:1:2)')
    expect(faultsOf(error)[0]?.place).toMatchObject({ file: '/app/a.ts', line: 1 })
  })
})

describe('the author’s line', () => {
  const folder = project({
    'app.js': 'one\ntwo\n\tthree\nfour',
    '.env.js': 'SECRET=1',
    'secret.txt': 'SECRET',
    'sub/.hidden/a.js': 'SECRET',
  })
  const at = (name: string, line = 1, column = 1) =>
    codeLines({ file: path.join(folder, name), line, column }, folder)

  it('stands among its neighbours, the column marked', () => {
    expect(at('app.js', 3, 3).map(({ number, text, isFault }) => [number, text, isFault])).toEqual([
      [1, 'one', false],
      [2, 'two', false],
      [3, '\tthree', true],
      [undefined, '\t ^', false],
      [4, 'four', false],
    ])
  })

  it.each([
    ['of a file elsewhere', '/etc/hosts'],
    ['of one above', '../x.js'],
    ['of what is no source', 'secret.txt'],
    ['of what hides behind a dot', '.env.js'],
    ['of what lies in a folder that does', 'sub/.hidden/a.js'],
    ['of a file that is not there', 'nobody.js'],
    ['of a folder', 'sub'],
  ])('is not shown %s', (_, name) => {
    expect(at(name)).toEqual([])
  })

  it('is not shown when the file has none of that number', () => {
    expect(at('app.js', 9)).toEqual([])
    expect(at('app.js', 0)).toEqual([])
  })
})

describe('an error in a report', () => {
  it('comes with its causes, once each', () => {
    const first = new Error('first')
    const last = new TypeError('last', { cause: first })
    first.cause = last
    expect(faultsOf(last).map(({ role, name, message }) => [role, name, message])).toEqual([
      ['', 'TypeError', 'last'],
      ['caused by', 'Error', 'first'],
    ])
  })

  it('comes with the errors that it gathers', () => {
    const error = new AggregateError([new Error('a'), 'b'], 'all')
    expect(faultsOf(error).map(({ role, message }) => [role, message])).toEqual([
      ['', 'all'],
      ['one of several', 'a'],
      ['one of several', 'b, which is no error and has no stack'],
    ])
  })

  it('has the place of the template that it comes from', () => {
    const error = Object.assign(new Error('p.html:2:3\n> 2 | bad\n    |   ^\n\nno such thing'), {
      path: 'p.html',
      line: 2,
      column: 3,
      frame: '> 2 | bad\n    |   ^',
      includeStack: ['home.html:1:1'],
    })
    expect(faultsOf(error)[0]).toMatchObject({
      message: 'no such thing',
      place: { file: path.resolve('p.html'), line: 2, column: 3 },
      lines: [{ number: 2, text: 'bad', isFault: true }, { text: '  ^' }],
      includes: ['home.html:1:1'],
    })
  })

  it('may be anything', () => {
    const thrower = new Proxy(
      {},
      {
        get() {
          throw new Error('no')
        },
      },
    )
    const hostile = [
      thrower,
      null,
      undefined,
      Symbol('x'),
      () => {},
      10n,
      Object.create(null),
      { toString: () => { throw new Error('no') } },
      { name: {}, message: [], stack: 7, code: {}, cause: { cause: 'deep' }, errors: 'none' },
      { message: 'x'.repeat(1e6), stack: 'y'.repeat(1e6), name: 'z'.repeat(1e6) },
      { path: '/etc/passwd', line: Number.NaN, frame: '\n'.repeat(1e5), message: '' },
      { get message() { throw new Error('no') } },
    ] // prettier-ignore
    for (const error of hostile) {
      const report = reportOf(error)
      for (const form of [reportText(report), reportJson(report), reportPage(report, 'n')]) {
        expect(form).toBeTypeOf('string')
        expect(form.length).toBeLessThan(200_000)
      }
    }
  })

  it('says how many frames of others lie between', () => {
    const error = withStack(
      new Error('x'),
      'a (node:x:1:1)',
      'b (node:x:1:1)',
      'c (/app/c.js:1:1)',
      'd (node:x:1:1)',
    )
    expect(reportText(reportOf(error)).split('\n').slice(-3)).toEqual([
      '    … 2 of node and packages',
      '    at c (/app/c.js:1:1)',
      '    … 1 of node and packages',
    ])
  })
})

describe('what may be a secret', () => {
  it.each([
    'Authorization',
    'cookie',
    'set-cookie',
    'x-api-key',
    'apiKey',
    'password',
    'csrf_token',
    'accessKey',
    'client_secret',
    'sid',
    'X-Amz-Signature',
    'session',
    'key',
    'code',
  ])('is named %s', (name) => {
    expect(isSecret(name)).toBe(true)
  })

  it.each(['accept', 'host', 'keyboard', 'monkey', 'id', 'page', 'user-agent'])(
    'is not named %s',
    (name) => {
      expect(isSecret(name)).toBe(false)
    },
  )

  it('is masked in tables, however deep, and in URLs', () => {
    expect(rowsOf({ a: 1, token: 'T0P', b: { deep: [{ password: 'T0P' }] } })).toEqual([
      ['a', '1'],
      ['token', '•••'],
      ['b', "{ deep: [ { password: '•••' } ] }"],
    ])
    expect(maskQuery('/x?a=1&%74oken=T0P&key')).toBe('/x?a=1&%74oken=•••&key')
  })

  it('does not run to be shown', () => {
    const run = vi.fn<() => string>(() => 'ran')
    const value = {
      get a() {
        return run()
      },
      toString: run,
      toJSON: run,
      [Symbol.for('nodejs.util.inspect.custom')]: run,
    }
    rowsOf(value)
    rowsOf({ value })
    showValue(value)
    expect(run).not.toHaveBeenCalled()
  })
})

describe('the link to the editor', () => {
  const place = { file: '/a b/"&<x>.js', line: 3, column: 4 }

  it('is a link of its scheme, where nothing of the file’s name is left as it was', () => {
    expect(editorLink(place, 'vscode')).toBe('vscode://file/a%20b/%22%26%3Cx%3E.js:3:4')
    expect(editorLink(place, 'idea')).toBe(
      'idea://open?file=/a%20b/%22%26%3Cx%3E.js&line=3&column=4',
    )
  })

  it('may be one of the developer’s own', () => {
    expect(editorLink(place, 'my://%f?%l-%c')).toBe('my:///a%20b/%22%26%3Cx%3E.js?3-4')
  })
})

describe('the nearest names', () => {
  it('are those that differ by few letters, the nearest first', () => {
    expect(nearest('hom.html', ['home.html', 'about.html', 'hom.htm', 'x'])).toEqual([
      'home.html',
      'hom.htm',
    ])
  })
})

describe('a report as a page', () => {
  it('holds nothing from elsewhere', () => {
    const text = reportPage(reportOf(withStack(new Error('x'), 'a (/app/a.js:1:1)')), 'n')
    expect(text).not.toMatch(/(?:src|href)="(?!vscode:)|url\(|@import/)
  })
})
