import type { CallExpression } from 'acorn'

import { faultOf, type ViewFault } from '../check/faults.ts'
import { describeContext } from '../contexts/describe.ts'
import { isFunction } from '../language/walk.ts'
import { templateFiles } from '../modules/template-files.ts'
import { type EngineOptions, resolveOptions, type ResolvedOptions } from '../options.ts'
import { codeFrame } from '../source/code-frame.ts'
import { TemplateCompileError } from '../source/errors.ts'
import { positionAt, type Source } from '../source/source.ts'
import { acceptedIn } from './accepted.ts'
import { type Audited, AuditedTemplates, type Call } from './audited-templates.ts'
import { dangerOf, type Printed, safetyOf } from './judge.ts'
import { isTextEnough } from './printed-places.ts'
import { type ValueSource, ValueSources } from './value-sources.ts'

/** A place in a template. */
export interface AuditedPlace {
  /** The template, as seen from the working directory. */
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number
}

/** A way to a template: the include or layout that names it. */
export interface AuditedCaller extends AuditedPlace {
  /** By which word. */
  readonly how: 'include' | 'layout'
  /** What it gives under the names that are printed, as it is written there. */
  readonly gives: readonly string[]
}

/** A tag that prints a value without the encoding of its place. */
export interface RawOutput extends AuditedPlace {
  /** The tag as it is written. */
  readonly tag: string
  /** Where it prints, in words; of a template that is included, there may be several. */
  readonly contexts: readonly string[]
  /** What it prints. */
  readonly sources: readonly ValueSource[]
  /** `accepted`: it is not safe, and a comment in the template says why it may be. */
  readonly verdict: 'safe' | 'accepted' | 'unsafe'
  /** Why. */
  readonly why: string
  /** What names the template. */
  readonly callers: readonly AuditedCaller[]
  /** The templates that no other one names and from which this one is reached; itself, where none names it. */
  readonly pages: readonly string[]
  /** The lines around it. */
  readonly frame: string
}

/** What was found in the templates below some folders. */
export interface ViewsAudited {
  /** In the order of the templates. */
  readonly outputs: readonly RawOutput[]
  /** Includes and layouts whose names are computed: each may lead to any template. */
  readonly computed: readonly AuditedPlace[]
  /** Templates that do not compile, of which nothing is known. */
  readonly failures: readonly ViewFault[]
}

/** Options of the engine whose templates they are; and what the audit is to trust. */
export interface AuditOptions extends EngineOptions {
  /**
   * Functions by the names that templates call them by, whose results may be printed anywhere.
   *
   * @default none
   */
  readonly trusted?: readonly string[] | undefined
}

/** Looks at all that the templates below the roots print raw. */
export function auditTemplates(given: AuditOptions): ViewsAudited {
  const { trusted = [], ...engineOptions } = given
  const options = resolveOptions(engineOptions)
  const templates = new AuditedTemplates(options)
  const failures = addAll(templates, options)
  const outputs = new Map<string, RawOutput>()
  const computed = new Map<string, AuditedPlace>()
  for (const audited of templates.all) {
    const { template } = audited.written
    const { source } = template
    for (const each of [...template.includes, ...template.words]) {
      const isOther = 'word' in each && each.word !== 'layout'
      if (each.name !== undefined || isOther) continue
      const place = placeAt(source, each.call.start)
      computed.set(keyOf(place), place)
    }
    for (const output of outputsOf(audited, options, new Set(trusted), templates)) {
      const key = keyOf(output)
      outputs.set(key, worse(outputs.get(key), output))
    }
  }
  return {
    outputs: [...outputs.values()].toSorted(byPlace),
    computed: [...computed.values()].toSorted(byPlace),
    failures,
  }
}

/** What one failure keeps from compiling is told once; a part of a page may only mean something where it is included. */
function addAll(templates: AuditedTemplates, options: ResolvedOptions): ViewFault[] {
  const failures = new Map<string, { file: string; fault: ViewFault }>()
  for (const file of templateFiles(options).names.values()) {
    try {
      templates.add(file)
    } catch (error) {
      if (!(error instanceof TemplateCompileError)) throw error
      const fault = faultOf(error)
      const key = `${keyOf(fault)}\0${fault.message}`
      if (!failures.has(key)) failures.set(key, { file, fault })
    }
  }
  const compiled = new Set(templates.all.map(({ file }) => file))
  return [...failures.values()].flatMap(({ file, fault }) => (compiled.has(file) ? [] : [fault]))
}

