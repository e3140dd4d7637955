import { createHash } from 'node:crypto'
import path from 'node:path'

import { type CompileOptions, write, writeStream } from '../compile.ts'
import { type Context, TEXT } from '../contexts/context.ts'
import { contextKey } from '../contexts/join.ts'
import { readTemplate } from '../files/template-file.ts'
import type { Template } from '../language/analyse.ts'
import type { ResolvedOptions } from '../options.ts'
import { TemplateContextError, TemplateNotFoundError } from '../source/errors.ts'
import { finderFrom } from '../template-set.ts'
import type { Contexts } from '../transforms/escape-by-context.ts'
import { asModule, refuseWith } from './as-module.ts'
import type { Absent, Target, Unit } from './unit.ts'

/** Templates that become modules and know each other. */
export class UnitGraph {
  readonly units = new Map<string, Unit>()
  private readonly options: ResolvedOptions
  private readonly keyOf: (file: string) => string

  /** @param keyOf - the name of a file below the roots. */
  constructor(options: ResolvedOptions, keyOf: (file: string) => string) {
    this.options = options
    this.keyOf = keyOf
  }

  /**
   * The template of a file for a place in a page.
   *
   * @throws {TemplateCompileError} for one that does not compile.
   */
  unit(file: string, place: Context = TEXT): Unit {
    const context = isPlainText(place) ? TEXT : place
    const key = unitKey(this.keyOf(file), context)
    const known = this.units.get(key)
    if (known) return known
    let suspends: boolean | undefined
    const unit: Unit = {
      key,
      file,
      context,
      isAsync: false,
      blocks: new Map(),
      barePagelet: undefined,
      stream: () => ({ suspends: suspends ?? false }),
      written: undefined,
    }
    this.units.set(key, unit)
    try {
      this.write(unit, (value) => {
        suspends = value
      })
    } catch (error) {
      this.units.delete(key)
      throw error
    }
    return unit
  }

  private write(unit: Unit, setSuspends: (suspends: boolean) => void): void {
    const { file, context } = unit
    const source = readTemplate(file)
    const find = finderFrom(file, this.options)
    const options: CompileOptions = {
      ...this.options,
      strict: true, // as all modules are
      helpers: NONE,
      file: undefined,
      sourceMaps: false,
      context,
      onAnalysed: ({ isAsync }) => {
        unit.isAsync = isAsync
      },
    }
    const link = (name: string, place: Context): Target => this.target(find, name, place)
    const { settings, ...tree } = write(source, options, link)
    const { template, program, links, layouts, isAsync, blocks, barePagelet } = tree
    checkIncludes(template, settings.contexts)
    refuseWith(template)
    unit.isAsync = isAsync
    unit.blocks = blocks
    unit.barePagelet = barePagelet
    const streamed = writeStream(source, options, link)
    setSuspends(streamed.program !== undefined)
    unit.written = {
      source,
      template,
      program: asModule(source, program),
      links,
      layouts,
      streamed: streamed.program && {
        ...streamed,
        program: asModule(source, streamed.program),
      },
    }
  }

  private target(find: (name: string) => string, name: string, place: Context): Target {
    try {
      return this.unit(find(name), place)
    } catch (error) {
      if (error instanceof TemplateNotFoundError) return absent(name)
      throw error
    }
  }
}

const NONE: ReadonlySet<string> = new Set()

function absent(name: string): Absent {
  return { absent: name, isAsync: false, blocks: new Map(), stream: () => ({ suspends: false }) }
}

/** What a tag that has ended leaves behind in a context says nothing to the text that follows. */
function isPlainText({ mode, foreign, noscript, pending, inner }: Context): boolean {
  return mode === 'text' && foreign === '' && !noscript && pending === '' && inner === undefined
}

/** The name of a template for a place: text has none of its own. */
function unitKey(name: string, context: Context): string {
  if (context === TEXT) return name
  const place = createHash('sha256').update(contextKey(context)).digest('hex').slice(0, 8)
  const { dir, name: stem, ext } = path.posix.parse(name)
  return path.posix.join(dir, `${stem}.in-${place}${ext}`)
}

/** What an include prints is compiled for its place; which template that is must be known for any but text. */
function checkIncludes({ source, includes }: Template, contexts: Contexts | undefined): void {
  for (const { name, tag, call } of includes) {
    const place = tag && contexts?.places.get(tag)
    if (name !== undefined || !place || isPlainText(place)) continue
    throw new TemplateContextError(
      'In a module the name of an include must be written out where it does not stand in text',
      source,
      call,
    )
  }
}
