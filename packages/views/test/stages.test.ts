import * as fc from 'fast-check'
import he from 'he'
import { describe, expect, it } from 'vitest'

import { analyse } from '../src/language/analyse.ts'
import { type Context, TEXT } from '../src/contexts/context.ts'
import { advance } from '../src/contexts/html-context.ts'
import { join } from '../src/contexts/join.ts'
import { draftScript } from '../src/language/draft.ts'
import { TemplateSyntaxError } from '../src/source/errors.ts'
import { escapeHtml } from '../src/escape-html.ts'
import { nearestName } from '../src/source/nearest-name.ts'
import { parse } from '../src/language/parse.ts'
import { offsetOf } from '../src/source/source-map.ts'
import { DEFAULT_DELIMITERS, tokenize } from '../src/language/tokenize.ts'
import { joinText } from '../src/transforms/join-text.ts'
import { trimWhitespace } from '../src/transforms/trim-whitespace.ts'

const sourceOf = (text: string) => ({ name: 'page.html', text })

function nodesOf(text: string, everyLine = false) {
  const tokens = tokenize(sourceOf(text))
  const nodes = parse(sourceOf(text), tokens, DEFAULT_DELIMITERS)
  return joinText(trimWhitespace(nodes, everyLine), text)
}

describe('the tokenizer', () => {
  it('cuts a text at its delimiters', () => {
    const text = 'a<%= b -%>c<%% d'
    const tokens = tokenize(sourceOf(text))
    expect(tokens.map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([
      ['text', 'a'],
      ['open escaped', '<%='],
      ['text', ' b '],
      ['close trim', '-%>'],
      ['text', 'c'],
      ['literal open', '<%%'],
      ['text', ' d'],
    ])
  })

  it('covers every character once, whatever the text', () => {
    const part = fc.constantFrom('<', '%', '>', '=', '-', '_', '#', ' ', 'a', '\n')
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('')
        let tokens
        try {
          tokens = tokenize(sourceOf(text))
        } catch {
          return // a tag that is not closed
        }
        expect(tokens.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
      }),
    )
  })
})

describe('the draft', () => {
  it('has every character of the JavaScript where the template has it', () => {
    const text = 'ab<%= c() %>d<% if (e) { -%>f<% } %>'
    const { draft } = draftScript(sourceOf(text), nodesOf(text))
    for (const code of ['c()', 'if (e) {', '}'])
      expect(draft.indexOf(code)).toBe(text.indexOf(code))
  })
})

describe('a plain path', () => {
  const text = '<% let b %><%= a.b %><%- b %>'

  it('is left out of the draft, and noted by the empty statement that stands for it', () => {
    const { draft, plainOutputs } = draftScript(sourceOf(text), nodesOf(text))
    const noted = [...plainOutputs].map(([at, { name, start }]) => [draft[at], name, text[start]])
    expect(draft.trim()).toMatch(/^;\s+let b\s+;;\s+;;$/)
    expect(noted).toEqual([
      [';', 'a', 'a'],
      [';', 'b', 'b'],
    ])
  })

  it('is read in the scope in which it stands', () => {
    const { free } = analyse(sourceOf(text), nodesOf(text))
    expect(free.map(({ name }) => name)).toEqual(['a'])
  })

  it.each([
    '<% for ( %><%= a %><% ) {} %>',
    '<% class A { %><%= a %><% } %>',
    '<% `%><%= a %><%` %>',
  ])('is refused where no statement can stand: %s', (template) => {
    expect(() => analyse(sourceOf(template), nodesOf(template))).toThrow(TemplateSyntaxError)
  })
})

describe('white space', () => {
  it.each([
    ['a <%_ b %> c', 'a', ' c'],
    ['a <% b -%>\nc', 'a ', 'c'],
    ['a <% b -%> \nc', 'a ', ' \nc'],
    ['a <% b _%> \t\r\nc', 'a ', 'c'],
    ['a\n\n <% b %> \n\n c', 'a\n\n ', ' \n\n c'],
  ])('goes where a tag asks for it: %j', (text, first, second) => {
    const texts = nodesOf(text).filter((node) => node.type === 'text')
    expect(texts.map(({ value }) => value)).toEqual([first, second])
  })

  it('goes at both ends of lines when all lines are trimmed', () => {
    const texts = nodesOf('  a \n\n <% b %>  \n\n c \n', true).filter(
      (node) => node.type === 'text',
    )
    expect(texts.map(({ value }) => value)).toEqual(['a\n', '\nc'])
  })
})

