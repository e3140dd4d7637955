import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const packages = path.join(import.meta.dirname, '../..')
const modules = path.join(import.meta.dirname, '../node_modules')

/** A folder with these files, where `@tokkyu/core` and what else is named can be imported. */
export function project(files: Record<string, string>, installed: readonly string[] = []): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tokkyu-project-')))
  mkdirSync(path.join(folder, 'node_modules'))
  symlinkSync(packages, path.join(folder, 'node_modules/@tokkyu'))
  for (const name of installed)
    symlinkSync(path.join(modules, name), path.join(folder, 'node_modules', name))
  for (const [name, text] of Object.entries(files)) write(folder, name, text)
  return folder
}

/** Writes one file of it. */
export function write(folder: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  writeFileSync(path.join(folder, name), text)
}
