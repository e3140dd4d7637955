import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The folder of this package: the first above this file with a manifest, bundled or not. */
const folder = above(__dirname)

/** What the templates are read from. */
export const TEMPLATES = path.join(folder, 'templates')

/** The manifest, in which the versions stand that new applications ask for. */
export const manifest = JSON.parse(
  readFileSync(path.join(folder, 'package.json'), 'utf8'),
) as Readonly<{ version: string; devDependencies: Readonly<Record<string, string>> }>

function above(at: string): string {
  return existsSync(path.join(at, 'package.json')) ? at : above(path.dirname(at))
}
