import { describe, expect, it } from 'vitest'
import { readText } from '../src/read-text.ts'

const options = {
  delimiters: { open: '<', mark: '%', close: '>' },
  rmWhitespace: false,
  words: 'layout words',
} as const

function read(text: string, name = 'a.html', more: object = {}) {
  return readText({ name, text }, { ...options, ...more })
}

describe('what a text was found to mean', () => {
  it('is remembered when the text comes again, and then for every file that has it', () => {
    const text = '<% if (a.b) { %>x<% } %> remembered'
    const once = read(text, 'once.html')
    const again = read(text, 'again.html')
    const other = read(text, 'other.html')
    expect(again.program).not.toBe(once.program)
    expect(other.program).toBe(again.program)
    expect(other.source.name).toBe('other.html')
  })

  it('is another for other delimiters, other white space and another language', () => {
    const text = '<% layout("x") %>\n   [? a.b() ?]   \n   <% a.b() %>'
    for (let times = 0; times < 3; times++) {
      expect(read(text).words).toHaveLength(1)
      expect(read(text, 'a.html', { words: 'no words' }).words).toHaveLength(0)
      expect(read(text, 'a.html', { rmWhitespace: true }).nodes).not.toEqual(read(text).nodes)
      const delimiters = { open: '[', mark: '?', close: ']' }
      expect(read(text, 'a.html', { delimiters }).nodes).not.toEqual(read(text).nodes)
    }
  })

  it('is not remembered where there is an error, which names the file that was asked for', () => {
    const text = '<% if (a { %>'
    for (const name of ['one.html', 'two.html', 'three.html']) {
      expect(() => read(text, name)).toThrow(new RegExp(name))
    }
  })

  it('is forgotten for others, so that it takes a bounded amount of memory', () => {
    const text = '<% a.b() %> forgotten'
    read(text)
    const kept = read(text).program
    expect(read(text).program).toBe(kept)
    for (let number = 0; number < 100; number++) read(`<% a.b() %> ${number}`)
    expect(read(text).program).not.toBe(kept)

    const long = `<% a.b() %>${'x'.repeat(500_000)}`
    read(long)
    const second = read(long).program
    expect(read(long).program).not.toBe(second)
  })
})
