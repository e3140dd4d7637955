import type { Template } from './language/analyse.ts'
import { checkWords } from './language/check-words.ts'
import { describeContext } from './contexts/describe.ts'
import { type Context, TEXT } from './contexts/context.ts'
import { contextKey, join, sameContext } from './contexts/join.ts'
import { TemplateContextError, TemplateSyntaxError } from './source/errors.ts'
import { generate } from './output/generate.ts'
import type { GeneratedProgram, GenerateOptions, Link } from './output/program.ts'
import {
  instantiate,
  instantiateStream,
  type RenderFunction,
  type StreamFunction,
} from './output/instantiate.ts'
import type { LayoutBlocks } from './transforms/layout-blocks.ts'
import { blocksOf, linkIncludes, linkLayouts, type Linkable, type Linker } from './link.ts'
import type { Runtime } from './output/runtime.ts'
import { inOnePiece, renderLinked, streamLinked } from './output/linked.ts'
import type { Segment } from './source/source-map.ts'
import type { IncludeCall } from './language/structure.ts'
import { suspensionsOf } from './language/suspensions.ts'
import type { Source } from './source/source.ts'
import type { Delimiters } from './language/tokenize.ts'
import { readText } from './read-text.ts'
import { type Contexts, escapeByContext } from './transforms/escape-by-context.ts'
import { checkPageletPlaces } from './transforms/pagelet-places.ts'

export interface CompileOptions extends Pick<
  GenerateOptions,
  'localsName' | 'strict' | 'helpers' | 'file' | 'sourceMaps'
> {
  readonly delimiters: Delimiters
  readonly rmWhitespace: boolean
  /** @default false */
  readonly forBrowser?: GenerateOptions['forBrowser']
  /** Where the template prints: the text of a page, or the place of an include. */
  readonly context: Context
  readonly escapeBy: 'context' | 'html'
  /** Told before the includes are linked, one of which may lead back here. */
  readonly onAnalysed: (template: Template) => void
}

export interface Compiled extends Linkable {
  /** Where the parts of the program come from. */
  readonly segments: readonly Segment[]
  /** Names that a misspelt one may have meant. */
  readonly names: ReadonlySet<string>
  readonly render: RenderFunction
}

/** What all outputs are made from: a template, the templates that it calls, and how it is written. */
interface Tree<Target extends Linkable> extends Linkable {
  readonly template: Template
  readonly settings: GenerateOptions
  readonly links: readonly Link<Target>[]
  /** Undefined when a name is only known at run time. */
  readonly layouts: readonly Target[] | undefined
}

/** A program, and the templates that it calls. */
export interface Written<Target extends Linkable> extends Tree<Target> {
  readonly program: GeneratedProgram
}

/** The pipeline: text in, render function out. */
export function compile(
  source: Source,
  options: CompileOptions,
  runtime: Runtime,
  link: Linker<Compiled>,
): Compiled {
  const written = write(source, options, link)
  const { template, program, links, layouts, isAsync, blocks, barePagelet } = written
  const renders = layouts?.map(({ render }) => render)
  const linked = links.map(({ include, target }) => renderLinked(target.render, takesData(include)))
  return {
    render: checked(source, () => instantiate(program, runtime, linked, renders)),
    segments: program.segments,
    names: template.declared,
    isAsync,
    blocks,
    barePagelet,
  }
}

/** The same for a page that is rendered while it is read. */
export interface CompiledStream extends Pick<Compiled, 'segments' | 'names'> {
  readonly render: StreamFunction
  /** Whether it has places at which it can be left; included, it is a text like any other without. */
  readonly suspends: boolean
}

/** A template that one in a stream names. */
export interface StreamTarget extends Linkable {
  readonly render: RenderFunction
  /** Compiled when it is first asked for. */
  stream(): CompiledStream
}

/**
 * The pipeline with its other end: text in, a function out that can be left and gone on with.
 *
 * @param whole - renders the same template at once.
 */
export function compileStream(
  source: Source,
  options: CompileOptions,
  runtime: Omit<Runtime, 'layout'>,
  link: Linker<StreamTarget>,
  whole: RenderFunction,
): CompiledStream {
  const { template, program, links, layouts } = writeStream(source, options, link)
  const names = template.declared
  if (!program) return { render: inOnePiece(whole), segments: [], names, suspends: false }
  const isLayouts = template.words.some(({ word }) => word === 'layout')
  const linked = links.map(({ include, target, streams: isStreamed }) =>
    isStreamed
      ? streamLinked(target.stream().render, takesData(include), isLayouts)
      : renderLinked(target.render, takesData(include)),
  )
  const renders = layouts?.map((layout) => layout.stream().render)
  return {
    render: checked(source, () => instantiateStream(program, runtime, linked, renders ?? [])),
    segments: program.segments,
    names,
    suspends: true,
  }
}

/** What must be known of a template that one in a stream names, to write that one. */
export interface Suspending extends Linkable {
  stream(): { readonly suspends: boolean }
}

