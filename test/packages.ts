import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The root of the repository. */
export const root: string = path.resolve(import.meta.dirname, '..')

export interface PackageManifest {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
}

export interface WorkspacePackage {
  /** Absolute. */
  readonly folder: string
  readonly manifest: PackageManifest
  /** What can be imported from it: `@tokkyu/views`, `@tokkyu/views/ejs` … */
  readonly specifiers: readonly string[]
}

/** Every package that is published, read from its manifest. */
export const packages: readonly WorkspacePackage[] = readdirSync(path.join(root, 'packages')).map(
  (name) => {
    const folder = path.join(root, 'packages', name)
    const manifest = JSON.parse(
      readFileSync(path.join(folder, 'package.json'), 'utf8'),
    ) as PackageManifest
    const specifiers = Object.keys(manifest.exports)
      .filter((door) => door !== './package.json')
      .map((door) => manifest.name + door.slice(1))
    return { folder, manifest, specifiers }
  },
)
