import { readFileSync } from 'node:fs'
import path from 'node:path'
import { compileFunction, constants } from 'node:vm'

import type { CompiledStream } from '../compile.ts'
import type { Context } from '../contexts/context.ts'
import type { EncoderName } from '../contexts/encoders.ts'
import { engineRuntime } from '../engine-runtime.ts'
import type { ResolvedOptions } from '../options.ts'
import {
  mergeLocals,
  type RenderFunction,
  type StreamFunction,
  withPlaces,
} from '../output/instantiate.ts'
import { inOnePiece, renderLinked, streamLinked } from '../output/linked.ts'
import type { Runtime } from '../output/runtime.ts'
import {
  TemplateNameError,
  TemplateNotFoundError,
  TemplateOptionError,
  TemplateOutsideRootsError,
} from '../source/errors.ts'
import type { Source } from '../source/source.ts'
import {
  FORMAT,
  INDEX_FILE,
  readState,
  servedFile,
  type ServedIndex,
  streamedFile,
} from './build-state.ts'
import { resolveName } from './resolve-name.ts'

/** A program as it stands in its file. */
interface Program<Render> {
  readonly places: readonly Context[]
  readonly encoders: readonly EncoderName[]
  readonly links: readonly (readonly [
    key: string | null,
    absent: string,
    takesData: boolean,
    streams: boolean,
  ])[]
  readonly layouts: readonly (readonly [key: string | null, absent: string])[] | undefined
  readonly program: (runtime: object) => Render
}

interface Served extends Program<RenderFunction> {
  readonly name: string
  readonly declared: readonly string[]
  /** Whether it has a program that can be left. */
  readonly streams: boolean
}

/** Templates that were compiled before: their files are neither looked for nor read. */
export class ServedTemplates {
  private readonly folder: string
  private readonly options: ResolvedOptions
  private readonly index: ServedIndex
  private readonly served = new Map<string, Served>()
  private readonly names: ReadonlyMap<string, string>
  private readonly renders = new Map<string, { readonly render: RenderFunction }>()
  private readonly streams = new Map<string, Pick<CompiledStream, 'render'>>()

  /** @throws {TemplateOptionError} TEMPLATE_BAD_OPTION for a folder that has none, or those of another version. */
  constructor(folder: string, options: ResolvedOptions) {
    this.folder = path.resolve(folder)
    this.index = readIndex(this.folder)
    this.options = { ...options, escapeBy: this.index.escapeBy }
    this.names = new Map(Object.entries(this.index.names))
  }

  /** The key of a template by its name below the roots. */
  locate(name: string, from?: string): string {
    if (typeof name !== 'string' || name === '') throw new TemplateNameError(name)
    const found = resolveName(this.names, name, this.index.extension, from)
    if (found !== undefined) return this.names.get(found) as string
    throw new TemplateNotFoundError(name, [this.folder])
  }

  /** The key of the template that was made from a file. */
  confine(file: string): string {
    const { roots } = this.options
    for (const root of roots) {
      const name = path.relative(path.resolve(root), path.resolve(file))
      const key = this.names.get(name.split(path.sep).join('/'))
      if (key !== undefined) return key
    }
    const isInside = roots.some((root) => {
      const name = path.relative(path.resolve(root), path.resolve(file))
      return !name.startsWith('..') && !path.isAbsolute(name)
    })
    if (!isInside) throw new TemplateOutsideRootsError(file, roots)
    throw new TemplateNotFoundError(file, [this.folder])
  }

  load(key: string): { readonly render: RenderFunction } {
    const known = this.renders.get(key)
    if (known) return known
    let render: RenderFunction | undefined
    const loaded = {
      // One may include itself: what it includes is looked for when it runs first.
      render: ((locals, body, blocks) => {
        render ??= this.renderOf(key)
        return render(locals, body, blocks)
      }) as RenderFunction,
    }
    this.renders.set(key, loaded)
    return loaded
  }

