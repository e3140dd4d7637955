import path from 'node:path'

import {
  type AuditedCaller,
  type AuditedPlace,
  type AuditOptions,
  auditTemplates,
  type RawOutput,
  type ViewsAudited,
} from './audit/audit-views.ts'
import type { ValueSource } from './audit/value-sources.ts'
import {
  type UntypedView,
  type ViewsChecked,
  ViewsChecker,
  type ViewsWatch,
} from './check/check-views.ts'
import type { ViewFault } from './check/faults.ts'
import { ViewsCheckError } from './check/errors.ts'
import type { EngineOptions } from './options.ts'
import { type CompiledModule, compileToModule } from './modules/compile-module.ts'
import { ModuleWriter, type ModulesWritten } from './modules/write-modules.ts'

export { ViewsCheckError }
export type {
  AuditedCaller,
  AuditedPlace,
  AuditOptions,
  CompiledModule,
  ModulesWritten,
  RawOutput,
  UntypedView,
  ValueSource,
  ViewFault,
  ViewsAudited,
  ViewsChecked,
  ViewsWatch,
}

// In the bundle this file stands in dist, beside what it is bundled from: one step from src, too.
const runtime = path.join(__dirname, '../dist/module-runtime.mjs')

/**
 * Writes each template below the roots as an ES module that needs neither the compiler nor this package,
 * and a declaration of its types; and one file from which `createEngine({ compiled })` serves them all.
 *
 * Only what changed since the last time is written, and what includes it. Beside each module is a source map,
 * and a module has its template's text, for the lines around an error: `sourceMaps: false` leaves out both.
 *
 * @param out - the folder for them.
 * @param options - those of the engine; `helpers`, `cache` and `strict` say nothing here.
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example writeModules('dist/views', { roots: 'views' })
 */
export function writeModules(out: string, options?: EngineOptions): ModulesWritten {
  return new ModuleWriter(out, options ?? {}, runtime).write()
}

/**
 * Compiles one template to the text of its ES module, and all that this one imports: to be written side by
 * side, or handed to a bundler.
 *
 * @param options - as for `writeModules`; `out` is the folder in which the files are to stand, from which maps
 *   and declarations name others: the working directory without.
 * @throws {TemplateCompileError} when one of the templates does not compile.
 * @throws {TemplateNotFoundError} TEMPLATE_NOT_FOUND
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example const { entry, files } = compileModule('users/list', { roots: 'views' })
 */
export function compileModule(
  name: string,
  options: EngineOptions & { readonly out?: string } = {},
): CompiledModule {
  const { out = '', ...engineOptions } = options
  return compileToModule(name, engineOptions, out, runtime)
}

/** Writes modules again and again: it remembers what it has written. */
export interface Writer {
  /** Writes what has changed since the last time. @example const { failures } = writer.write() */
  write(): ModulesWritten
}

/**
 * The same for a folder that is watched.
 *
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example const writer = moduleWriter('dist/views', { roots: 'views' })
 */
export function moduleWriter(out: string, options?: EngineOptions): Writer {
  return new ModuleWriter(out, options ?? {}, runtime)
}

/** Checks templates again and again: it remembers what it has written. */
export interface Checker {
  /** Checks all of them as they are now. @example const { faults } = await checker.check() */
  check(): Promise<ViewsChecked>
  /**
   * Checks them, and again at each change that it is told of: a compiler stays for that, which takes a
   * fraction of the time.
   *
   * @param report - told what was found, each time.
   * @param failed - told what kept it from checking.
   * @example const watch = checker.watch(({ faults }) => console.log(faults), console.error)
   */
  watch(report: (checked: ViewsChecked) => void, failed: (error: Error) => void): ViewsWatch
}

/**
 * Checks the types of all templates below the roots with the project's own `tsc`, strict: each against what
 * it declares in a comment `<%# @types … %>`, each include and layout against what that one declares.
 *
 * @param project - the folder with the `tsconfig.json` that counts; the working directory without.
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example const { faults } = await viewsChecker({ roots: 'views' }).check()
 */
export function viewsChecker(options?: EngineOptions, project = ''): Checker {
  return new ViewsChecker(options ?? {}, path.resolve(project))
}

/**
 * Lists what the templates below the roots print raw: each `<%- %>`, and with `escapeBy: 'html'` each
 * `<%= %>` in a place where the entities of text do not make a value safe; with what it prints, from where,
 * which templates lead there, and why it is safe or not. Data is not, unless `<%# @raw why %>` right before the
 * tag accepts it.
 *
 * Nothing is rendered: what a template reads is told from its own text, and what cannot be told is data.
 *
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example const unsafe = auditViews({ roots: 'views' }).outputs.filter((each) => each.verdict === 'unsafe')
 */
export function auditViews(options?: AuditOptions): ViewsAudited {
  return auditTemplates(options ?? {})
}