function* outputsOf(
  audited: Audited,
  { escapeBy, delimiters }: ResolvedOptions,
  trusted: ReadonlySet<string>,
  templates: AuditedTemplates,
): Generator<RawOutput> {
  const { written, places, blockPlaces, file } = audited
  const { template } = written
  const { source } = template
  const sources = new ValueSources(template, trusted)
  const accepted = acceptedIn(source, delimiters)
  const isWatched = escapeBy === 'context'
  const row = (
    span: { start: number; end: number },
    of: readonly ValueSource[],
    printed: Printed,
  ): RawOutput => {
    const dangers = of.flatMap((each) => dangerOf(each, printed) ?? [])
    const tag = template.nodes.findLast(({ start }) => start <= span.start)
    const reason = accepted.get(tag?.start ?? span.start)
    const isAccepted = dangers.length > 0 && reason !== undefined && reason !== ''
    const danger = `${dangers.join('; ')}${reason === '' ? '; `@raw` gives no reason' : ''}`
    return {
      ...placeAt(source, span.start),
      tag: source.text.slice(span.start, span.end),
      contexts: [printed.place ? describeContext(printed.place) : 'a place that cannot be told'],
      sources: of,
      verdict: dangers.length === 0 ? 'safe' : isAccepted ? 'accepted' : 'unsafe',
      why: dangers.length === 0 ? safetyOf(of) : isAccepted ? reason : danger,
      callers: callersOf(file, of, templates.calls),
      pages: pagesOf(file, templates),
      frame: codeFrame(source, span.start, span.end - span.start),
    }
  }
  for (const node of template.nodes) {
    if (node.type !== 'raw' && node.type !== 'escaped') continue
    const word = template.words.find(({ tag }) => tag === node)
    const place = word ? blockPlaces.get(word.call)?.place : places.get(node)
    const isRaw = node.type === 'raw'
    // What `<%= block() %>` prints is judged where the block is filled.
    const isEnough = isWatched || word !== undefined || (place && isTextEnough(place))
    if (isRaw || !isEnough) yield row(node, sources.ofTag(node), { place, isRaw, isWatched })
  }
  if (isWatched) return
  // A block's content that is a value is encoded as text wherever its layout prints it.
  for (const { word, call, tag } of template.words) {
    const [, content] = call.arguments
    if (word === 'layout' || !content || isFunction(content)) continue
    const place = blockPlaces.get(call)?.place ?? (tag && places.get(tag))
    if (place && isTextEnough(place)) continue
    yield row(call, sources.ofNode(content), { place, isRaw: false, isWatched })
  }
}

/** The same tag in two places of a page is as safe as it is in the worse one. */
function worse(before: RawOutput | undefined, output: RawOutput): RawOutput {
  if (!before) return output
  const rank = ['safe', 'accepted', 'unsafe']
  const isWorse = rank.indexOf(output.verdict) > rank.indexOf(before.verdict)
  const contexts = [...new Set([...before.contexts, ...output.contexts])]
  return { ...(isWorse ? output : before), contexts }
}

function callersOf(
  file: string,
  sources: readonly ValueSource[],
  calls: readonly Call[],
): AuditedCaller[] {
  const names = new Set(sources.flatMap((each) => each.names.map((name) => name.split('.')[0])))
  const callers = new Map<string, AuditedCaller>()
  for (const { from, to, call, how } of calls) {
    if (to !== file) continue
    const { source } = from.written.template
    const place = placeAt(source, call.start)
    callers.set(keyOf(place), { ...place, how, gives: givenBy(source, call, names) })
  }
  return [...callers.values()].toSorted(byPlace)
}

/** "html: post.body", for the names that are asked for. */
function givenBy(
  { text }: Source,
  { arguments: [, data] }: CallExpression,
  names: ReadonlySet<string | undefined>,
): string[] {
  if (data?.type !== 'ObjectExpression') return []
  return data.properties.flatMap((each) => {
    const key = each.type === 'Property' && each.key.type === 'Identifier' && each.key.name
    const isAsked = key === false || names.has(key)
    return isAsked ? [text.slice(each.start, each.end).replace(/\s+/g, ' ')] : []
  })
}

function pagesOf(file: string, { all, calls }: AuditedTemplates): string[] {
  const reaching = new Set([file])
  // A set is walked to its end, also over what is added meanwhile.
  for (const each of reaching) {
    for (const { from, to } of calls) if (to === each) reaching.add(from.file)
  }
  const named = new Set(calls.filter(({ from, to }) => from.file !== to).map(({ to }) => to))
  const pages = all.filter((each) => reaching.has(each.file) && !named.has(each.file))
  return [...new Set(pages.map(({ written }) => written.template.source.name))].toSorted()
}

function placeAt(source: Source, offset: number): AuditedPlace {
  return { path: source.name, ...positionAt(source, offset) }
}

function keyOf({ path, line, column }: AuditedPlace): string {
  return `${path}:${line}:${column}`
}

function byPlace(a: AuditedPlace, b: AuditedPlace): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1
  return a.line - b.line || a.column - b.column
}
