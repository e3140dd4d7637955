import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { buffer, text } from 'node:stream/consumers'

import { describe, expect, it } from 'vitest'

import { engineOver } from './folder.ts'
import { later } from './later.ts'

function stream(template: string, data: object = {}, signal?: AbortSignal) {
  return engineOver({ 'page.html': template }).stream('page', data, { signal })
}

describe('a streamed page', () => {
  it('is what the template prints', async () => {
    const page = stream('<p><%= name %></p>', { name: '<Ada>' })
    expect(await text(page)).toBe('<p>&lt;Ada&gt;</p>')
  })

  it('sends what is printed when the template waits', async () => {
    const name = later()
    const page = stream('<h1>Hello</h1><p><%= await name %></p>', { name: name.promise })
    const chunks = page[Symbol.asyncIterator]()
    expect(String((await chunks.next()).value)).toBe('<h1>Hello</h1><p>')
    name.resolve('Ada')
    expect(String((await chunks.next()).value)).toBe('Ada</p>')
    expect((await chunks.next()).done).toBe(true)
  })

  it('waits for a `for await`, item by item', async () => {
    const gates = [later(), later()]
    const items = async function* () {
      yield await gates[0]?.promise
      yield await gates[1]?.promise
    }
    const page = stream('<ul><% for await (const x of items()) { %><li><%= x %></li><% } %></ul>', {
      items,
    })
    const chunks = page[Symbol.asyncIterator]()
    expect(String((await chunks.next()).value)).toBe('<ul>')
    gates[0]?.resolve('a')
    expect(String((await chunks.next()).value)).toBe('<li>a</li>')
    gates[1]?.resolve('b')
    expect(String((await chunks.next()).value)).toBe('<li>b</li></ul>')
  })

  it('streams what it includes', async () => {
    const inner = later()
    const engine = engineOver({
      'page.html': '<main><%- include("part", { inner }) %></main>',
      'part.html': '<h2>Part</h2><%= await inner %>',
    })
    const chunks = engine.stream('page', { inner: inner.promise })[Symbol.asyncIterator]()
    expect(String((await chunks.next()).value)).toBe('<main><h2>Part</h2>')
    inner.resolve('done')
    expect(String((await chunks.next()).value)).toBe('done</main>')
  })

  it('streams its layout behind what it has printed itself', async () => {
    const rest = later()
    const engine = engineOver({
      'page.html': '<% layout("frame") %><p>page</p>',
      'frame.html': '<body><%- block("body") %><%= await rest %></body>',
    })
    const chunks = engine.stream('page', { rest: rest.promise })[Symbol.asyncIterator]()
    expect(String((await chunks.next()).value)).toBe('<body><p>page</p>')
    rest.resolve('rest')
    expect(String((await chunks.next()).value)).toBe('rest</body>')
  })

  it('keeps together what it prints between promises that have settled', async () => {
    const page = stream('a<%= await Promise.resolve(1) %>b<%= await Promise.resolve(2) %>c')
    const chunks: string[] = []
    for await (const chunk of page) chunks.push(String(chunk))
    expect(chunks).toEqual(['a1b2c'])
  })

  it('does not tear a character whose halves are printed apart', async () => {
    const rest = later()
    const page = stream('<%- high %><%- await low %>', { high: '\ud83d', low: rest.promise })
    const all = buffer(page)
    await delay(5)
    rest.resolve('\ude00')
    expect((await all).toString()).toBe('😀')
  })

  it.each([
    ['none', ''],
    ['all', 'Ž😀'.repeat(8000)],
    ['the first', `Ž${'a'.repeat(20_000)}`],
    ['the last', `${'a'.repeat(20_000)}😀`],
    ['some', `${'a'.repeat(9000)}Ž${'a'.repeat(9000)}€`.repeat(3)],
    ['half a', `${'a'.repeat(9000)}\uD83D${'a'.repeat(9000)}`],
  ])('is UTF-8, of the characters of a long text %s beyond ASCII', async (_which, name) => {
    const page = stream('<p><%= name %></p>', { name })
    const bytes = (await buffer(page)).toString('latin1')
    expect(bytes).toBe(Buffer.from(`<p>${name}</p>`).toString('latin1'))
  })

  it('is not confused by a name that generators do not allow', async () => {
    const page = stream('<% var yield = 1 %><%= yield %><%= await x %>', { x: Promise.resolve(2) })
    expect(await text(page)).toBe('12')
  })
})

