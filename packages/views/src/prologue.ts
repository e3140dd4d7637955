import type { Template } from './analyse.ts'
import type { GenerateOptions } from './generate.ts'

// Names that cannot be bound, or that mean the same everywhere.
const NEVER_BOUND = new Set(['undefined', 'NaN', 'Infinity', 'eval', 'arguments', 'include'])
/** Names that every object has. */
export const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Declares the template's free names as local variables with the values of the data. */
export function prologue(template: Template, options: GenerateOptions, mark: string): string {
  const { localsName } = options
  const names = namesToBind(template, options)
  let code = ''
  if (template.includes.length > 0 || template.free.some(({ name }) => name === 'include')) {
    code += `const include=(${mark}n,${mark}d)=>${mark}.include(${mark}n,${mark}L,${mark}d,-1);`
  }
  if (template.free.some(({ name }) => name === localsName)) {
    code += `let ${localsName}=${mark}.copy(${mark}L);`
  }
  const bindings = names.map((name) => `${name}=${valueOf(name, options, mark)}`)
  // Only `var` can declare a variable of the name `let`.
  const word = names.includes('let') ? 'var' : 'let'
  if (bindings.length > 0) code += `${word} ${bindings.join(',')};`
  // EJS: `var title = title || 'none'` sees the local of that name.
  const vars = options.bindNames ? [...template.vars] : []
  for (const name of vars) code += `var ${name}=${valueOf(name, options, mark)};`
  for (const name of options.destructured ?? []) {
    if (!names.includes(name)) code += `var ${name}=${mark}L.${name};`
  }
  return code
}

/** Whether a use of a name is ours to give a value. */
export function isBound(
  name: string,
  { localsName, outputFunctionName }: GenerateOptions,
): boolean {
  return !NEVER_BOUND.has(name) && name !== localsName && name !== outputFunctionName
}

// The globals of JavaScript and Node; one that is added later is found when it is missing. Asking
// `globalThis` itself costs more than all the rest of binding a name.
const GLOBALS = new Set(Object.getOwnPropertyNames(globalThis))

/** Whether a name has a value when the data has none for it. */
export function hasFallback(name: string, { helpers }: GenerateOptions): boolean {
  return GLOBALS.has(name) || helpers.has(name)
}

function namesToBind(template: Template, options: GenerateOptions): string[] {
  if (!options.bindNames) return []
  const names = new Set<string>()
  const words = new Set(template.words.map(({ call }) => call.callee.start))
  for (const { name, start } of template.free) {
    if (isBound(name, options) && !words.has(start)) names.add(name)
  }
  return [...names]
}

function valueOf(name: string, options: GenerateOptions, mark: string): string {
  // What every object inherits is only a local when it is the data's own.
  if (INHERITED.has(name)) return `${mark}.own(${mark}L,"${name}")`
  if (!hasFallback(name, options)) return `${mark}L.${name}`
  return `${mark}L.${name}===undefined?${mark}.fallback(${mark}L,"${name}"):${mark}L.${name}`
}
