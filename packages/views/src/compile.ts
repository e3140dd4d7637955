import { analyse, type Template } from './analyse.ts'
import { describeContext } from './contexts/describe.ts'
import { type Context, TEXT } from './contexts/html-context.ts'
import { join } from './contexts/join.ts'
import { TemplateContextError } from './errors.ts'
import { generate, type GenerateOptions, type Link } from './generate.ts'
import { instantiate, type RenderFunction } from './instantiate.ts'
import { parse } from './parse.ts'
import type { Runtime } from './runtime.ts'
import type { Source } from './source.ts'
import { type Delimiters, tokenize } from './tokenize.ts'
import { type Contexts, escapeByContext } from './transforms/escape-by-context.ts'
import { joinText } from './transforms/join-text.ts'
import { trimWhitespace } from './transforms/trim-whitespace.ts'

export interface CompileOptions extends Pick<
  GenerateOptions,
  'localsName' | 'strict' | 'helpers' | 'sourceUrl'
> {
  readonly delimiters: Delimiters
  readonly rmWhitespace: boolean
  /** Where the template prints: the text of a page, or the place of an include. */
  readonly context: Context
  readonly escapeBy: 'context' | 'html'
}

export interface Compiled {
  readonly render: RenderFunction
  readonly isAsync: boolean
}

/** Gives the template that a name in an include means, compiled for the place of the call. */
export type Linker = (name: string, context: Context) => Compiled

/** The pipeline: text in, render function out. */
export function compile(
  source: Source,
  options: CompileOptions,
  runtime: Runtime,
  link: Linker,
): Compiled {
  const tokens = tokenize(source, options.delimiters)
  const nodes = trimWhitespace(parse(source, tokens, options.delimiters), options.rmWhitespace)
  const template = analyse(source, joinText(nodes, source.text))
  const contexts =
    options.escapeBy === 'context' ? contextsOf(template, options.context) : undefined
  const links = linkIncludes(template, contexts, link)
  const isAsync = template.isAsync || links.some(({ awaits }) => awaits)
  const program = generate(template, {
    ...options,
    contexts,
    links,
    isAsync,
    bindNames: true,
    trackPlace: true,
    guardMissing: true,
    functionName: 'template',
  })
  return { render: instantiate(program, runtime, links), isAsync }
}

/** A template leaves the page where it found it: whoever includes it goes on in the same place. */
function contextsOf(template: Template, start: Context): Contexts {
  const contexts = escapeByContext(template, start)
  const { end } = contexts
  if (join(end, start) !== undefined) return contexts
  const { source } = template
  throw new TemplateContextError(
    'TEMPLATE_CONTEXT',
    `The template starts in ${describeContext(start)} and ends in ${describeContext(end)}: something is not closed`,
    source,
    { start: Math.max(0, source.text.length - 1), end: source.text.length },
  )
}

function linkIncludes(template: Template, contexts: Contexts | undefined, link: Linker): Link[] {
  const links: Link[] = []
  for (const { call, name, tag, isTopLevel, isAwaited } of template.includes) {
    if (name === undefined) continue
    const context = (tag && contexts?.places.get(tag)) ?? TEXT
    const compiled = link(name, context)
    links.push({
      call,
      render: compiled.render,
      awaits: compiled.isAsync && isTopLevel && !isAwaited,
    })
  }
  return links
}
