import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { createEngine, type EngineOptions } from '@tokkyu/views'
import { afterAll, describe, expect, it } from 'vitest'

import { folder } from './folder.ts'

const top = realpathSync(
  folder({
    'secret.html': 'secret',
    'elsewhere/there.html': 'secret',
    'shared/nav.html': 'nav',
    'views/page.html': '<%- include(name) %>',
    'views/parts/page.html': '<%- include(name) %>',
    'views/parts/deep/page.html': '<%- include(name) %>',
  }),
)
symlinkSync(path.join(top, 'elsewhere'), path.join(top, 'views/out'))
symlinkSync(path.join(top, 'secret.html'), path.join(top, 'views/link.html'))
symlinkSync(path.join(top, 'views'), path.join(top, 'alias'))
symlinkSync('../elsewhere/nothing.html', path.join(top, 'views/dangling.html'))
symlinkSync('nothing.html', path.join(top, 'views/inner.html'))
symlinkSync('round.html', path.join(top, 'views/round.html'))
afterAll(() => rmSync(top, { recursive: true }))

/** What is said of an include in one of the pages, without the place in it. */
function said(page: string, name: unknown, options: EngineOptions = {}): string {
  const engine = createEngine({ roots: path.join(top, 'views'), ...options })
  try {
    void engine.render(page, { name })
  } catch (error) {
    const reason = (error as Error).message.split('\n\n')[1] ?? ''
    return reason.replaceAll(`${top}/`, '').replace(/\n {4}included from [^]*/, '')
  }
  throw new Error('nothing was thrown')
}

describe('the name of a template that is not there', () => {
  it('is told with each folder once, and the file that was looked for', () => {
    expect(said('page', 'nav')).toBe(
      'Could not find the template "nav": looked in "views" for "nav.html"',
    )
    expect(said('parts/page', 'nav')).toBe(
      'Could not find the template "nav": looked in "views/parts", "views" for "nav.html"',
    )
    expect(said('parts/page', '/nav.html')).toBe(
      'Could not find the template "/nav.html": looked in "views"',
    )
    const roots = [path.join(top, 'alias'), path.join(top, 'shared'), path.join(top, 'views')]
    expect(said('page', 'x', { roots })).toBe(
      'Could not find the template "x": looked in "views", "shared" for "x.html"',
    )
  })

  it('may go up as long as it stays inside of the roots', () => {
    expect(said('parts/page', '../nav')).toBe(
      'Could not find the template "../nav": looked in "views/parts" for "../nav.html"',
    )
    expect(said('parts/deep/page', '../nav')).toBe(
      'Could not find the template "../nav": looked in "views/parts/deep" for "../nav.html"',
    )
  })

  it('may do so below a root that is a link', () => {
    expect(said('parts/page', '../nav', { roots: path.join(top, 'alias') })).toBe(
      'Could not find the template "../nav": looked in "views/parts" for "../nav.html"',
    )
  })

  it('is not refused for a root that does not exist', () => {
    const engine = createEngine({ roots: path.join(top, 'nowhere') })
    expect(() => engine.render('x')).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_NOT_FOUND', template: 'x', file: 'x.html' }),
    )
  })

  it.each(['inner', 'round'])('may be a link that leads nowhere: %s', (name) => {
    expect(said('page', name)).toMatch(/^Could not find the template/)
  })

  // A look at the disk for each part would take minutes.
  it.each(['x/'.repeat(100_000), '../parts/'.repeat(100_000), '/x'.repeat(100_000)])(
    'may have any number of parts',
    (name) => {
      expect(() => createEngine({ roots: path.join(top, 'views') }).render(`${name}x`)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/NOT_FOUND|OUTSIDE_ROOTS/) }),
      )
    },
  )

  it('is told to Express with the folder of the file', () => {
    const engine = createEngine({ roots: path.join(top, 'views') })
    engine.express(path.join(top, 'views/parts/none.html'), {}, (error) => {
      expect(error).toMatchObject({
        code: 'TEMPLATE_NOT_FOUND',
        searched: [path.join(top, 'views/parts')],
      })
    })
  })
})

describe('a name that leads out of the roots', () => {
  it.each([
    ['page', '../secret'],
    ['page', '../nothing'],
    ['parts/page', '../../secret'],
    ['parts/page', '../../nothing'],
    ['page', '/../secret'],
    ['page', 'link'],
    ['page', 'out/there'],
    ['page', 'out/nothing'],
    ['page', 'dangling'],
    ['parts/page', '/out/nothing'],
    ['page', 'a\0'],
  ])('is refused from %s, be a file there or not: %j', (page, name) => {
    expect(said(page, name)).toBe(
      `Refused the template ${JSON.stringify(name)}: it is not a file under "views"`,
    )
  })

  it('is told with each root once', () => {
    const views = path.join(top, 'views')
    expect(said('page', '../secret', { roots: [views, views] })).toBe(
      'Refused the template "../secret": it is not a file under "views"',
    )
  })

  it('does not tell which files are there', () => {
    const before = said('parts/page', '../../later')
    writeFileSync(path.join(top, 'later.html'), 'x')
    mkdirSync(path.join(top, 'elsewhere/later'))
    expect(said('parts/page', '../../later')).toBe(before)
    expect(said('page', 'out/later/x').replace('out/later/x', '')).toBe(
      said('page', 'out/never/x').replace('out/never/x', ''),
    )
  })
})

describe('a name that is none', () => {
  it.each([
    ['', 'empty'],
    [undefined, 'undefined'],
    [null, 'null'],
    [5, 'number'],
    [{ toString: () => 'parts/page' }, 'object'],
  ])('is said to be so: %j', (name, what) => {
    expect(said('page', name)).toBe(
      `The name of a template must be a text that is not empty, and this one is ${what}`,
    )
  })
})
