import { readFileSync } from 'node:fs'

import { locate } from '../files/template-file.ts'
import { type EngineOptions, resolveOptions } from '../options.ts'
import { moduleFiles } from './module-files.ts'
import { templateFiles } from './template-files.ts'
import { isAbsent, type Unit, type WrittenUnit } from './unit.ts'
import { UnitGraph } from './unit-graph.ts'
import { ALL_FILE, allText, findsByName, moduleFile, RUNTIME_FILE } from './write-module.ts'

/** A template as an ES module, with all that it imports. */
export interface CompiledModule {
  /** The name of the template's own module among the files: "users/list.mjs". */
  readonly entry: string
  /** The texts of modules, maps and declarations by their names; imports are relative to these. */
  readonly files: ReadonlyMap<string, string>
}

/**
 * Compiles a template, and what it names, to texts of modules.
 *
 * @param out - the folder in which they are to stand: maps and declarations name files from there.
 * @param runtime - the file of what all modules import.
 */
export function compileToModule(
  name: string,
  given: EngineOptions,
  out: string,
  runtime: string,
): CompiledModule {
  const options = resolveOptions(given)
  const { names, keyOf } = templateFiles(options)
  const graph = new UnitGraph(options, keyOf)
  const own = graph.unit(locate(name, options))
  const target = { out, sourceMaps: given.sourceMaps ?? true }
  const files = new Map([[RUNTIME_FILE, readFileSync(runtime, 'utf8')]])
  // A set is walked to its end, also over what is added meanwhile.
  const reached = new Set<Unit>([own])
  for (const unit of reached) {
    const { written } = unit as Unit & { written: WrittenUnit } // none is of an earlier build
    for (const [file, text] of moduleFiles(unit, written, options, target)) files.set(file, text)
    for (const to of [...written.links.map((link) => link.target), ...(written.layouts ?? [])]) {
      if (!isAbsent(to)) reached.add(to)
    }
    if (files.has(ALL_FILE) || !findsByName(written.template, written.layouts)) continue
    files.set(
      ALL_FILE,
      allText(new Map([...names].map(([each, file]) => [each, keyOf(file)])), options.extension),
    )
    for (const file of names.values()) reached.add(graph.unit(file))
  }
  return { entry: moduleFile(own.key, options.extension), files }
}
