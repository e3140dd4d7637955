import path from 'node:path'

import { takesData } from '../compile.ts'
import { type Context, TEXT } from '../contexts/context.ts'
import { sameContext } from '../contexts/join.ts'
import type { Template } from '../language/analyse.ts'
import type { ResolvedOptions } from '../options.ts'
import type { GeneratedProgram, Link } from '../output/program.ts'
import { isAbsent, type Target, type Unit, type WrittenUnit } from './unit.ts'

export const RUNTIME_FILE = '_views/runtime.mjs'
export const ALL_FILE = '_views/all.mjs'

/** Where a unit's module stands in the folder of modules. */
export function moduleFile(key: string, extension: string): string {
  const stem = key.endsWith(extension) ? key.slice(0, -extension.length) : key
  return `${stem}.mjs`
}

/** The ES module of a template, and how many lines of it come before those of the template. */
export interface ModuleText {
  readonly text: string
  readonly linesBefore: number
}

/**
 * Writes a template's ES module.
 *
 * @param holdsSource - whether it has the template's text, to show the lines around an error.
 */
export function moduleText(
  unit: Unit,
  { source, template, program, links, layouts }: WrittenUnit,
  { extension, escapeBy }: Pick<ResolvedOptions, 'extension' | 'escapeBy'>,
  holdsSource: boolean,
): ModuleText {
  const file = moduleFile(unit.key, extension)
  const used = new Set(['page', 'template'])
  const imports = new Map<string, string>()
  const refer = (target: Target): string => {
    if (isAbsent(target)) {
      used.add('absent')
      return `absent(${JSON.stringify(target.absent)})`
    }
    if (target.key === unit.key) return 'own'
    const name = imports.get(target.key) ?? `t${imports.size}`
    imports.set(target.key, name)
    return name
  }
  const linked = links.map(
    ({ include, target }) => `{to:${refer(target)},takesData:${takesData(include)}}`,
  )
  const layoutList = (layouts ?? []).map(refer)
  const parts = partsOf(program)
  for (const part of parts) used.add(part)
  const finds = findsByName(template, layouts)
  if (finds) {
    used.add('names')
    parts.push(`names((name)=>find(name,${JSON.stringify(unit.key)}))`)
  }
  if (program.places.some(isText)) used.add('TEXT')
  const lead = [
    `import{${[...used].join(',')}}from ${specifier(file, RUNTIME_FILE)}`,
    ...[...imports].map(
      ([key, name]) =>
        `import{template as ${name}}from ${specifier(file, moduleFile(key, extension))}`,
    ),
    ...(finds ? [`import{find}from ${specifier(file, ALL_FILE)}`] : []),
  ]
  const lines = [0, ...Array.from(source.text.matchAll(/\n/g), ({ index }) => index + 1)]
  const before =
    `${lead.join('\n')}\nconst own=/*#__PURE__*/template({` +
    `name:${JSON.stringify(source.name)},escapeBy:"${escapeBy}",` +
    `source:${JSON.stringify(holdsSource ? source.text : lines)},` +
    `${numbered(program, (place) => (isText(place) ? 'TEXT' : JSON.stringify(place)))},` +
    `parts:[${parts.join(',')}],\n` +
    `links:()=>[${linked.join(',')}],layouts:()=>[${layoutList.join(',')}],\n`
  const text =
    `${before}program:(${program.mark})=>{${program.body}\n}})\n` +
    'export{own as template}\nexport default /*#__PURE__*/page(own)\n'
  // The program has one line of its own.
  return { text, linesBefore: before.split('\n').length }
}

/** Which of the runtime's parts a program uses. */
function partsOf({ body, mark, encoders }: GeneratedProgram): string[] {
  const asks = (...members: string[]): boolean =>
    members.some((member) => body.includes(`${mark}.${member}(`))
  const parts: string[] = []
  if (encoders.some((name) => name !== 'text')) parts.push('encoders')
  if (asks('rawIn')) parts.push('raw')
  if (asks('print', 'blocks')) parts.push('blocks')
  if (asks('pagelet')) parts.push('pagelets')
  return parts
}

/** Whether a template names others by names that are known when it runs only. */
export function findsByName(
  { includes, free }: Template,
  layouts: readonly Target[] | undefined,
): boolean {
  const calls = new Set(
    includes.filter(({ name }) => name !== undefined).map(({ call }) => call.callee.start),
  )
  return (
    layouts === undefined || free.some(({ name, start }) => name === 'include' && !calls.has(start))
  )
}