describe('free names', () => {
  it.each([
    ['a.b[c].d', 'a c'],
    ['{ const a = b; let { c, d: [e = f] } = g; a + c + e + h }', 'b f g h'],
    ['function a(b, c = d) { return a + b + c + e }', 'd e'],
    ['x.map((a) => a + b)', 'x b'],
    ['for (const a of b) { a }; a', 'b a'],
    ['for (let i = 0; i < n; i++) i', 'n'],
    ['try { a } catch (b) { b } finally { c }', 'a c'],
    ['({ a, b: c, [d]: e, f() { return g } })', 'a c d e g'],
    ['class A extends B { #p = c; static { d } m() { return A } }', 'B c d'],
    ['a: for (;;) { break a }', ''],
    ['var v = v || w', 'w'],
    ['typeof a === "b"', 'a'],
    ['`a${b}`', 'b'],
    ['a?.b?.(c)', 'a c'],
    ['(function f() { f(); arguments; new.target })()', ''],
    ['a = 1; [b, c.d] = e; ({ f } = g)', 'a b c e f g'],
    ['if (x) { function h() {} } h', 'x'],
  ])('of %s are: %s', (code, names) => {
    const text = `<% ${code} %>`
    const { free } = analyse(sourceOf(text), nodesOf(text))
    expect([...new Set(free.map(({ name }) => name))].join(' ')).toBe(names)
  })

  it('say how they are used', () => {
    const text = '<% typeof a; b = 1; c; ({ d }); e++; ({ f } = {}) %>'
    const { free } = analyse(sourceOf(text), nodesOf(text))
    expect(free.map(({ name, use }) => `${name} ${use}`)).toEqual([
      'a typeof',
      'b write',
      'c read',
      'd shorthand',
      'e update',
      'f write',
    ])
  })
})

/** Where a browser's tokenizer is behind some HTML. */
function after(html: string): Context {
  return advance(TEXT, html)
}

function brief({ mode, element, attribute, pending }: Context): string {
  return [mode, element, attribute, pending].filter(Boolean).join(' ')
}

