import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { readTemplate } from '../files/template-file.ts'
import { type EngineOptions, resolveOptions, type ResolvedOptions } from '../options.ts'
import { TemplateCompileError } from '../source/errors.ts'
import {
  type BuildState,
  FORMAT,
  INDEX_FILE,
  readState,
  servedFile,
  streamedFile,
  type ServedIndex,
  staleUnits,
  STATE_FILE,
  type UnitState,
} from './build-state.ts'
import { templateFiles } from './template-files.ts'
import { isAbsent, type Target, type Unit, type WrittenUnit } from './unit.ts'
import { UnitGraph } from './unit-graph.ts'
import { moduleFiles } from './module-files.ts'
import {
  ALL_FILE,
  allText,
  moduleFile,
  RUNTIME_FILE,
  servedText,
  streamedText,
  templatesText,
  TYPES_FILE,
} from './write-module.ts'

/** What `writeModules` did. */
export interface ModulesWritten {
  /** Names of the templates whose modules were written. */
  readonly written: readonly string[]
  /** How many stand as they were. */
  readonly kept: number
  /** Modules that nothing asks for any more. */
  readonly removed: readonly string[]
  /** Templates that do not compile; they have no module, nor has what includes them. */
  readonly failures: readonly TemplateCompileError[]
  /** Names that templates include and no file has: an error when they are reached. */
  readonly missing: readonly { readonly template: string; readonly name: string }[]
}

/** Writes the templates below some folders as modules, again and again as they change. */
export class ModuleWriter {
  private readonly options: ResolvedOptions
  readonly out: string
  readonly sourceMaps: boolean
  private readonly runtime: string
  private readonly made: string
  private state: BuildState | undefined

  /** @param runtime - the file of what all modules import. */
  constructor(out: string, given: EngineOptions, runtime: string) {
    this.options = resolveOptions(given)
    this.out = out
    this.sourceMaps = given.sourceMaps ?? true
    this.runtime = readFileSync(runtime, 'utf8')
    const { delimiters, rmWhitespace, localsName, escapeBy, extension } = this.options
    const told = { delimiters, rmWhitespace, localsName, escapeBy, extension }
    this.made = JSON.stringify([FORMAT, told, this.sourceMaps])
  }

  write(): ModulesWritten {
    const { extension } = this.options
    const files = templateFiles(this.options)
    const texts = new Map<string, string>()
    for (const [key, file] of files.byKey) texts.set(key, readTemplate(file).text)
    this.state ??= readState(this.out)
    const before = this.state?.made === this.made ? this.state : undefined
    const isNew = before === undefined
    const stale = before ? staleUnits(before, texts) : new Set<string>()
    const graph = new UnitGraph(this.options, files.keyOf)
    const kept = new Map(Object.entries(before?.units ?? {}).filter(([key]) => !stale.has(key)))
    for (const [key, unit] of kept) graph.units.set(key, unitOf(key, unit, files.byKey))
    const failures = compileAll(graph, files.names.values())

    const units: Record<string, UnitState> = {}
    for (const key of reachable(graph, kept, files)) {
      const unit = graph.units.get(key) as Unit
      units[key] = unit.written
        ? stateOf(unit, unit.written, files.keyOf(unit.file))
        : (kept.get(key) as UnitState)
    }
    const written = Object.keys(units).filter((key) => graph.units.get(key)?.written)
    for (const key of written) {
      const unit = graph.units.get(key) as Unit & { written: WrittenUnit }
      for (const [file, text] of moduleFiles(unit, unit.written, this.options, this)) {
        this.put(file, text)
      }
      if (!this.sourceMaps) this.remove(`${moduleFile(key, extension)}.map`)
      this.put(servedFile(key), servedText(unit.written))
      const streamed = streamedText(unit.written)
      if (streamed === undefined) this.remove(streamedFile(key))
      else this.put(streamedFile(key), streamed)
    }
    const removed = Object.keys(this.state?.units ?? {}).filter((key) => !units[key])
    for (const key of removed) {
      const file = moduleFile(key, extension)
      this.remove(file, `${file}.map`, file.replace(/mjs$/, 'd.mts'))
      this.remove(servedFile(key), streamedFile(key))
    }
    const compiled = Object.fromEntries([...texts].filter(([name]) => known(name, units)))
    this.state = { made: this.made, texts: compiled, units }
    if (isNew) this.put(RUNTIME_FILE, this.runtime)
    if (isNew || written.length + removed.length > 0) this.writeWhole(files.names, files.keyOf)
    return {
      written,
      kept: Object.keys(units).length - written.length,
      removed,
      failures,
      missing: missingIn(graph),
    }
  }

