// oxlint-disable vitest/expect-expect -- compiling is the assertion
import { describe, expectTypeOf, it } from 'vitest'

import ejs, {
  type AsyncClientFunction,
  type AsyncTemplateFunction,
  type ClientFunction,
  type Options,
  type TemplateFunction,
} from '@tokkyu/views/ejs'

const some: Options = {}

/** Never called: there are no such files. */
function files(): void {
  expectTypeOf(ejs.renderFile('a.ejs')).toEqualTypeOf<Promise<string>>()
  expectTypeOf(ejs.renderFile('a.ejs', {}, some)).toEqualTypeOf<Promise<string>>()
  const length = ejs.renderFile('a.ejs', {}, (error, html) => {
    expectTypeOf(error).toEqualTypeOf<Error | null>()
    expectTypeOf(html).toEqualTypeOf<string>()
    return html.length
  })
  expectTypeOf(length).toEqualTypeOf<number>()
  ejs.renderFile('a.ejs', (_error, html?: string) => html)
  ejs.renderFile('a.ejs', {}, { async: true }, (_error, html) => {
    expectTypeOf(html).toEqualTypeOf<Promise<string>>()
  })
}

const escape = (text: string): string => text

/** Never called: these calls are only there not to compile. */
function mistakes(): void {
  // @ts-expect-error a template is a text
  void ejs.render(1)
  // @ts-expect-error there is no such option
  void ejs.render('', {}, { delimeter: '?' })
}

describe('the types of the EJS door', () => {
  it('make a text of a template whose options say nothing of async', () => {
    expectTypeOf(ejs.render('')).toEqualTypeOf<string>()
    expectTypeOf(ejs.render('', { a: 1 }, { delimiter: '?' })).toEqualTypeOf<string>()
    expectTypeOf(ejs.render('', null, { async: false })).toEqualTypeOf<string>()
    expectTypeOf(ejs.compile('')).toEqualTypeOf<TemplateFunction>()
    expectTypeOf(ejs.compile('')).returns.toEqualTypeOf<string>()
    expectTypeOf(ejs.compile('', { client: true })).toEqualTypeOf<ClientFunction>()
  })

  it('make a promise of one that is async', () => {
    expectTypeOf(ejs.render('', {}, { async: true })).toEqualTypeOf<Promise<string>>()
    expectTypeOf(ejs.compile('', { async: true })).toEqualTypeOf<AsyncTemplateFunction>()
    expectTypeOf(
      ejs.compile('', { async: true, client: true }),
    ).toEqualTypeOf<AsyncClientFunction>()
  })

  it('say both where the option is not known', () => {
    expectTypeOf(ejs.render('', {}, some)).toEqualTypeOf<string | Promise<string>>()
    expectTypeOf(ejs.compile('', some)).toEqualTypeOf<TemplateFunction | AsyncTemplateFunction>()
  })

  it('promise a file, or call back with its text', () => {
    expectTypeOf(files).toBeFunction()
  })

  it('take functions that annotate what they are given', () => {
    expectTypeOf({ escape, escapeFunction: escape }).toExtend<Options>()
    expectTypeOf((error: Error): never => {
      throw error
    }).toExtend<ejs.RethrowCallback>()
  })

  it('refuse what cannot be meant', () => {
    expectTypeOf(mistakes).toBeFunction()
  })
})
