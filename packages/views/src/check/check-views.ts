import { realpathSync } from 'node:fs'
import path from 'node:path'

import { readTemplate } from '../files/template-file.ts'
import type { Template } from '../language/analyse.ts'
import { type TemplateFiles, templateFiles } from '../modules/template-files.ts'
import { type EngineOptions, resolveOptions, type ResolvedOptions } from '../options.ts'
import { readText } from '../read-text.ts'
import { TemplateCompileError, TemplateNotFoundError } from '../source/errors.ts'
import { finderFrom } from '../template-set.ts'
import { inferData } from '../inference/infer-data.ts'
import { type Declaration, declarationIn } from '../language/declaration.ts'
import { blockFaults } from './block-names.ts'
import { ViewsCheckError } from './errors.ts'
import {
  type Checked,
  faultAt,
  faultIn,
  faultOf,
  isOfJavaScript,
  type ViewFault,
} from './faults.ts'
import { PRELUDE } from './prelude.ts'
import { type Named, type Shadow, writeShadow } from './shadow.ts'
import { ShadowFiles } from './shadow-files.ts'
import { type Diagnostic, runTsc, watchTsc } from './tsc.ts'

/** What `checkViews` found. */
export interface ViewsChecked {
  /** In the order of the templates. */
  readonly faults: readonly ViewFault[]
  /** Names of the templates that declare what they want. */
  readonly typed: readonly string[]
  /** Those that do not. */
  readonly untyped: readonly UntypedView[]
}

/** A template that does not declare what it wants. */
export interface UntypedView {
  /** Its name below the roots. */
  readonly template: string
  /** The names that it takes from its data. */
  readonly names: readonly string[]
  /** What it wants, as far as its use of it is sure: the members of a type `Data`, in braces. */
  readonly type: string
  /** Names of which nothing is known but that they are used. */
  readonly unknown: readonly string[]
}

/** What the compiler is to look at. */
interface Prepared {
  /** By the files of their shadows. */
  readonly checked: ReadonlyMap<string, Checked>
  /** What was found without it. */
  readonly faults: readonly ViewFault[]
  readonly typed: ReadonlySet<string>
  readonly templates: ReadonlyMap<string, Template>
  readonly localsName: string
  readonly canary: string
  readonly config: string
  /** How many files are not what they were. */
  readonly written: number
}

/** What a template's text was found to be. */
interface Known {
  readonly template: Template
  readonly declaration: Declaration | undefined
  /** Written last, for templates that were included by these names. */
  shadow: { readonly isOf: string; readonly shadow: Shadow } | undefined
}

/** A watch over templates. */
export interface ViewsWatch {
  /** Tells it that templates may have changed. @example watch.change() */
  change(): void
  /** Ends it. @example watch.close() */
  close(): void
}

/** Checks templates again and again; what has not changed is not written again. */
export class ViewsChecker {
  private readonly options: ResolvedOptions
  private readonly project: string
  private readonly shadows: ShadowFiles
  /** By their files, as long as their texts are the same. */
  private readonly known = new Map<string, Known>()

  constructor(given: EngineOptions, project: string) {
    this.options = resolveOptions(given)
    this.project = realpathSync.native(project)
    this.shadows = new ShadowFiles(this.project)
  }

  async check(): Promise<ViewsChecked> {
    const prepared = this.prepare()
    return conclude(prepared, await runTsc(this.project, prepared.config))
  }

  /**
   * Checks at once, and again at each change that it is told of.
   *
   * @param report - told what was found, each time.
   * @param failed - told why nothing more will be, or not of this change.
   */
  watch(report: (checked: ViewsChecked) => void, failed: (error: Error) => void): ViewsWatch {
    let prepared = this.prepare()
    let last: readonly Diagnostic[] | undefined
    const conclusion = (): void => {
      if (!last) return
      try {
        report(conclude(prepared, last))
      } catch (error) {
        failed(error as Error)
      }
    }
    const compiler = watchTsc(
      this.project,
      prepared.config,
      (found) => {
        last = found
        conclusion()
      },
      failed,
    )
    return {
      change: () => {
        prepared = this.prepare()
        // What the compiler sees not, it says nothing of.
        if (prepared.written === 0) conclusion()
      },
      close: () => compiler.close(),
    }
  }