/** A program that can be left, and the templates that it calls; none for a template that has no such place. */
export interface WrittenStream<Target extends Suspending> extends Tree<Target> {
  readonly program: GeneratedProgram | undefined
}

/** The pipeline up to the text of a program that can be left. */
export function writeStream<Target extends Suspending>(
  source: Source,
  options: CompileOptions,
  link: Linker<Target>,
): WrittenStream<Target> {
  const tree = readTree(source, options, link)
  const { template, settings } = tree
  const suspensions = suspensionsOf(template)
  const links = tree.links.map((each) => ({ ...each, streams: streams(each) }))
  const suspends =
    suspensions.isSomewhere ||
    template.pagelets.length > 0 ||
    template.words.some(({ word, awaits }) => word === 'layout' || awaits) ||
    links.some((each) => each.streams || each.awaits)
  if (!suspends || suspensions.namesYield) return { ...tree, links, program: undefined }
  return { ...tree, links, program: generate(template, { ...settings, links, suspensions }) }
}

/** An include is printed piece by piece where nothing is done with its text but printing it. */
function streams({ include: { tag, isTopLevel }, target }: Link<Suspending>): boolean {
  return tag !== undefined && isTopLevel && target.stream().suspends
}

export function takesData({ call }: IncludeCall): boolean {
  return call.arguments.length > 1
}

/** The pipeline up to the text of a program that returns a text. */
export function write<Target extends Linkable>(
  source: Source,
  options: CompileOptions,
  link: Linker<Target>,
): Written<Target> {
  const tree = readTree(source, options, link)
  return { ...tree, program: generate(tree.template, tree.settings) }
}

/** The pipeline up to where its outputs part. */
function readTree<Target extends Linkable>(
  source: Source,
  options: CompileOptions,
  link: Linker<Target>,
): Tree<Target> {
  const { delimiters, rmWhitespace } = options
  const template = readText(source, { delimiters, rmWhitespace, words: 'layout words' })
  checkWords(source, template.words, template.pagelets)
  options.onAnalysed(template)
  const layouts = linkLayouts(template, link)
  const contexts =
    options.escapeBy === 'context'
      ? contextsOf(template, options.context, layouts.blocks)
      : undefined
  const links = linkIncludes(template, contexts, link)
  const barePagelet = checkPageletPlaces(template, links)
  const isAsync = template.isAsync || links.some(({ awaits }) => awaits)
  const settings: GenerateOptions = {
    contexts,
    links,
    layouts: layouts.targets,
    blocks: layouts.blocks,
    localsName: options.localsName,
    strict: options.strict,
    helpers: options.helpers,
    file: options.file,
    sourceMaps: options.sourceMaps,
    forBrowser: options.forBrowser ?? false,
    isAsync,
    bindNames: true,
    sharesLocals: false,
    trackPlace: true,
    outputFunctionName: undefined,
    destructured: undefined,
  }
  return {
    template,
    settings,
    links,
    layouts: layouts.targets,
    isAsync: isAsync || layouts.isAsync,
    blocks: blocksOf(template, layouts, contexts),
    barePagelet,
  }
}

/** What our parser lets pass and the runtime refuses: newer syntax, or what strict mode forbids. */
export function checked<Made>(source: Source, make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new TemplateSyntaxError(
      'TEMPLATE_SYNTAX',
      error.message,
      source,
      { start: 0, end: 1 },
      { cause: error },
    )
  }
}

/** What a text was found to print where, by the place in which it starts: remembered with the text. */
const contextsByText = new WeakMap<Template['nodes'], Map<string, Contexts>>()

function followed(template: Template, start: Context, blocks: LayoutBlocks): Contexts {
  if (template.words.length > 0) return escapeByContext(template, start, blocks)
  const known = contextsByText.get(template.nodes) ?? new Map<string, Contexts>()
  contextsByText.set(template.nodes, known)
  const key = start === TEXT ? '' : contextKey(start)
  const contexts = known.get(key) ?? escapeByContext(template, start, blocks)
  known.set(key, contexts)
  return contexts
}

/** A template leaves the page where it found it: whoever includes it goes on in the same place. */
function contextsOf(template: Template, start: Context, blocks: LayoutBlocks): Contexts {
  const { source } = template
  const contexts = followed(template, start, blocks)
  const { end } = contexts
  if (join(end, start) === undefined) {
    throw new TemplateContextError(
      `The template starts in ${describeContext(start)} and ends in ${describeContext(end)}: something is not closed`,
      source,
      { start: Math.max(0, source.text.length - 1), end: source.text.length },
    )
  }
  for (const { word, call, name } of template.words) {
    const place = word === 'layout' ? start : contexts.blocks.get(call)?.place
    if ((word !== 'layout' && name !== 'body') || !place || sameContext(place, TEXT)) continue
    const what = word === 'layout' ? 'A template with a layout' : 'The block "body"'
    throw new TemplateContextError(
      `${what} is a part of a page and cannot stand in ${describeContext(place)}`,
      source,
      call,
    )
  }
  return contexts
}
