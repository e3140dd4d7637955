import type { AnyNode, CallExpression } from 'acorn'

import { type CompileOptions, write, type Written } from '../compile.ts'
import { type Context, TEXT } from '../contexts/context.ts'
import { contextKey } from '../contexts/join.ts'
import { readTemplate } from '../files/template-file.ts'
import type { Linkable } from '../link.ts'
import type { TagNode } from '../language/ast.ts'
import type { ResolvedOptions } from '../options.ts'
import {
  TemplateCompileError,
  TemplateContextError,
  TemplateNotFoundError,
  TemplateOutsideRootsError,
} from '../source/errors.ts'
import { finderFrom } from '../template-set.ts'
import { placesInText } from './printed-places.ts'

/** A template in one of the places where it is printed, compiled to be looked at. */
export interface Audited extends Linkable {
  /** A real path. */
  readonly file: string
  readonly written: Written<Target>
  /** Where its tags print; undefined for what cannot be told. */
  readonly places: ReadonlyMap<TagNode, Context | undefined>
  /** Where the content of its blocks prints, by their calls. */
  readonly blocks: Linkable['blocks']
  readonly blockPlaces: ReadonlyMap<AnyNode, { readonly place: Context }>
}

/** What a template names: a file, or nothing that is there. */
type Target = Linkable & { readonly file: string | undefined }

/** One template that leads to another. */
export interface Call {
  readonly from: Audited
  readonly to: string
  readonly call: CallExpression
  readonly how: 'include' | 'layout'
}

/** Templates as they are reached from each other. */
export class AuditedTemplates {
  readonly all: Audited[] = []
  readonly calls: Call[] = []
  private readonly known = new Map<string, Target>()
  private readonly options: ResolvedOptions

  constructor(options: ResolvedOptions) {
    this.options = options
  }

  /**
   * Adds the template of a file, and what it names.
   *
   * @throws {TemplateCompileError} for one that does not compile.
   */
  add(file: string, place: Context = TEXT): Target {
    const key = `${file}\0${contextKey(place)}`
    const known = this.known.get(key)
    if (known) return known
    // One that includes itself is linked to what is known of it so far.
    this.known.set(key, { file, isAsync: false, blocks: new Map() })
    const find = finderFrom(file, this.options)
    let written: Written<Target>
    try {
      written = this.write(file, place, (name, where) => this.target(find, name, where))
    } catch (error) {
      this.known.delete(key)
      throw error
    }
    const { contexts } = written.settings
    const audited: Audited = {
      ...written,
      file,
      written,
      places: contexts?.places ?? placesInText(written.template),
      blockPlaces: contexts?.blocks ?? new Map(),
    }
    this.all.push(audited)
    this.addCalls(audited)
    this.known.set(key, audited)
    return audited
  }

  /** Where EJS's way is taken a template need not be one whose places can be told. */
  private write(
    file: string,
    context: Context,
    link: (name: string, place: Context) => Target,
  ): Written<Target> {
    const source = readTemplate(file)
    const options: CompileOptions = {
      ...this.options,
      helpers: new Set(Object.keys(this.options.helpers)),
      file: undefined,
      sourceMaps: false,
      context,
      escapeBy: 'context',
      onAnalysed: () => {},
    }
    try {
      return write(source, options, link)
    } catch (error) {
      const isOurs = error instanceof TemplateContextError && this.options.escapeBy === 'html'
      if (!isOurs) throw error
      return write(source, { ...options, escapeBy: 'html' }, link)
    }
  }

  private target(find: (name: string) => string, name: string, place: Context): Target {
    try {
      return this.add(find(name), place)
    } catch (error) {
      const isAbsent =
        error instanceof TemplateNotFoundError || error instanceof TemplateOutsideRootsError
      // What does not compile in EJS's way is told of by itself.
      const isTold = error instanceof TemplateCompileError && this.options.escapeBy === 'html'
      if (!isAbsent && !isTold) throw error
      return { file: undefined, isAsync: false, blocks: new Map() }
    }
  }

  private addCalls(from: Audited): void {
    const { links, layouts = [], template } = from.written
    for (const { include, target } of links) {
      if (target.file === undefined) continue
      this.calls.push({ from, to: target.file, call: include.call, how: 'include' })
    }
    const words = template.words.filter(({ word, name }) => word === 'layout' && name !== undefined)
    for (const [i, { call }] of words.entries()) {
      const to = layouts[i]?.file
      if (to !== undefined) this.calls.push({ from, to, call, how: 'layout' })
    }
  }
}
