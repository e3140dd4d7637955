import path from 'node:path'

import { Blocks, printPart } from './output/blocks.ts'
import { compile, type Compiled, type CompileOptions } from './compile.ts'
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
import { bound, mergeLocals, own, ownCopy } from './output/instantiate.ts'
import type { Runtime } from './output/runtime.ts'
import { locate, readTemplate } from './files/template-file.ts'

/** Templates that are compiled once and know each other. */
export class TemplateSet {
  private readonly compiled = new Map<string, Compiled>()
  /** What is being compiled, and whether it is known to await something. */
  private readonly underWay = new Map<string, boolean>()
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
    const isText = context === TEXT || sameContext(context, TEXT)
    const key = isText ? file : `${file}\0${contextKey(context)}`
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
    const { helpers, delimiters, rmWhitespace, localsName, strict } = this.options
    const source = readTemplate(file)
    const find = finderFrom(file, this.options)
    let compiled: Compiled | undefined
    const runtime: Runtime = {
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
      layout: (name) => this.load(find(name)).render,
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
          ...(compiled?.names ?? []),
        ])
        const way = LAYOUT_HINTS.get(name)
        const hint = way === undefined ? '' : `: ${way}`
        throw new ReferenceError(
          `${name} is not defined${nearest === undefined ? hint : `; did you mean ${nearest}?`}`,
        )
      },
      fail: (error, offset) =>
        fail(error, source, offset, { url: programUrl(file), segments: compiled?.segments ?? [] }),
    }
    compiled = compile(
      source,
      {
        delimiters,
        rmWhitespace,
        localsName,
        strict,
        helpers: this.helperNames,
        file,
        sourceMaps: this.options.sourceMaps,
        context,
        escapeBy: this.options.escapeBy,
        onAnalysed,
      },
      runtime,
      (name, place) => {
        try {
          return this.load(find(name), place)
        } catch (error) {
          // As in EJS it is only an error when it is reached.
          if (error instanceof TemplateNotFoundError) return failing(error)
          throw error
        }
      },
    )
    return compiled
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

function globalValue(name: string): unknown {
  return Object.hasOwn(globalThis, name) ? (globalThis as Record<string, unknown>)[name] : undefined
}
