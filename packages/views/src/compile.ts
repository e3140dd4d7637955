import { analyse, type Template } from './analyse.ts'
import { checkWords } from './check-words.ts'
import { describeContext } from './contexts/describe.ts'
import { type Context, TEXT } from './contexts/context.ts'
import { join, sameContext } from './contexts/join.ts'
import { TemplateContextError, TemplateSyntaxError } from './errors.ts'
import { fail } from './fail.ts'
import { type GeneratedProgram, generate, type GenerateOptions, type Link } from './generate.ts'
import { instantiate, type LinkedRender, type RenderFunction } from './instantiate.ts'
import {
  type BlockPlaces,
  blocksOfLayouts,
  type LayoutBlocks,
  mergePlaces,
  NO_LAYOUT,
  UNKNOWN_LAYOUT,
} from './layout-blocks.ts'
import { parse } from './parse.ts'
import { mergeLocals, type Runtime } from './runtime.ts'
import type { Segment } from './source-map.ts'
import type { IncludeCall } from './structure.ts'
import type { Source } from './source.ts'
import { type Delimiters, tokenize } from './tokenize.ts'
import { type Contexts, escapeByContext } from './transforms/escape-by-context.ts'
import { joinText } from './transforms/join-text.ts'
import { trimWhitespace } from './transforms/trim-whitespace.ts'

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

/** What a template must know of one that it includes, or has as its layout. */
export interface Linkable {
  readonly isAsync: boolean
  /** The blocks that a template can fill which has this one as its layout. */
  readonly blocks: BlockPlaces
}

export interface Compiled extends Linkable {
  /** Where the parts of the program come from. */
  readonly segments: readonly Segment[]
  /** Names that a misspelt one may have meant. */
  readonly names: ReadonlySet<string>
  readonly render: RenderFunction
}

/** Gives the template that a name means, compiled for the place where it is wanted. */
export type Linker<Target extends Linkable = Compiled> = (name: string, context: Context) => Target

/** A program, and the templates that it calls. */
export interface Written<Target extends Linkable> extends Linkable {
  readonly template: Template
  readonly program: GeneratedProgram
  readonly links: readonly Link<Target>[]
  /** Undefined when a name is only known at run time. */
  readonly layouts: readonly Target[] | undefined
}

/** The pipeline: text in, render function out. */
export function compile(
  source: Source,
  options: CompileOptions,
  runtime: Runtime,
  link: Linker,
): Compiled {
  const { template, program, links, layouts, isAsync, blocks } = write(source, options, link)
  const renders = layouts?.map(({ render }) => render)
  return {
    render: checked(source, () => instantiate(program, runtime, links.map(renderLinked), renders)),
    segments: program.segments,
    names: template.declared,
    isAsync,
    blocks,
  }
}

function renderLinked({ include, target: { render } }: Link<Compiled>): LinkedRender {
  return takesData(include)
    ? (locals, data) => render(mergeLocals(locals, data))
    : (locals) => render(locals)
}

export function takesData({ call }: IncludeCall): boolean {
  return call.arguments.length > 1
}

/** The pipeline up to the text of the program. */
export function write<Target extends Linkable>(
  source: Source,
  options: CompileOptions,
  link: Linker<Target>,
): Written<Target> {
  const tokens = tokenize(source, options.delimiters)
  const nodes = trimWhitespace(parse(source, tokens, options.delimiters), options.rmWhitespace)
  const template = analyse(source, joinText(nodes, source.text), 'layout words')
  checkWords(source, template.words)
  options.onAnalysed(template)
  const layouts = linkLayouts(template, link)
  const contexts =
    options.escapeBy === 'context'
      ? contextsOf(template, options.context, layouts.blocks)
      : undefined
  const links = linkIncludes(template, contexts, link)
  const isAsync = template.isAsync || links.some(({ awaits }) => awaits)
  const program = generate(template, {
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
  })
  return {
    template,
    program,
    links,
    layouts: layouts.targets,
    isAsync: isAsync || layouts.isAsync,
    blocks: blocksOf(template, layouts, contexts),
  }
}

function blocksOf(
  template: Template,
  layouts: Layouts<Linkable>,
  contexts: Contexts | undefined,
): BlockPlaces {
  if (template.words.length === 0) return NO_BLOCKS
  const printed = contexts?.printed ?? printedBlocks(template, layouts.blocks)
  return mergePlaces([...layouts.places, printed])
}

const NO_BLOCKS: BlockPlaces = new Map()

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

/** A template leaves the page where it found it: whoever includes it goes on in the same place. */
function contextsOf(template: Template, start: Context, blocks: LayoutBlocks): Contexts {
  const { source } = template
  const contexts = escapeByContext(template, start, blocks)
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

interface Layouts<Target extends Linkable> {
  readonly targets: readonly Target[] | undefined
  readonly blocks: LayoutBlocks
  readonly places: readonly BlockPlaces[]
  readonly isAsync: boolean
}

const NO_LAYOUTS: Layouts<never> = { targets: [], blocks: NO_LAYOUT, places: [], isAsync: false }
const UNKNOWN_LAYOUTS: Layouts<never> = {
  targets: undefined,
  blocks: UNKNOWN_LAYOUT,
  places: [],
  isAsync: false,
}

function linkLayouts<Target extends Linkable>(
  template: Template,
  link: Linker<Target>,
): Layouts<Target> {
  if (template.words.length === 0) return NO_LAYOUTS
  const calls = template.words.filter(({ word }) => word === 'layout')
  if (calls.length === 0) return NO_LAYOUTS
  const layouts: Target[] = []
  for (const { name, call } of calls) {
    if (name === undefined) return UNKNOWN_LAYOUTS
    layouts.push(linkFrom(template, call, () => link(name, TEXT)))
  }
  const places = layouts.map(({ blocks }) => blocks)
  return {
    targets: layouts,
    blocks: blocksOfLayouts(places),
    places,
    isAsync: layouts.some(({ isAsync }) => isAsync),
  }
}

function printedBlocks({ words }: Template, blocks: LayoutBlocks): BlockPlaces {
  const printed = new Map<string, Context>()
  for (const { word, name } of words) {
    if (word !== 'layout' && name !== undefined && !blocks.defines(word, name))
      printed.set(name, TEXT)
  }
  return printed
}

function linkIncludes<Target extends Linkable>(
  template: Template,
  contexts: Contexts | undefined,
  link: Linker<Target>,
): Link<Target>[] {
  const links: Link<Target>[] = []
  if (template.includes.length === 0) return links
  for (const include of template.includes) {
    const { name, tag, call, isTopLevel, isAwaited } = include
    if (name === undefined) continue
    const place = (tag && contexts?.places.get(tag)) ?? TEXT
    const target = linkFrom(template, call, () => link(name, place))
    links.push({ include, target, awaits: target.isAsync && isTopLevel && !isAwaited })
  }
  return links
}

/** What is wrong with an included template is told with the way that led there. */
function linkFrom<Target>(
  template: Template,
  { start }: { start: number },
  link: () => Target,
): Target {
  try {
    return link()
  } catch (error) {
    throw fail(error, template.source, start)
  }
}
