import type { Template } from './analyse.ts'
import type { CalledNames } from './called-names.ts'
import type { GenerateOptions } from './generate.ts'

// Names that cannot be bound, or that mean the same everywhere.
const NEVER_BOUND = new Set(['undefined', 'NaN', 'Infinity', 'eval', 'arguments', 'include'])
/** Names that every object has. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Declares the template's free names as local variables with the values of the data. */
export function prologue(
  template: Template,
  options: GenerateOptions,
  called: CalledNames,
  mark: string,
): string {
  const { localsName } = options
  const names = namesToBind(template, options)
  let code = ''
  if (template.includes.length > 0 || template.free.some(({ name }) => name === 'include')) {
    code += `const include=(${mark}n,${mark}d)=>${mark}.include(${mark}n,${mark}L,${mark}d,-1);`
  }
  if (template.free.some(({ name }) => name === localsName)) {
    code += `let ${localsName}=${mark}.copy(${mark}L);`
  }
  const bindings = names.map((name) => {
    if (called.only.has(name)) return `${name}=${functionOf(name, options, mark)}`
    const value = `${name}=${valueOf(name, options, mark)}`
    if (!called.alsoRead.has(name)) return value
    return `${value},${callPrefix(mark)}${name}=${functionOf(name, options, mark)}`
  })
  if (bindings.length > 0) code += `let ${bindings.join(',')};`
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
  const given = givenValueOf(name, mark)
  if (INHERITED.has(name) || !hasFallback(name, options)) return given
  return `${given}===undefined?${mark}.fallback(${mark}L,"${name}"):${given}`
}

/** The value for calls: a function of the data is called with the data as `this`. */
function functionOf(name: string, options: GenerateOptions, mark: string): string {
  const given = givenValueOf(name, mark)
  const value = `${mark}.bound(${mark}L,${given})`
  if (INHERITED.has(name) || !hasFallback(name, options)) return value
  return `${given}===undefined?${mark}.fallback(${mark}L,"${name}"):${value}`
}

function givenValueOf(name: string, mark: string): string {
  // What every object inherits is only a local when it is the data's own.
  return INHERITED.has(name) ? `${mark}.own(${mark}L,"${name}")` : `${mark}L.${name}`
}

/** What the name of a variable for calls begins with; behind it stands the name in the template. */
export function callPrefix(mark: string): string {
  return `${mark}_`
}
