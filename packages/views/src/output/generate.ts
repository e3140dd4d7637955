import type { Template } from '../language/analyse.ts'
import { editsOf } from './edits.ts'
import { Places } from './places.ts'
import { namingOf } from './naming.ts'
import { type GeneratedProgram, type GenerateOptions, programUrl, unusedMark } from './program.ts'
import { ownNames, prologue } from './prologue.ts'
import { isBodyOnly } from '../language/layout-words.ts'
import { type Segment, sourceMapUrl } from '../source/source-map.ts'
import { BodyWriter } from './write-body.ts'

/**
 * Writes the JavaScript of a render function. Only here and in the stages it calls are strings quoted.
 *
 * Lines are kept: line n of the template stands `LINES_BEFORE` lines further down, so that a stack
 * trace can be read without a source map.
 */
export function generate(template: Template, options: GenerateOptions): GeneratedProgram {
  const { suspensions } = options
  const mark = unusedMark(template.source.text)
  const places = new Places()
  const naming = namingOf(template, options)
  const edits = editsOf(template, options, places, naming, mark)
  const writer = new BodyWriter(template, options, edits, places, mark)
  const body = writer.body()
  const end = goOnWithLayout(template, options, mark)
  const code =
    `${options.strict ? '"use strict";' : ''}${writer.constants()}` +
    // In parentheses, by which V8 compiles it at once: else it is read now, and again when called.
    `return (${head(options)} template(${mark}L,${mark}C,${mark}K${suspensions ? `,${mark}X` : ''}){` +
    prologue(template, options, naming, mark) +
    `let ${mark}o="",${mark}p=0,${mark}v${suspensions ? `,${mark}w` : ''};${ownFunctions(template, options, mark)}try{` +
    (naming.looksUp ? `with(${mark}W){${ownNames(template, options, naming, mark)}` : '') +
    `\n${body}\n;${naming.looksUp ? '}' : ''}${end}}catch(${mark}e){throw ${mark}.fail(${mark}e,${mark}p)}` +
    `return ${mark}o})`
  return {
    body: code + urls(template, options, writer.segments),
    segments: writer.segments,
    mark,
    isAsync: options.isAsync,
    places: places.list,
    encoders: writer.encoders,
  }
}

function head({ isAsync, suspensions }: GenerateOptions): string {
  if (suspensions) return 'function*'
  return isAsync ? 'async function' : 'function'
}

/** Names the program, and with source maps says what it was made from. */
function urls(
  { source }: Template,
  { file, sourceMaps, suspensions }: GenerateOptions,
  segments: readonly Segment[],
): string {
  if (file === undefined) return ''
  const map = sourceMaps ? `\n//# sourceMappingURL=${sourceMapUrl(source, file, segments)}` : ''
  return `${map}\n//# sourceURL=${programUrl(file, suspensions !== undefined)}\n`
}

/** Hands what was printed to the layout, if one was chosen. */
function goOnWithLayout(
  template: Template,
  { layouts, suspensions }: GenerateOptions,
  mark: string,
): string {
  if (!template.words.some(({ word }) => word === 'layout')) return ''
  const locals = `${mark}Y===undefined?${mark}L:${mark}.merge(${mark}L,${mark}Y)`
  const blocks = `${mark}G===undefined?${mark}K:${mark}G.with(${mark}K)`
  const layout = layouts ? `${mark}y[${mark}N]` : `${mark}.layout(${mark}N)`
  if (!suspensions) return `if(${mark}N!==undefined)return ${layout}(${locals},${mark}o,${blocks});`
  return `if(${mark}N!==undefined)return yield*${layout}(${locals},${mark}o,${blocks},${mark}X);`
}

/** Variables and functions that reach into what the template has printed so far. */
function ownFunctions(template: Template, options: GenerateOptions, mark: string): string {
  const { outputFunctionName, blocks } = options
  let code = ''
  if (template.pagelets.length > 0) code += `${mark}.heed(${mark}L);`
  if (outputFunctionName !== undefined) {
    code += `var ${outputFunctionName}=(s)=>{if(s!=null)${mark}o+=s};`
  }
  const { words } = template
  if (words.some(({ word }) => word === 'layout')) code += `let ${mark}N,${mark}Y,${mark}G;`
  const calls = words.filter((call) => call.word !== 'layout' && !isBodyOnly(call))
  if (calls.length === 0) return code
  const waits = calls.some(({ awaits }) => awaits)
  // What a function prints is taken out of the page; a value stays what it is.
  const take = (wait: string): string =>
    `if(typeof f!=="function")return f;const s=${mark}o;${mark}o="";` +
    `try{${wait}f();return ${mark}.markup(${mark}o,p)}finally{${mark}o=s}`
  code += `const ${mark}S=(f,p)=>{${take('')}};`
  if (waits) code += `const ${mark}Sa=async(f,p)=>{${take('await ')}};`
  if (calls.some(({ word, name }) => blocks.defines(word, name))) {
    const add = `(${mark}G??=${mark}.blocks()).add`
    code += `const ${mark}D=(w,p,n,f)=>{${add}(w,n,${mark}S(f,p))};`
    if (waits) code += `const ${mark}Da=async(w,p,n,f)=>{${add}(w,n,await ${mark}Sa(f,p))};`
  }
  if (calls.some(({ word, name }) => !blocks.defines(word, name))) {
    const given = `${mark}C,${mark}K,n`
    const print = (part: string): string =>
      `${mark}.print(${given},p,${mark}.replaced(${given})?undefined:${part})`
    code += `const ${mark}B=(w,p,n,f)=>${print(`${mark}S(f,p)`)};`
    if (waits) code += `const ${mark}Ba=async(w,p,n,f)=>${print(`await ${mark}Sa(f,p)`)};`
  }
  return code
}