  stream(key: string): Pick<CompiledStream, 'render'> {
    const known = this.streams.get(key)
    if (known) return known
    let render: StreamFunction | undefined
    const whole = inOnePiece(this.load(key).render)
    const loaded = {
      render: ((...args) => {
        render ??= this.read(key).streams ? this.streamOf(key) : whole
        return render(...args)
      }) satisfies StreamFunction,
    }
    this.streams.set(key, loaded)
    return loaded
  }

  private renderOf(key: string): RenderFunction {
    const { places, encoders, links, layouts = [], program } = this.read(key)
    const runtime: Runtime = {
      ...this.runtime(key),
      layout: (name) => this.load(this.locate(name, key)).render,
    }
    const linked = links.map(([to, absent, takesData]) =>
      renderLinked(this.renderNamed(to, absent), takesData),
    )
    const renders = layouts.map(([to, absent]) => this.renderNamed(to, absent))
    return program(withPlaces(runtime, places, encoders, linked, renders))
  }

  private streamOf(key: string): StreamFunction {
    const { places, encoders, links, layouts, program } = evaluate(
      this.folder,
      streamedFile(key),
    ) as Program<StreamFunction>
    // Without a list their names are known only when it runs.
    const isLayouts = layouts === undefined || layouts.length > 0
    const runtime = {
      ...this.runtime(key),
      layout: (name: string) => this.stream(this.locate(name, key)).render,
    }
    const linked = links.map(([to, absent, takesData, streams]) =>
      streams && to !== null
        ? streamLinked(this.stream(to).render, takesData, isLayouts)
        : renderLinked(this.renderNamed(to, absent), takesData),
    )
    const renders = (layouts ?? []).map(([to, absent]) =>
      to === null ? inOnePiece(this.renderNamed(to, absent)) : this.stream(to).render,
    )
    // The place of a layout's name is the only member that differs between the two kinds.
    return program(withPlaces(runtime as unknown as Runtime, places, encoders, linked, renders))
  }

  private renderNamed(to: string | null, absent: string): RenderFunction {
    if (to !== null) return this.load(to).render
    return () => {
      throw new TemplateNotFoundError(absent, [this.folder])
    }
  }

  private runtime(key: string): Omit<Runtime, 'layout'> {
    const { name, declared } = this.read(key)
    return engineRuntime(
      this.options,
      sourceOf(this.folder, key, name),
      { program: { names: new Set(declared), segments: [] } },
      '',
      (included, locals, data) =>
        this.load(this.locate(included, key)).render(mergeLocals(locals, data)),
    )
  }

  private read(key: string): Served {
    const known = this.served.get(key)
    if (known) return known
    const served = evaluate(this.folder, servedFile(key)) as Served
    this.served.set(key, served)
    return served
  }
}

/** Reads a module of CommonJS that asks for nothing: `require` takes twice as long, to find and to remember it. */
function evaluate(folder: string, name: string): unknown {
  const filename = path.join(folder, name)
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  const options = { filename, importModuleDynamically }
  const module: { exports?: unknown } = {}
  compileFunction(readFileSync(filename, 'utf8'), ['module'], options)(module)
  return module.exports
}

function readIndex(folder: string): ServedIndex {
  let index: ServedIndex
  try {
    index = JSON.parse(readFileSync(path.join(folder, INDEX_FILE), 'utf8')) as ServedIndex
  } catch (error) {
    throw new TemplateOptionError(
      'compiled',
      `Cannot serve compiled templates from ${JSON.stringify(folder)}: ${(error as Error).message}`,
    )
  }
  if (index.format === FORMAT) return index
  throw new TemplateOptionError(
    'compiled',
    `Cannot serve compiled templates from ${JSON.stringify(folder)}: another version wrote them; compile them again`,
  )
}

/** The text is only wanted to show the lines around an error. */
function sourceOf(folder: string, key: string, name: string): Source {
  let text: string | undefined
  return {
    name,
    get text() {
      if (text === undefined) {
        const state = readState(folder)
        text = state?.texts[state.units[key]?.name ?? ''] ?? ''
      }
      return text
    },
  }
}