  /** Writes the shadows as the templates are now. */
  private prepare(): Prepared {
    const files = templateFiles(this.options)
    const faults: ViewFault[] = []
    const templates = new Map<string, Template>()
    const typed = new Set<string>()
    this.shadows.written = 0
    for (const [key, file] of files.byKey) {
      try {
        const { template, declaration } = this.read(file)
        templates.set(key, template)
        if (declaration) typed.add(key)
      } catch (error) {
        if (!(error instanceof TemplateCompileError)) throw error
        faults.push(faultOf(error))
      }
    }
    const checked = new Map<string, Checked>()
    for (const [key, template] of templates) {
      const shadow = this.shadowOf(key, template, files, typed, faults)
      checked.set(this.shadows.put(key, shadow.text), { template, shadow })
    }
    this.shadows.forget(templates)
    this.shadows.put('prelude', PRELUDE)
    const canary = this.shadows.put('canary', CANARY)
    const config = this.shadows.config([...checked.keys(), canary])
    faults.push(...blockFaults(templates, this.layoutFinder(files)))
    const { localsName } = this.options
    const { written } = this.shadows
    return { checked, faults, typed, templates, localsName, canary, config, written }
  }

  private read(file: string): Known {
    const source = readTemplate(file)
    const before = this.known.get(file)
    if (before?.template.source.text === source.text) return before
    const { delimiters, rmWhitespace } = this.options
    const template = readText(source, { delimiters, rmWhitespace, words: 'layout words' })
    const known = { template, declaration: declarationIn(source, delimiters), shadow: undefined }
    this.known.set(file, known)
    return known
  }

  /** Gives the key of the template that one names as its layout. */
  private layoutFinder({
    byKey,
    keyOf,
  }: TemplateFiles): (key: string, name: string) => string | undefined {
    return (key, name) => {
      try {
        return keyOf(finderFrom(byKey.get(key) as string, this.options)(name))
      } catch (error) {
        if (error instanceof TemplateNotFoundError) return undefined
        throw error
      }
    }
  }

  private shadowOf(
    key: string,
    template: Template,
    files: TemplateFiles,
    typed: ReadonlySet<string>,
    faults: ViewFault[],
  ): Shadow {
    const file = files.byKey.get(key) as string
    const from = path.posix.dirname(key)
    const find = finderFrom(file, this.options)
    const included: Named[] = []
    const layouts = template.words.filter(({ word }) => word === 'layout')
    for (const { name, call } of [...template.includes, ...layouts]) {
      if (name === undefined || included.some((each) => each.name === name)) continue
      try {
        const target = files.keyOf(find(name))
        // What two templates leave open says nothing of either.
        const isChecked = typed.has(key) || typed.has(target)
        const shadow = isChecked ? relative(from, `${target}.ts`) : undefined
        included.push({ name, shadow, isInferred: !typed.has(target) })
      } catch (error) {
        if (!(error instanceof TemplateNotFoundError)) throw error
        const [first] = call.arguments
        faults.push(faultIn(template, first?.start ?? call.start, error.code, error.message))
      }
    }
    const known = this.known.get(file) as Known // it was read
    const isOf = JSON.stringify(included)
    if (known.shadow?.isOf === isOf) return known.shadow.shadow
    const { localsName } = this.options
    const { declaration } = known
    const shadow = writeShadow(template, {
      localsName,
      declaration,
      inferred: declaration ? undefined : inferData(template, localsName).type,
      included,
      prelude: relative(from, 'prelude.ts'),
      folder: slashes(
        path.relative(path.dirname(path.join(this.shadows.folder, key)), path.dirname(file)),
      ),
    })
    known.shadow = { isOf, shadow }
    return shadow
  }
}

/** @throws {ViewsCheckError} VIEWS_CHECK when the compiler has not found what it must. */
function conclude(
  { checked, faults, typed, templates, localsName, canary }: Prepared,
  found: readonly Diagnostic[],
): ViewsChecked {
  if (!found.some(({ file, code }) => file === canary && code === 'TS2322')) {
    throw new ViewsCheckError('The compiler did not report the error that was planted for it')
  }
  const typeFaults = found.flatMap((each) => {
    const where = checked.get(each.file)
    return where && !isOfJavaScript(each) ? [faultAt(where, each)] : []
  })
  return {
    faults: [...faults, ...typeFaults],
    typed: [...typed],
    untyped: [...templates]
      .filter(([key]) => !typed.has(key))
      .map(([name, template]) => {
        const names = template.free.map((each) => each.name)
        const own = [...new Set(names)].filter((each) => !(each in globalThis) && !OWN.has(each))
        return { template: name, names: own, ...inferData(template, localsName) }
      }),
  }
}

/** An error that the compiler must find, each time: one that checks nothing finds nothing. */
const CANARY = `export const canary: string = 1\n`

const OWN = new Set(['include', 'layout', 'block', 'append', 'prepend', 'pagelet', 'undefined'])

function relative(from: string, to: string): string {
  const found = path.posix.relative(from, to)
  return found.startsWith('.') ? found : `./${found}`
}

function slashes(name: string): string {
  return name.split(path.sep).join('/')
}
