import path from 'node:path'

import { inferData } from '../inference/infer-data.ts'
import type { Template } from '../language/analyse.ts'
import { declarationIn, withImports } from '../language/declaration.ts'
import type { ResolvedOptions } from '../options.ts'
import { sourceMap } from '../source/source-map.ts'
import type { Unit, WrittenUnit } from './unit.ts'
import { declarationText, moduleFile, moduleText } from './write-module.ts'

/** Where modules go, and what they are to tell of their templates. */
export interface ModuleTarget {
  /** The folder. */
  readonly out: string
  /** Whether a map leads to the template, and errors show the lines around their places. */
  readonly sourceMaps: boolean
}

/** The files of a template's module by their names below the folder of modules. */
export function moduleFiles(
  unit: Unit,
  written: WrittenUnit,
  options: ResolvedOptions,
  { out, sourceMaps }: ModuleTarget,
): Map<string, string> {
  const file = moduleFile(unit.key, options.extension)
  const { text, linesBefore } = moduleText(unit, written, options, sourceMaps)
  const files = new Map<string, string>()
  if (sourceMaps) {
    const map = `${file}.map`
    const { source, program } = written
    const template = fromFolderOf(path.resolve(out, map), unit.file)
    files.set(file, `${text}//# sourceMappingURL=${encodeURI(path.posix.basename(map))}\n`)
    files.set(map, sourceMap(source, encodeURI(template), program.segments, linesBefore))
  } else files.set(file, text)
  const types = file.replace(/mjs$/, 'd.mts')
  files.set(types, declarationText(unit, written, declaredIn(unit, written, options, out, types)))
  return files
}

/** What a template declares, as its module has it, which stands elsewhere. */
function declaredIn(
  { file }: Unit,
  { source, template }: WrittenUnit,
  { delimiters, localsName }: ResolvedOptions,
  out: string,
  to: string,
): string {
  const declaration = declarationIn(source, delimiters)
  if (!declaration) return inferredData(template, localsName)
  return withImports(declaration.text, (found) =>
    fromFolderOf(path.resolve(out, to), path.resolve(path.dirname(file), found)),
  )
}

/** What is included sees all the data, too: any other name may be among it. */
function inferredData(template: Template, localsName: string): string {
  const { type } = inferData(template, localsName)
  return (
    '/** What the template is rendered with: it declares nothing, and this is what its use of it shows. */\n' +
    `type Data = Partial<${type}> & Record<string, any>\n`
  )
}

function fromFolderOf(file: string, to: string): string {
  const relative = path.relative(path.dirname(file), to).split(path.sep).join('/')
  return relative.startsWith('.') ? relative : `./${relative}`
}
