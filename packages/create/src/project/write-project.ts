import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import type { Choices, Kind } from '../choices.ts'
import { FolderInUseError } from '../errors.ts'
import { manifestFor } from './manifest.ts'
import { TEMPLATES } from './package-folder.ts'

/** The folders of templates that a kind is made of, in the language's folder and outside it. */
const LAYERS: Readonly<Record<Kind, readonly string[]>> = {
  site: ['all', 'sessions', 'site'],
  api: ['all', 'api'],
  realtime: ['all', 'sessions', 'realtime'],
}
const LANGUAGE_FOLDERS = { ts: 'typescript', js: 'javascript' } as const

/**
 * Writes a new application: the templates of its kind and language, and a package.json.
 *
 * @throws {FolderInUseError} `CREATE_FOLDER_IN_USE` when the folder holds more than a `.git`.
 */
export function writeProject(choices: Choices): void {
  const { folder, name, language, kind } = choices
  refuseFolderInUse(folder)
  const files = LAYERS[kind].flatMap((layer) => [
    ...filesIn(path.join(TEMPLATES, layer)),
    ...filesIn(path.join(TEMPLATES, LANGUAGE_FOLDERS[language], layer)),
  ])
  const manifest = `${JSON.stringify(manifestFor(choices), undefined, 2)}\n`
  write(path.join(folder, 'package.json'), manifest)
  for (const { file, template } of files)
    write(path.join(folder, file), readFileSync(template, 'utf8').replaceAll('{{name}}', name))
}

function refuseFolderInUse(folder: string): void {
  try {
    if (readdirSync(folder).every((name) => name === '.git')) return
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    if (code === 'ENOTDIR') throw new FolderInUseError(folder, 'that is a file')
    throw error
  }
  throw new FolderInUseError(folder, 'it is not empty')
}

/** The files of a layer, and what they are called in an application. */
function filesIn(layer: string): { file: string; template: string }[] {
  if (!existsSync(layer)) return []
  return readdirSync(layer, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const template = path.join(entry.parentPath, entry.name)
      return { file: path.relative(layer, template).replace(/^_/, '.'), template }
    })
}

/** Fails where a file is already: another may have come while we wrote. */
function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text, { flag: 'wx' })
}