  /** The files that hold all templates. */
  private writeWhole(names: ReadonlyMap<string, string>, keyOf: (file: string) => string): void {
    const { extension, escapeBy } = this.options
    const { units } = this.state as BuildState
    const keys = new Map<string, string>()
    for (const [name, file] of names) if (units[keyOf(file)]) keys.set(name, keyOf(file))
    const index: ServedIndex = {
      format: FORMAT,
      extension,
      escapeBy,
      names: Object.fromEntries(keys),
    }
    this.put(INDEX_FILE, JSON.stringify(index))
    this.put(TYPES_FILE, templatesText(keys, extension))
    this.put(ALL_FILE, allText(keys, extension))
    this.put(STATE_FILE, JSON.stringify(this.state))
  }

  private put(name: string, text: string): void {
    const file = path.join(this.out, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  private remove(...names: string[]): void {
    for (const name of names) rmSync(path.join(this.out, name), { force: true })
  }
}

/** Compiles what is not known yet; an error that several templates meet is told once. */
function compileAll(graph: UnitGraph, files: Iterable<string>): TemplateCompileError[] {
  const failures = new Map<string, { file: string; error: TemplateCompileError }>()
  for (const file of files) {
    try {
      graph.unit(file)
    } catch (error) {
      if (!(error instanceof TemplateCompileError)) throw error
      const { path: name, line, column, reason } = error
      const key = [name, line, column, reason].join('\0')
      if (!failures.has(key)) failures.set(key, { file, error })
    }
  }
  // A part of a page may only mean something in the places where it is included.
  const compiled = new Set([...graph.units.values()].map(({ file }) => file))
  return [...failures.values()].flatMap(({ file, error }) => (compiled.has(file) ? [] : [error]))
}

/** Units that a template of its own is, or one that is reached from there. */
function reachable(
  graph: UnitGraph,
  kept: ReadonlyMap<string, UnitState>,
  { names, keyOf }: Pick<ReturnType<typeof templateFiles>, 'names' | 'keyOf'>,
): Set<string> {
  const keys = new Set<string>()
  for (const file of names.values()) if (graph.units.has(keyOf(file))) keys.add(keyOf(file))
  for (const key of keys) {
    const written = graph.units.get(key)?.written
    const uses = written ? usesOf(written) : (kept.get(key)?.uses ?? [])
    for (const used of uses) keys.add(used)
  }
  return keys
}

function targetsOf({ links, layouts }: WrittenUnit): Target[] {
  return [...links.map(({ target }) => target), ...(layouts ?? [])]
}

function usesOf(written: WrittenUnit): string[] {
  return targetsOf(written).flatMap((target) => (isAbsent(target) ? [] : [target.key]))
}

function stateOf(unit: Unit, written: WrittenUnit, name: string): UnitState {
  const { template } = written
  const called = [...template.includes, ...template.words.filter(({ word }) => word === 'layout')]
  return {
    name,
    context: unit.context,
    isAsync: unit.isAsync,
    suspends: unit.stream().suspends,
    blocks: [...unit.blocks].map(([block, place]) => [block, place ?? null]),
    ...(unit.barePagelet !== undefined && { barePagelet: unit.barePagelet }),
    uses: usesOf(written),
    called: called.flatMap((each) => each.name ?? []),
  }
}

/** A unit that stands as it was written before. */
function unitOf(key: string, state: UnitState, files: ReadonlyMap<string, string>): Unit {
  return {
    key,
    file: files.get(state.name) ?? '',
    context: state.context,
    isAsync: state.isAsync,
    blocks: new Map(state.blocks.map(([name, place]) => [name, place ?? undefined])),
    barePagelet: state.barePagelet,
    stream: () => ({ suspends: state.suspends }),
    written: undefined,
  }
}

function known(name: string, units: Readonly<Record<string, UnitState>>): boolean {
  return Object.values(units).some((unit) => unit.name === name)
}

function missingIn(graph: UnitGraph): { template: string; name: string }[] {
  return [...graph.units.values()].flatMap(({ key, written }) =>
    (written ? targetsOf(written) : []).flatMap((target) =>
      isAbsent(target) ? [{ template: key, name: target.absent }] : [],
    ),
  )
}
