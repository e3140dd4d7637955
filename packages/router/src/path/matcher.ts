import { type CompiledConstraint, type Constraints, compileConstraint } from './constraints.ts'
import { parseExpress4Path } from './express4-spelling.ts'
import { foldCase } from './units.ts'
import { Params, decodeParam } from './params.ts'
import { alternativesOf } from './alternatives.ts'
import { linearRegExp } from './linear-regexp.ts'
import { parsePath } from './parse.ts'
import type { CaptureToken, FlatToken, PathToken } from './tokens.ts'
import { type Step, compileProgram } from './program.ts'
import { type Places, runProgram } from './run-program.ts'

export interface MatchOptions {
  /** Letter case counts. */
  readonly sensitive: boolean
  /** A trailing slash counts. */
  readonly strict: boolean
  /** The path is a prefix of what it matches (`use`), not the whole. */
  readonly prefix: boolean
  readonly constraints: Constraints
  /** Text paths are spelled as in Express 4. */
  readonly express4: boolean
}

export interface PathMatch {
  readonly params: Params
  /** The piece of the path that was matched. */
  readonly path: string
}

/** A path of a layer, whether written as text or as a RegExp. */
export interface PathMatcher {
  /**
   * @param path - the path of a request, still percent-encoded.
   * @throws {ParamDecodeError} status 400, when a parameter cannot be decoded.
   */
  match(path: string): PathMatch | undefined
}

export class TextPathMatcher implements PathMatcher {
  readonly path: string
  readonly tokens: readonly PathToken[]
  readonly alternatives: readonly (readonly FlatToken[])[]
  readonly options: MatchOptions
  readonly #constraints: ReadonlyMap<FlatToken, CompiledConstraint> | undefined
  /** Made when first needed: most routes are found and read without. */
  #programs: readonly Program[] | undefined = undefined

  /** @throws {PathSyntaxError} `ROUTER_BAD_PATH` */
  constructor(path: string, options: MatchOptions) {
    this.path = path
    this.options = options
    this.tokens = options.express4 ? parseExpress4Path(path) : parsePath(path)
    this.alternatives = alternativesOf(path, this.tokens)
    this.#constraints = compileConstraints(path, this.alternatives, options)
  }

  match(path: string): PathMatch | undefined {
    this.#programs ??= this.alternatives.map((flat) => this.#compile(flat))
    const text = this.options.sensitive ? path : foldCase(path)
    for (const program of this.#programs) {
      if (!mayFit(program.texts, text, this.options.prefix)) continue
      const places = placesIn(program, text)
      if (places === undefined) continue
      const params = readParams(program, path, places)
      if (params !== undefined) return { params, path: path.slice(0, places[places.length - 1]) }
    }
    return undefined
  }

  /** Says how far a path that does not match was followed, and what stopped it. */
  explainMiss(path: string): Miss {
    this.#programs ??= this.alternatives.map((flat) => this.#compile(flat))
    const text = this.options.sensitive ? path : foldCase(path)
    let furthest: Miss = { at: -1, token: undefined, isOver: false }
    for (const { steps, captures } of this.#programs) {
      const reached = { at: 0, steps: [] as number[] }
      const places = runProgram(steps, text, captures.length * 2, reached)
      if (places !== undefined) {
        // The shape fits: a function or the size of a number has turned a value down.
        const token = captures.find(({ constraint }) => constraint?.accepts !== undefined)?.token
        return { at: places[0] ?? 0, token, isOver: false }
      }
      const shared = Math.max(
        ...reached.steps.map((step) => sharedText(steps[step]!, text, reached.at)),
      )
      const at = reached.at + shared
      if (at <= furthest.at) continue
      const isInSegment = at < path.length ? path[at] !== '/' : path[at - 1] !== '/'
      const token = isInSegment
        ? reached.steps.map((step) => constrainedAt(steps, step, captures)).find(Boolean)
        : undefined
      const isEnd = (step: number) => steps[step]!.op === 'end' || steps[step]!.op === 'boundary'
      furthest = { at, token, isOver: shared === 0 && reached.steps.some(isEnd) }
    }
    return furthest
  }

