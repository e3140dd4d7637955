import path from 'node:path'

import { Blocks, printPart } from './output/blocks.ts'
import {
  compile,
  type Compiled,
  type CompiledStream,
  type CompileOptions,
  compileStream,
  type StreamTarget,
} from './compile.ts'
import { type Context, TEXT } from './contexts/context.ts'
import { contextKey, sameContext } from './contexts/join.ts'
import { printIn } from './contexts/print.ts'
import { type Encoder, encoderOf, encodeRaw, encodeText } from './contexts/encoders.ts'
import { TemplateNotFoundError } from './source/errors.ts'
import { fail } from './source/fail.ts'
import { programUrl } from './output/program.ts'
import { LAYOUT_HINTS } from './layout-hints.ts'
import { nearestName } from './source/nearest-name.ts'
import type { ResolvedOptions } from './options.ts'
import { rawIn } from './output/raw.ts'
import { contentOf, heedRejections, report } from './pagelets/content.ts'
import { bound, mergeLocals, own, ownCopy } from './output/instantiate.ts'
import type { Runtime } from './output/runtime.ts'
import type { Source } from './source/source.ts'
import { locate, readTemplate } from './files/template-file.ts'

/** Templates that are compiled once and know each other. */
export class TemplateSet {
  private readonly compiled = new Map<string, Compiled>()
  /** What is being compiled, and whether it is known to await something. */
  private readonly underWay = new Map<string, boolean>()
  private readonly streams = new Map<string, CompiledStream>()
  private readonly streamsUnderWay = new Set<string>()
  private readonly options: ResolvedOptions
  private readonly helperNames: ReadonlySet<string>

  constructor(options: ResolvedOptions) {
    this.options = options
    this.helperNames = new Set(Object.keys(options.helpers))
  }

  /**
   * The template of a file, compiled for a place in a page.
   *
   * @param file - a real path below the roots.
   */
  load(file: string, context: Context = TEXT): Compiled {
    const key = keyOf(file, context)
    const known = this.compiled.get(key)
    if (known) return known
    // A template that includes itself is linked to what it will be.
    if (this.underWay.has(key)) return this.later(key)
    this.underWay.set(key, false)
    try {
      const compiled = this.compile(file, context, ({ isAsync }) => this.underWay.set(key, isAsync))
      this.compiled.set(key, compiled)
      return compiled
    } finally {
      this.underWay.delete(key)
    }
  }

  /** The same for a page that is rendered while it is read. */
  stream(file: string, context: Context = TEXT): CompiledStream {
    const key = keyOf(file, context)
    const known = this.streams.get(key)
    if (known) return known
    // A template that includes itself prints what it includes in one piece.
    if (this.streamsUnderWay.has(key)) return this.streamLater(key)
    this.streamsUnderWay.add(key)
    try {
      const compiled = this.compileStream(file, context)
      this.streams.set(key, compiled)
      return compiled
    } finally {
      this.streamsUnderWay.delete(key)
    }
  }

  private streamLater(key: string): CompiledStream {
    return {
      ...NOTHING_KNOWN,
      suspends: false,
      render: (...args) => (this.streams.get(key) as CompiledStream).render(...args),
    }
  }

  private later(key: string): Compiled {
    return {
      ...NOTHING_KNOWN,
      isAsync: this.underWay.get(key) ?? false,
      render: (...args) => (this.compiled.get(key) as Compiled).render(...args),
    }
  }

  private compile(
    file: string,
    context: Context,
    onAnalysed: CompileOptions['onAnalysed'],
  ): Compiled {
    const source = readTemplate(file)
    const find = finderFrom(file, this.options)
    const known: ProgramKnown = {}
    const runtime: Runtime = {
      ...this.runtime(source, known, programUrl(file), find),
      layout: (name) => this.load(find(name)).render,
    }
    const compiled = compile(
      source,
      this.compileOptions(file, context, onAnalysed),
      runtime,
      (name, place) => orFailing(() => this.load(find(name), place), failing),
    )
    known.program = compiled
    return compiled
  }

  private compileStream(file: string, context: Context): CompiledStream {
    const source = readTemplate(file)
    const find = finderFrom(file, this.options)
    const known: ProgramKnown = {}
    const runtime = {
      ...this.runtime(source, known, programUrl(file, true), find),
      layout: (name: string) => this.stream(find(name)).render,
    }
    const compiled = compileStream(
      source,
      this.compileOptions(file, context, () => {}),
      runtime,
      (name, place) => {
        const target = (): StreamTarget => {
          const found = find(name)
          return { ...this.load(found, place), stream: () => this.stream(found, place) }
        }
        return orFailing(target, failingStream)
      },
      this.load(file, context).render,
    )
    known.program = compiled
    return compiled
  }

  private compileOptions(
    file: string,
    context: Context,
    onAnalysed: CompileOptions['onAnalysed'],
  ): CompileOptions {
    const { delimiters, rmWhitespace, localsName, strict, sourceMaps, escapeBy } = this.options
    return {
      delimiters,
      rmWhitespace,
      localsName,
      strict,
      helpers: this.helperNames,
      file,
      sourceMaps,
      context,
      escapeBy,
      onAnalysed,
    }
  }

