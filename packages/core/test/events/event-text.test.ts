import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventText } from '../../src/events/event-text.ts'

describe('an event on the wire', () => {
  it('is its fields, a line each, and an empty line', () => {
    expect(eventText({ event: 'price', id: 7, data: { symbol: 'TOK' }, retry: 500 })).toBe(
      'event: price\nid: 7\nretry: 500\ndata: {"symbol":"TOK"}\n\n',
    )
  })

  it('may be text alone, which is its data as it stands', () => {
    expect(eventText(' two\nlines')).toBe('data:  two\ndata: lines\n\n')
  })

  it('has data when it has a name, or browsers would not deliver it', () => {
    expect(eventText({ event: 'ping' })).toBe('event: ping\ndata\n\n')
    expect(eventText({ id: 'seen' })).toBe('id: seen\n\n')
  })

  it('may carry a comment of many lines', () => {
    expect(eventText({ comment: 'a\rb', data: 1 })).toBe(': a\n: b\ndata: 1\n\n')
  })

  it('is not ended or extended by line breaks of any kind in its data', () => {
    const pieces = fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      'data: x',
      'event: y',
      'id: z',
      ':',
      ' ',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces), (list) => {
        const data = list.join('')
        expect(parse(eventText({ event: 'e', data }))).toEqual([
          { event: 'e', data: data.replaceAll(/\r\n|\r/g, '\n') },
        ])
      }),
    )
  })

  it.each([
    { event: 'a\nb', data: 1 },
    { event: 'a\rb', data: 1 },
    { id: '1\n\ndata: forged', data: 1 },
    { id: 'a\0b', data: 1 },
    { event: 7 as never, data: 1 },
    { retry: 1.5 },
    { retry: '5\nid: x' as never },
    { data: () => 1 },
    { id: 7, name: 'a row of a table' } as never,
    7 as never,
    null as never,
  ])('cannot be made of %j', (event) => {
    expect(() => eventText(event)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })
})

/** The parser of the HTML Standard, in small. */
function parse(text: string): { event: string; data: string }[] {
  const events: { event: string; data: string }[] = []
  let event = ''
  let data: string[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') {
      if (data.length > 0) events.push({ event, data: data.join('\n') })
      event = ''
      data = []
    }
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line)!
    if (name === 'event') event = value!
    if (name === 'data') data.push(value!)
  }
  return events
}
