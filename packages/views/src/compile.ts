import { analyse } from './analyse.ts'
import { generate, type GenerateOptions } from './generate.ts'
import { instantiate, type RenderFunction } from './instantiate.ts'
import { parse } from './parse.ts'
import type { Runtime } from './runtime.ts'
import type { Source } from './source.ts'
import { type Delimiters, tokenize } from './tokenize.ts'
import { joinText } from './transforms/join-text.ts'
import { trimWhitespace } from './transforms/trim-whitespace.ts'

export interface CompileOptions extends Omit<GenerateOptions, 'isAsync'> {
  readonly delimiters: Delimiters
  readonly rmWhitespace: boolean
}

/** The pipeline: text in, render function out. */
export function compile(source: Source, options: CompileOptions, runtime: Runtime): RenderFunction {
  const tokens = tokenize(source, options.delimiters)
  const nodes = trimWhitespace(parse(source, tokens, options.delimiters), options.rmWhitespace)
  const template = analyse(source, joinText(nodes, source.text))
  const program = generate(template, { ...options, isAsync: template.isAsync })
  return instantiate(program, runtime)
}