  #compile(flat: readonly FlatToken[]): Program {
    const { sensitive, strict, prefix } = this.options
    const captures: Capture[] = []
    for (const token of flat) {
      if (token.type !== 'text') captures.push({ token, constraint: this.#constraints?.get(token) })
    }
    const end = { prefix, trailingSlash: prefix || !strict }
    const steps = compileProgram(flat, end, sensitive, this.#constraints)
    const regexp = linearRegExp(flat, end, sensitive)
    return { captures, steps, texts: requiredTexts(flat, sensitive), regexp }
  }
}

/** The texts that a path has to have, in this order; the first at its start, perhaps empty. */
function requiredTexts(flat: readonly FlatToken[], sensitive: boolean): string[] {
  const texts = ['']
  for (const token of flat) {
    if (token.type !== 'text') texts.push('')
    else texts[texts.length - 1] += sensitive ? token.value : foldCase(token.value)
  }
  return texts
}

/** Turns most of what does not match away before anything is tried. */
function mayFit(texts: readonly string[], text: string, isPrefix: boolean): boolean {
  const [first] = texts
  if (!text.startsWith(first!)) return false
  let at = first!.length
  for (let index = 1; index < texts.length; index++) {
    const wanted = texts[index]!
    // At least one unit between them is for a capture.
    const found = text.indexOf(wanted, at + 1)
    if (found === -1) return false
    at = found + wanted.length
  }
  if (isPrefix || texts.length === 1) return true
  const last = texts[texts.length - 1]!
  return text.endsWith(last) || (text.endsWith('/') && text.endsWith(last, text.length - 1))
}

function placesIn({ regexp, steps, texts, captures }: Program, text: string): Places | undefined {
  if (regexp === undefined) return runProgram(steps, text, captures.length * 2)
  const found = regexp.exec(text)
  if (found === null) return undefined
  const places = new Int32Array(captures.length * 2 + 1)
  let at = 0
  for (let index = 0; index < captures.length; index++) {
    at += texts[index]!.length
    places[index * 2] = at
    at += found[index + 1]!.length
    places[index * 2 + 1] = at
  }
  places[captures.length * 2] = found[0].length
  return places
}

/** Why a path does not match. */
export interface Miss {
  /** As far as anything of the path could be followed, in units. */
  readonly at: number
  /** The capture whose constraint failed there. */
  readonly token: CaptureToken | undefined
  /** All of the pattern was there, and the path went on. */
  readonly isOver: boolean
}

/** How much of a text that does not stand at a place begins there. */
function sharedText(step: Step, text: string, at: number): number {
  if (step.op !== 'text') return 0
  let length = 0
  while (length < step.text.length && step.text[length] === text[at + length]) length++
  return length
}

/** @returns the constrained capture that a step is a part of. */
function constrainedAt(
  steps: readonly Step[],
  index: number,
  captures: readonly Capture[],
): CaptureToken | undefined {
  const saved = steps.slice(0, index).findLast((step) => step.op === 'save')
  const { op } = steps[index]!
  if (saved === undefined || saved.slot % 2 === 1) return undefined
  if (op !== 'class' && op !== 'run') return undefined
  const capture = captures[saved.slot / 2]
  return capture?.constraint === undefined ? undefined : capture.token
}

function compileConstraints(
  path: string,
  alternatives: readonly (readonly FlatToken[])[],
  { constraints: own, sensitive }: MatchOptions,
): ReadonlyMap<FlatToken, CompiledConstraint> | undefined {
  let compiled: Map<FlatToken, CompiledConstraint> | undefined
  for (const flat of alternatives) {
    for (const token of flat) {
      if (token.type !== 'param' || token.constraint === undefined) continue
      compiled ??= new Map()
      if (compiled.has(token)) continue
      compiled.set(token, compileConstraint(path, token.constraint, own, sensitive))
    }
  }
  return compiled
}

interface Capture {
  readonly token: CaptureToken
  readonly constraint: CompiledConstraint | undefined
}

interface Program {
  readonly captures: readonly Capture[]
  readonly steps: readonly Step[]
  /** Before, between and behind the captures; the first and the last perhaps empty. */
  readonly texts: readonly string[]
  /** Does what the steps do, where that is safe. */
  readonly regexp: RegExp | undefined
}

/** @returns undefined when a constraint turns a value down. */
function readParams({ captures }: Program, path: string, places: Places): Params | undefined {
  const params = new Params()
  for (const [index, { token, constraint }] of captures.entries()) {
    const raw = path.slice(places[index * 2], places[index * 2 + 1])
    if (token.type === 'splat' && token.asText !== true) {
      params[token.name] = raw.split('/').map((part) => decodeParam(token.name, part))
      continue
    }
    const value = decodeParam(token.name, raw)
    if (constraint?.accepts?.(value) === false) return undefined
    params[token.name] = constraint?.isNumber === true ? Number(value) : value
  }
  return params
}

/** RegExp paths run as V8 runs them: their cost is their author's. */
export class RegExpPathMatcher implements PathMatcher {
  readonly regexp: RegExp
  readonly #names: readonly string[]

  constructor(regexp: RegExp) {
    this.regexp = regexp
    this.#names = captureNames(regexp)
  }

  match(path: string): PathMatch | undefined {
    const found = this.regexp.exec(path)
    if (found === null) return undefined
    const params = new Params()
    for (let index = 1; index < found.length; index++) {
      const value = found[index]
      const name = this.#names[index - 1] ?? String(index - 1)
      if (value !== undefined) params[name] = decodeParam(name, value)
    }
    return { params, path: found[0] }
  }
}

/** Named groups by their name; the others are counted from 0, not counting the named ones. */
function captureNames({ source }: RegExp): string[] {
  let count = 0
  const names: string[] = []
  for (const [, name] of source.matchAll(/\((?:\?<(.*?)>)?(?!\?)/g)) {
    names.push(name ?? String(count++))
  }
  return names
}
