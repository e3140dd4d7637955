import { readdirSync, realpathSync } from 'node:fs'
import path from 'node:path'

import { confine } from '../files/template-file.ts'
import type { ResolvedOptions } from '../options.ts'
import { TemplateNotFoundError, TemplateOutsideRootsError } from '../source/errors.ts'

/** The templates below the roots. */
export interface TemplateFiles {
  /** Real paths by their names below the roots, with `/` on all systems; the first root wins. */
  readonly names: ReadonlyMap<string, string>
  /** Real paths of all of them by their keys: their names, and names of their own for what another root hides. */
  readonly byKey: ReadonlyMap<string, string>
  readonly keyOf: (file: string) => string
}

export function templateFiles({
  roots,
  extension,
}: Pick<ResolvedOptions, 'roots' | 'extension'>): TemplateFiles {
  const names = new Map<string, string>()
  const files = new Set<string>()
  const realRoots = roots.map((root) => realpathSync.native(root))
  for (const root of roots) {
    for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()) {
      const name = entry.split(path.sep).join('/')
      if (!name.endsWith(extension)) continue
      const file = fileOf(path.join(root, name), roots)
      if (file === undefined) continue
      files.add(file)
      if (!names.has(name)) names.set(name, file)
    }
  }
  const keyOf = (file: string): string => {
    const i = realRoots.findIndex((root) => file.startsWith(root + path.sep))
    const name = path
      .relative(realRoots[i] ?? '', file)
      .split(path.sep)
      .join('/')
    return names.get(name) === file ? name : `root-${i + 1}/${name}`
  }
  return { names, byKey: new Map([...files].map((file) => [keyOf(file), file])), keyOf }
}

/** Undefined for a folder of such a name, and for a link that leads out of the roots or nowhere. */
function fileOf(file: string, roots: readonly string[]): string | undefined {
  try {
    return confine(file, roots)
  } catch (error) {
    if (error instanceof TemplateNotFoundError || error instanceof TemplateOutsideRootsError)
      return undefined
    throw error
  }
}