describe('the context of a page', () => {
  it.each([
    ['', 'text'],
    ['a < b', 'text'],
    ['<', 'text <'],
    ['<a', 'tag name a'],
    ['<A ', 'tag a'],
    ['<a b', 'attribute name a b'],
    ['<a b ', 'after attribute name a b'],
    ['<a b=', 'before value a b'],
    ['<a b="', 'double quoted a b'],
    ["<a b='c", 'single quoted a b'],
    ['<a b=c', 'unquoted a b'],
    ['<a b="c"', 'tag a b'],
    ['<a b="c">', 'text'],
    ['<a/b="', 'double quoted a b'],
    ['<a =b="', 'double quoted a =b'],
    ['<a b\u00a0c="', 'double quoted a b\u00a0c'],
    ['</a b="', 'double quoted a b'],
    ['</>', 'text'],
    ['</ a', 'bogus comment'],
    ['<!--', 'text <!--'],
    ['<!-- a', 'comment'],
    ['<!-->', 'text'],
    ['<!-- --', 'comment --'],
    ['<!-- --!>', 'text'],
    ['<!doctype', 'bogus comment'],
    ['<title>', 'rcdata title'],
    ['<title></ti', 'rcdata title </ti'],
    ['<title></titles>', 'rcdata title'],
    ['<title></TITLE >', 'text'],
    ['<script>', 'script script'],
    ['<script/>', 'script script'],
    ['<script>a</script', 'script script </script'],
    ['<script>a</script\u00a0>', 'script script'],
    ['<style>', 'style style'],
    ['<svg><title>', 'text'],
    ['<svg><style>', 'text'],
    ['<svg><foreignObject><style>', 'style style'],
    ['<svg></svg><style>', 'style style'],
    ['<svg/><style>', 'style style'],
    ['<svg><p><style>', 'style style'],
    ['<svg><![CDATA[ <style> ', 'cdata'],
    ['<math><title>', 'text'],
    ['<math><mi><title>', 'rcdata title'],
    ['<plaintext><a b="', 'plaintext plaintext'],
  ])('behind %j is: %s', (html, expected) => {
    expect(brief(after(html))).toBe(expected)
  })

  it('does not depend on where a text is cut', () => {
    const bits = fc.constantFrom(
      '<',
      '>',
      '/',
      '!',
      '-',
      '"',
      "'",
      '=',
      ' ',
      'a',
      'href',
      'script',
      'style',
      'title',
      '<!--',
      '-->',
      '</',
      'svg',
      '&',
      '#',
      ';',
      'x',
      '[',
      ']',
      'onclick',
      '{',
      '(',
    )
    fc.assert(
      fc.property(fc.array(bits), fc.nat(), (parts, at) => {
        const html = parts.join('')
        const whole = after(html)
        const cut = Math.min(at % (html.length + 1), html.length)
        const twice = advance(advance(TEXT, html.slice(0, cut)), html.slice(cut))
        // Where a cut makes JavaScript uncertain, nothing can be printed: that is no disagreement.
        fc.pre(!JSON.stringify([whole, twice]).includes('"unsure"'))
        expect(twice).toEqual(whole)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['<a href="', '<a href="/x', 'start'],
    ['<a href="', '<a href="x', 'unsure'],
    ['<a href="/', '<a href="?', 'settled'],
  ])('of two URLs is the more careful one: %s and %s', (a, b, phase) => {
    expect(join(after(a), after(b))?.inner).toMatchObject({ phase })
    expect(join(after(b), after(a))?.inner).toMatchObject({ phase })
  })

  it.each([
    ['<a', '<b'],
    ['<a b="', "<a b='"],
    ['<a href="', '<a title="'],
    ['<script>"', '<script>'],
    ['<script>', '<style>'],
    ['<script>', '<script type="a/b">'],
    ['<svg>', ''],
    ['<', ''],
    ['<!-- a', 'a'],
  ])('of %j and %j is none', (a, b) => {
    expect(join(after(a), after(b))).toBeUndefined()
    expect(join(after(b), after(a))).toBeUndefined()
  })
})

describe('the escape function', () => {
  it('escapes exactly as he does, at every length', { timeout: 60_000 }, () => {
    const dense = fc.array(
      fc.constantFrom('&', '<', '>', '"', "'", '`', 'a', 'é', '\u{1f600}', '\0'),
      { maxLength: 80 },
    )
    fc.assert(
      fc.property(
        dense,
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.nat(60),
        (parts, text, times) => {
          const long = parts.join('') + text.repeat(times)
          expect(escapeHtml(long)).toBe(he.escape(long))
        },
      ),
      { numRuns: 200 },
    )
    for (const length of [63, 64, 65, 999, 1000, 1001, 5000]) {
      for (const text of ['a', '&', 'a&', `${'a'.repeat(99)}<`, `'"`]) {
        const long = text.repeat(length).slice(0, length)
        expect(escapeHtml(long)).toBe(he.escape(long))
      }
    }
  })
})

describe('the nearest name', () => {
  it.each([
    ['usr', 'user'],
    ['User', 'user'],
    ['uesr', 'user'],
    ['title_', 'title'],
    ['xyz', undefined],
  ])('to %s is %s', (name, nearest) => {
    expect(nearestName(name, ['user', 'title', 'other'])).toBe(nearest)
  })
})

describe('a place in a stack trace', () => {
  it('is nowhere before the template begins', () => {
    expect(offsetOf([{ line: 0, column: 5, offset: 9 }], 1, 1)).toBeUndefined()
    expect(offsetOf([{ line: 0, column: 5, offset: 9 }], 4, 8)).toBe(11)
  })
})
