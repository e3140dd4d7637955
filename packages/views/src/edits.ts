import type { Template } from './analyse.ts'
import { TEXT } from './contexts/context.ts'
import type { FreeName } from './free-names.ts'
import type { GenerateOptions } from './generate.ts'
import { isBodyOnly } from './layout-words.ts'
import type { Places } from './places.ts'
import { hasFallback, INHERITED, isBound } from './prologue.ts'

/** A replacement in the template's own JavaScript; `start === end` inserts. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** All that is changed in the JavaScript of a template, in order. */
export function editsOf(
  template: Template,
  options: GenerateOptions,
  places: Places,
  mark: string,
): Edit[] {
  const names = nameEdits(template, options, mark)
  if (!template.program) return names // they come in order, and there is nothing else
  const edits = [
    ...returnEdits(template, mark),
    ...includeEdits(template, options, places, mark),
    ...wordEdits(template, options, places, mark),
    ...names,
  ].toSorted((a, b) => a.start - b.start)
  return endStatementsBefore(edits, template)
}

/** EJS would return undefined: here the page ends, with what it has printed. */
function returnEdits({ returns }: Template, mark: string): Edit[] {
  return returns.flatMap(({ start, end, argument }) => {
    const afterWord = start + 'return'.length
    if (!argument) return [{ start: afterWord, end: Math.max(afterWord, end), text: ` ${mark}o;` }]
    return [
      { start: argument.start, end: argument.start, text: '(' },
      { start: argument.end, end: argument.end, text: `,${mark}o)` },
    ]
  })
}

/** Includes whose template is known call its function; others say where they print. */
function includeEdits(
  template: Template,
  { links, contexts }: GenerateOptions,
  places: Places,
  mark: string,
): Edit[] {
  const edits: Edit[] = []
  const numbers = new Map(links.map(({ include }, i) => [include, i]))
  for (const include of template.includes) {
    const { call, tag } = include
    const { start, end } = call.callee
    const i = numbers.get(include) ?? -1
    const link = links[i]
    if (link) {
      edits.push({ start, end, text: link.awaits ? `(await ${mark}i${i}` : `${mark}i${i}` })
      if (link.awaits) edits.push({ start: call.end, end: call.end, text: ')' })
      const [name] = call.arguments
      if (name) edits.push({ start: name.start, end: name.end, text: `${mark}L` })
    } else if (contexts && tag) {
      const place = places.numberOf(contexts.places.get(tag) ?? TEXT)
      edits.push({ start, end, text: `${mark}.includeAt(${place},${mark}L)` })
    }
  }
  return edits
}

/** `layout`, `block`, `append` and `prepend` become assignments and calls of our own functions. */
function wordEdits(
  template: Template,
  { contexts, blocks, layouts }: GenerateOptions,
  places: Places,
  mark: string,
): Edit[] {
  const edits: Edit[] = []
  let layout = 0
  for (const each of template.words) {
    const { word, call, name, tag, awaits } = each
    const { start, end } = call.callee
    const [first, second] = call.arguments
    if (word === 'layout') {
      // `layout('a', data)` is left as `(N = 'a', Y = data)`.
      edits.push({ start, end, text: '' })
      if (first && layouts) {
        edits.push({ start: first.start, end: first.end, text: `${mark}N=${layout++}` })
      } else if (first) {
        edits.push({ start: first.start, end: first.start, text: `${mark}N=` })
      }
      if (second) edits.push({ start: second.start, end: second.start, text: `${mark}Y=` })
      continue
    }
    const print = tag ? '' : `${mark}o+=`
    if (isBodyOnly(each)) {
      const text = `${print}(${mark}C===undefined?"":${mark}C)`
      edits.push({ start: call.start, end: call.end, text })
      continue
    }
    const place = places.numberOf(contexts?.blocks.get(call)?.place ?? TEXT)
    const wait = awaits ? 'await ' : ''
    const suffix = awaits ? 'a' : ''
    const text = blocks.defines(word, name)
      ? `${wait}${mark}D${suffix}("${word}",${place},`
      : `${print}${wait}${mark}B${suffix}("${word}",${place},`
    edits.push({ start, end: first?.start ?? call.end - 1, text })
  }
  return edits
}

/** A name without a value throws where its value is wanted, and not under `typeof`. */
function nameEdits(template: Template, options: GenerateOptions, mark: string): Edit[] {
  if (!options.bindNames) return []
  const words = new Set(template.words.map(({ call }) => call.callee.start))
  const edits: Edit[] = []
  const written = new Set<string>()
  for (const { name, use } of template.free) if (use === 'write') written.add(name)
  for (const free of template.free) {
    const { name, start, end, use } = free
    if ((use !== 'read' && use !== 'shorthand') || words.has(start)) continue
    if (!isBound(name, options) || hasFallback(name, options)) continue
    const guard = (value: string): string =>
      `(${name}===undefined?${mark}.missing("${name}",${mark}L,${mark}p=${start}):${value})`
    let text = guard(name)
    if (use === 'shorthand') text = `${name}:${text}`
    // Under `with` a function of the data is called with the data as `this`, and helpers use it.
    else if (isCallee(free) && !written.has(name) && !INHERITED.has(name))
      text = `${guard(`${mark}L`)}.${name}`
    edits.push({ start, end, text })
  }
  return edits
}

function isCallee({ parent, start }: FreeName): boolean {
  return parent.type === 'CallExpression' && parent.callee.start === start
}

/**
 * A line break ends a statement only where the next token could not go on with it. An edit that
 * begins a statement of a list may begin with `(`, which could: the end is written out before it.
 */
function endStatementsBefore(edits: readonly Edit[], { statementStarts }: Template): Edit[] {
  let last = -1
  return edits.map((edit) => {
    const isFirst = edit.start !== last
    last = edit.start
    return isFirst && statementStarts.has(edit.start) ? { ...edit, text: `;${edit.text}` } : edit
  })
}