  /** What the programs of a template need while they run. */
  private runtime(
    source: Source,
    known: ProgramKnown,
    url: string,
    find: (name: string) => string,
  ): Omit<Runtime, 'layout'> {
    const { helpers } = this.options
    return {
      text: encodeText,
      raw: encodeRaw,
      encoder: encoderOf,
      rawIn,
      include: (name, locals, data, place) =>
        this.load(find(name), place).render(mergeLocals(locals, data)),
      print: (body, blocks, name, fallback, place) => {
        const encode = this.options.escapeBy === 'html' ? encodeText : encoderIn(place)
        if (name === 'body') return body ?? printPart(fallback, name, place, encode)
        return blocks
          ? blocks.print(name, fallback, place, encode)
          : printPart(fallback, name, place, encode)
      },
      merge: mergeLocals,
      blocks: () => new Blocks(),
      copy: ownCopy,
      own,
      bound,
      fallback: (locals, name) => {
        if (Object.hasOwn(locals, name)) return undefined
        return Object.hasOwn(helpers, name) ? helpers[name] : globalValue(name)
      },
      missing: (name, value, locals) => {
        if (value === null || Object.hasOwn(locals, name)) return value
        if (Object.hasOwn(globalThis, name)) return globalValue(name)
        const nearest = nearestName(name, [
          ...Object.keys(locals),
          ...this.helperNames,
          ...(known.program?.names ?? []),
        ])
        const way = LAYOUT_HINTS.get(name)
        const hint = way === undefined ? '' : `: ${way}`
        throw new ReferenceError(
          `${name} is not defined${nearest === undefined ? hint : `; did you mean ${nearest}?`}`,
        )
      },
      heed: heedRejections,
      pagelet: (name, data, content, given) =>
        contentOf(name, data, content, given, (error) => report(name, error)).text,
      fail: (error, offset) =>
        fail(error, source, offset, { url, segments: known.program?.segments ?? [] }),
    }
  }
}

/** What is known of a program when it runs, and not yet when it is made. */
interface ProgramKnown {
  program?: Pick<Compiled, 'names' | 'segments'>
}

function keyOf(file: string, context: Context): string {
  return context === TEXT || sameContext(context, TEXT) ? file : `${file}\0${contextKey(context)}`
}

/** As in EJS a missing template is only an error when it is reached. */
function orFailing<Target>(
  find: () => Target,
  fails: (error: TemplateNotFoundError) => Target,
): Target {
  try {
    return find()
  } catch (error) {
    if (error instanceof TemplateNotFoundError) return fails(error)
    throw error
  }
}

/** Finds what a template names, and remembers: each look-up asks the disk several times. */
export function finderFrom(
  file: string,
  { roots, extension }: Pick<ResolvedOptions, 'roots' | 'extension'>,
): (name: string) => string {
  const where = { roots, extension: path.extname(file) || extension }
  const found = new NameCache(true, (name) => locate(name, where, file))
  return (name) => found.get(name)
}

/** Remembers which file a name means: to find it out asks the disk several times. */
export class NameCache {
  private readonly files = new Map<string, string>()
  private readonly isOn: boolean
  private readonly find: (name: string) => string

  constructor(isOn: boolean, find: (name: string) => string) {
    this.isOn = isOn
    this.find = find
  }

  get(name: string): string {
    const known = this.files.get(name)
    if (known !== undefined) return known
    const file = this.find(name)
    if (this.isOn) {
      // One file has endless spellings ("./a", "././a"), and a name may come from a request.
      if (this.files.size >= MOST_NAMES) this.files.clear()
      this.files.set(name, file)
    }
    return file
  }

  clear(): void {
    this.files.clear()
  }
}

const MOST_NAMES = 1000

/** How a value is encoded in a place that the compiler has found to be one for values. */
function encoderIn(place: Context): Encoder {
  const printing = printIn(place)
  return 'refusal' in printing ? encodeText : encoderOf(printing.encoder)
}

const NOTHING_KNOWN = { isAsync: false, blocks: new Map(), segments: [], names: new Set<string>() }

function failing({ template, searched, file }: TemplateNotFoundError): Compiled {
  return {
    ...NOTHING_KNOWN,
    render: () => {
      throw new TemplateNotFoundError(template, searched, file)
    },
  }
}

function failingStream(error: TemplateNotFoundError): StreamTarget {
  const compiled = failing(error)
  return {
    ...compiled,
    stream: () => ({
      ...compiled,
      suspends: false,
      // oxlint-disable-next-line require-yield -- it fails before
      *render() {
        return compiled.render({}) as string
      },
    }),
  }
}

function globalValue(name: string): unknown {
  return Object.hasOwn(globalThis, name) ? (globalThis as Record<string, unknown>)[name] : undefined
}