describe('what reads a streamed page', () => {
  it('holds up the rendering', async () => {
    let rendered = 0
    const rows = (function* () {
      for (; rendered < 1000; rendered++) yield 'x'.repeat(1024)
    })()
    const page = stream('<% for (const row of rows) { %><%= row %>\n<% } %>', { rows })
    page.read(0)
    await delay(5)
    expect(rendered).toBeLessThan(40)
    expect((await text(page)).length).toBe(1000 * 1025)
    expect(rendered).toBe(1000)
  })

  it('holds up the rendering where it waits, too', async () => {
    let asked = 0
    const next = async (): Promise<string> => {
      asked++
      return 'x'.repeat(20_000)
    }
    const page = stream(
      '<%= await next() %><%= await next() %><%= await next() %><%= await next() %>',
      {
        next,
      },
    )
    page.read(0)
    await delay(5)
    expect(asked).toBeLessThan(3)
    expect((await text(page)).length).toBe(80_000)
  })

  it('ends the rendering when it leaves', async () => {
    const never = new Promise(() => {})
    let ended = ''
    const page = stream(
      '<h1>a</h1><% try { await never } catch { tell("caught") } finally { tell("finally") } tell("on") %>',
      { never, tell: (what: string) => (ended += what) },
    )
    await once(page, 'readable')
    page.destroy()
    await once(page, 'close')
    expect(ended).toBe('finally')
  })

  it('ends what a `for await` iterates when it leaves', async () => {
    let isClosed = false
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<string>>(() => {}),
        return: async () => {
          isClosed = true
          return { done: true as const, value: undefined }
        },
      }),
    }
    const page = stream('<h1>a</h1><% for await (const x of items) { %><%= x %><% } %>', { items })
    await once(page, 'readable')
    page.destroy()
    await once(page, 'close')
    expect(isClosed).toBe(true)
  })

  it('can leave from within the rendering', async () => {
    let rendered = 0
    const page = stream('<% for (let i = 0; i < 1000; i++) { %><%= row() %><% } %>', {
      row: () => {
        rendered++
        return 'x'.repeat(1024)
      },
    })
    page.on('data', () => page.destroy())
    await once(page, 'close')
    expect(rendered).toBeLessThan(40)
  })

  it('can be told to leave by a signal', async () => {
    const controller = new AbortController()
    const page = stream('<h1>a</h1><%= await x %>', { x: new Promise(() => {}) }, controller.signal)
    await once(page, 'readable')
    controller.abort()
    await expect(text(page)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('an error in a streamed page', () => {
  it('comes before any text when nothing was waited for', async () => {
    const page = stream('<h1>a</h1>\n<%= missing %>')
    const chunks: unknown[] = []
    page.on('data', (chunk) => chunks.push(chunk))
    const [error] = (await once(page, 'error')) as [Error]
    expect(error).toMatchObject({ name: 'ReferenceError', line: 2, column: 5 })
    expect(chunks).toEqual([])
  })

  it('comes before any text when what is waited for fails at once', async () => {
    const chunks: unknown[] = []
    const page = stream('<h1>a</h1><%= await x %>', { x: Promise.reject(new Error('no')) })
    page.on('data', (chunk) => chunks.push(chunk))
    const [error] = (await once(page, 'error')) as [Error]
    expect(error.message).toMatch(/page\.html:1:15[^]*no$/)
    expect(chunks).toEqual([])
  })

  it('breaks off the text that has left, and has its place', async () => {
    const x = later()
    const chunks: string[] = []
    const page = stream('<h1>a</h1>\n<p><%= await x %></p>', { x: x.promise })
    page.on('data', (chunk) => {
      chunks.push(String(chunk))
      x.reject(new Error('no'))
    })
    const [error] = (await once(page, 'error')) as [Error]
    expect(error).toMatchObject({ line: 2 })
    expect(chunks).toEqual(['<h1>a</h1>\n<p>'])
  })

  it('can be caught by the template', async () => {
    const page = stream('a<% try { await x } catch (e) { %><%= e.message %><% } %>b', {
      x: Promise.reject(new Error('no')),
    })
    expect(await text(page)).toBe('anob')
  })

  it('is that of a promise which was rejected before its turn, and no unhandled rejection', async () => {
    const slow = later()
    const page = text(
      stream('<%= await slow %><%= await no %>', {
        slow: slow.promise,
        no: Promise.reject(new Error('no')),
      }),
    )
    await delay(5)
    slow.resolve('')
    await expect(page).rejects.toThrow(/page\.html:1:22[^]*no$/)
  })

  it('is thrown at once when there is no such template', () => {
    expect(() => engineOver({}).stream('page')).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_NOT_FOUND' }),
    )
  })

  it('has the way by includes', async () => {
    const engine = engineOver({
      'page.html': '<main><%- include("part") %></main>',
      'part.html': '<% for (const x of [1]) { %><%= missing %><% } %>',
    })
    await expect(text(engine.stream('page'))).rejects.toThrow(
      /part\.html:1:33[^]*included from .*page\.html:1:11/,
    )
  })
})
