import type { AnyNode } from 'acorn'

import type { Template } from '../language/analyse.ts'
import { TEXT } from '../contexts/context.ts'
import type { Edit } from './edit.ts'
import { isFunction } from '../language/walk.ts'
import type { FreeName } from '../language/free-names.ts'
import type { GenerateOptions, Link } from './program.ts'
import { isBodyOnly } from '../language/layout-words.ts'
import { isCall, type Naming } from './naming.ts'
import type { Places } from './places.ts'
import { aroundWait, handOver, suspendEdits } from './suspend.ts'
import { pageletEdits } from './pagelet-edits.ts'
import { forCalls, forReading, hasFallback, isBound, ownWords } from './prologue.ts'
import { returnEdits } from './return-edits.ts'

/** All that is changed in the JavaScript of a template, in order. */
export function editsOf(
  template: Template,
  options: GenerateOptions,
  places: Places,
  naming: Naming,
  mark: string,
): Edit[] {
  const [openReturns, closeReturns] = returnEdits(template.returns, mark)
  const { suspensions } = options
  const isStream = suspensions !== undefined
  const [openPagelets, closePagelets] = pageletEdits(template, isStream, mark)
  const [openWaits, closeWaits] = suspensions
    ? suspendEdits(template, suspensions, mark)
    : [NO_EDITS, NO_EDITS]
  // Those that begin or end together are in the order in which they are written: what is around
  // the other begins first and ends last.
  const edits = [
    ...openReturns,
    ...openPagelets,
    ...openWaits,
    ...includeEdits(template, options, places, mark),
    ...wordEdits(template, options, places, mark),
    ...nameEdits(template, options, naming, mark),
    ...closeWaits,
    ...closePagelets,
    ...closeReturns,
  ].toSorted((a, b) => a.start - b.start)
  return endStatementsBefore(edits, template)
}

const NO_EDITS: readonly Edit[] = []

/** Includes whose template is known call its function; others say where they print. */
function includeEdits(
  template: Template,
  { links, contexts, suspensions }: GenerateOptions,
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
      const [open, close] = callOf(link, `${mark}i${i}`, template, suspensions, mark)
      edits.push({ start, end, text: open })
      if (close !== '') edits.push({ start: call.end, end: call.end, text: close })
      const [name] = call.arguments
      if (name) edits.push({ start: name.start, end: name.end, text: `${mark}L` })
    } else if (contexts && tag) {
      const place = places.numberOf(contexts.places.get(tag) ?? TEXT)
      edits.push({ start, end, text: `${mark}.includeAt(${place},${mark}L)` })
    }
  }
  return edits
}

/** What a call of an include's function begins and ends with, in front of and behind its arguments. */
function callOf(
  { awaits, streams }: Link,
  name: string,
  { words }: Template,
  suspensions: GenerateOptions['suspensions'],
  mark: string,
): [open: string, close: string] {
  if (streams) return [`(${handOver(words, mark, ',')}yield*${name}(${mark}X)`, ')']
  if (!awaits) return [name, '']
  if (!suspensions) return [`(await ${name}`, ')']
  const [before, after] = aroundWait(words, mark)
  return [before + name, after]
}

/** `layout`, `block`, `append` and `prepend` become assignments and calls of our own functions. */
function wordEdits(
  template: Template,
  { contexts, blocks, layouts, suspensions }: GenerateOptions,
  places: Places,
  mark: string,
): Edit[] {
  const edits: Edit[] = []
  let layout = 0
  for (const each of template.words) {
    const { word, call, name, tag, awaits } = each
    const { start, end } = call.callee
    const [first, second] = call.arguments
    // Its pagelets make it wait.
    if (awaits && second && isFunction(second) && !second.async) {
      edits.push({ start: second.start, end: second.start, text: 'async ' })
    }
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
    const leaves = awaits && suspensions !== undefined
    // What is printed so far leaves before the content is put together in its place.
    const before = leaves ? `(${handOver(template.words, mark, ',')}` : ''
    const wait = leaves ? 'yield ' : awaits ? 'await ' : ''
    const suffix = awaits ? 'a' : ''
    const text = blocks.defines(word, name)
      ? `${before}${wait}${mark}D${suffix}("${word}",${place},`
      : `${before}${print}${wait}${mark}B${suffix}("${word}",${place},`
    edits.push({ start, end: first?.start ?? call.end - 1, text })
    if (leaves) edits.push({ start: call.end, end: call.end, text: ')' })
  }
  return edits
}

/**
 * A name without a value throws where its value is wanted, and not under `typeof`.
 *
 * The check is an assignment to the name, where the name stood: what comes before it has happened,
 * and V8 quotes an assignment by its target, so "user.each is not a function" is what it says.
 */
function nameEdits(
  template: Template,
  options: GenerateOptions,
  naming: Naming,
  mark: string,
): Edit[] {
  if (!options.bindNames) return []
  const { free } = template
  const words = ownWords(template)
  const edits: Edit[] = []
  const closing: Edit[] = []
  for (const each of free) {
    const { name, start, end, use, parent } = each
    if (words.has(start) || !isBound(name, options, naming)) continue
    if (VALUELESS.has(use)) continue
    const isCalled = isCall(each)
    // Where names are looked up, a call of one goes by the object that has it.
    if (naming.looksUp && isCalled) continue
    const isBoth = naming.alsoCalled.has(name)
    const isSure = hasFallback(name, options)
    if (isSure && !isBoth) continue
    const value = isBoth ? (isCalled ? forCalls(name, mark) : forReading(name, mark)) : name
    const missing = `${mark}.missing("${name}",${value},${mark}L,${mark}p=${start})`
    const check = isBoth
      ? `${name}=${value}${isSure ? '' : `??${missing}`}`
      : `${name}??=${missing}`
    if (use === 'update' && parent) {
      // `x++` has a value that is not assigned; all others can be an assignment once more.
      const isCounted = parent.type === 'UpdateExpression'
      const text = isCounted ? `(${check},` : `(${name}=(${check},`
      edits.push({ start: parent.start, end: parent.start, text, offset: start })
      closing.push({ start: parent.end, end: parent.end, text: isCounted ? ')' : '))' })
    } else if (parent?.type === 'VariableDeclarator' && isPattern(parent.id)) {
      // V8 quotes what is taken apart here only where it is a name.
      const text = `${mark}d${start}=${check},`
      edits.push({ start: parent.start, end: parent.start, text, offset: start })
    } else {
      edits.push({ start, end, text: `${use === 'shorthand' ? `${name}:` : ''}(${check})` })
    }
  }
  return [...edits, ...closing]
}

const VALUELESS: ReadonlySet<FreeName['use']> = new Set(['write', 'typeof', 'delete'])

function isPattern({ type }: AnyNode): boolean {
  return type === 'ObjectPattern' || type === 'ArrayPattern'
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
