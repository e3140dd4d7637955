import { EngineModuleError, ViewEngineError } from './errors.ts'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { onDemand } from '../on-demand.ts'

import type { EngineFunction } from '../types/application-members.ts'

/** What the engine that comes with the framework is made from. */
export interface EngineSettings {
  readonly root: string | string[]
  readonly cache: boolean
}

/**
 * The engine for a file extension: the registered one, ours for `.html`, otherwise the package of
 * that name, which is then registered, and ours for `.ejs` where the application has no ejs.
 *
 * @param view - the view that asks for it.
 * @throws {EngineModuleError} MODULE_NOT_FOUND when there is no such package; the error of `require` when it
 *   cannot be loaded.
 */
export function findEngine(
  extension: string,
  registered: Record<string, EngineFunction>,
  settings: EngineSettings,
  view: string,
): EngineFunction {
  if (registered[extension]) return registered[extension]
  if (extension === '.html') return ownEngine(extension, settings)
  try {
    return (registered[extension] = loadEngine(extension.slice(1), view))
  } catch (error) {
    if (extension === '.ejs' && error instanceof EngineModuleError)
      return ownEngine(extension, settings)
    throw error
  }
}

/** One engine for each set of folders, so that its compiled templates outlive a view. */
const ownEngines = new Map<string, EngineFunction>()

function ownEngine(extension: string, { root, cache }: EngineSettings): EngineFunction {
  const key = JSON.stringify([extension, root, cache])
  const known = ownEngines.get(key)
  if (known) return known
  const engine = onDemand.views.createEngine({ roots: root, cache, extension })
    .express as EngineFunction
  ownEngines.set(key, engine)
  return engine
}

function loadEngine(name: string, view: string): EngineFunction {
  const { __express: engine } = requireFromApplication(name, view) as { __express?: unknown }
  if (typeof engine === 'function') return engine as EngineFunction
  throw new ViewEngineError(`Module "${name}" does not provide a view engine.`)
}

/**
 * Loads a package as the application would: from the working folder, from beside the script that was
 * started, and last from beside this package, which is where Express looks.
 */
function requireFromApplication(name: string, view: string): unknown {
  const places = [join(process.cwd(), 'application.js'), process.argv[1] ?? __filename, __filename]
  let cause: unknown
  for (const place of places) {
    const load = createRequire(place)
    try {
      return load(name)
    } catch (error) {
      if (!isMissing(error, name)) throw error
      cause ??= error
    }
  }
  throw new EngineModuleError(name, view, places.map(dirname), { cause })
}

/** Whether the package is not there; it may be, and miss one of its own. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }
  return code === 'MODULE_NOT_FOUND' && String(message).startsWith(`Cannot find module '${name}'`)
}