function isText(place: Context): boolean {
  return place === TEXT || sameContext(place, TEXT)
}

function specifier(from: string, to: string): string {
  const relative = path.posix.relative(path.posix.dirname(from), to)
  return JSON.stringify(relative.startsWith('.') ? relative : `./${relative}`)
}

/** What a program names by number. */
function numbered(
  { places, encoders }: GeneratedProgram,
  placeText: (place: Context) => string,
): string {
  return `places:[${places.map(placeText).join(',')}],encoders:${JSON.stringify(encoders)}`
}

/** The text of the file from which an engine serves a template. */
export function servedText({
  source,
  template,
  program,
  links,
  layouts,
  streamed,
}: WrittenUnit): string {
  const names = JSON.stringify([...template.declared])
  return (
    `'use strict'\nmodule.exports={name:${JSON.stringify(source.name)},declared:${names},` +
    `streams:${streamed !== undefined},${servedProgram(program, links, layouts)}}\n`
  )
}

/** The text of the file from which an engine streams a template; undefined when it is rendered for that. */
export function streamedText({ streamed }: WrittenUnit): string | undefined {
  if (!streamed) return undefined
  const { program, links, layouts } = streamed
  return `'use strict'\nmodule.exports={${servedProgram(program, links, layouts)}}\n`
}

function servedProgram(
  program: GeneratedProgram,
  links: readonly Link<Target>[],
  layouts: readonly Target[] | undefined,
): string {
  const linked = links.map(({ include, target, streams }) => [
    ...nameOf(target),
    takesData(include),
    streams ?? false,
  ])
  const named = layouts && JSON.stringify(layouts.map(nameOf))
  return (
    `${numbered(program, (place) => JSON.stringify(place))},` +
    `links:${JSON.stringify(linked)},layouts:${named ?? 'undefined'},\n` +
    // In parentheses V8 compiles it at once: the file is read when it is to run.
    `program:(function(${program.mark}){${program.body}\n})`
  )
}

/** A template's key, or the name that none has. */
function nameOf(target: Target): [key: string | null, absent: string] {
  return isAbsent(target) ? [null, target.absent] : [target.key, '']
}

/**
 * The declaration of a template's module.
 *
 * @param data - a type `Data`, with the paths of its imports as they are seen from there.
 */
export function declarationText({ isAsync }: Unit, { layouts }: WrittenUnit, data: string): string {
  const text = isAsync ? 'Promise<string>' : layouts ? 'string' : 'string | Promise<string>'
  return (
    `${data.trim()}\nexport type { Data }\n/** Renders the template. */\n` +
    'export default function render(\n' +
    '  ...data: Partial<Data> extends Data ? [data?: Data] : [data: Data]\n' +
    `): ${text}\n`
  )
}

/** The module that finds any template by its name. */
export function allText(keys: ReadonlyMap<string, string>, extension: string): string {
  const numbers = new Map([...new Set(keys.values())].map((key, i) => [key, `t${i}`]))
  const imports = [...numbers].map(
    ([key, name]) =>
      `import{template as ${name}}from ${JSON.stringify(`../${moduleFile(key, extension)}`)}`,
  )
  const entries = [...keys].map(([name, key]) => `[${JSON.stringify(name)},${numbers.get(key)}]`)
  return (
    `import{finder}from "./runtime.mjs"\n${imports.join('\n')}\n` +
    `export const find=/*#__PURE__*/finder(()=>new Map([${entries.join(',')}]),${JSON.stringify(extension)})\n`
  )
}

export const TYPES_FILE = 'templates.d.ts'

/** The declaration by which `render` knows the data of each template. */
export function templatesText(names: ReadonlyMap<string, string>, extension: string): string {
  const lines = [...names].flatMap(([name, key]) => {
    const file = `./${moduleFile(key, extension)}`
    const short = name.slice(0, -extension.length)
    return [short, name].map((each) => `      ${JSON.stringify(each)}: import('${file}').Data\n`)
  })
  return (
    `declare global {\n  namespace Tokkyu {\n    interface Templates {\n${lines.join('')}` +
    '    }\n  }\n}\nexport {}\n'
  )
}
