import type { Template } from '../language/analyse.ts'
import type { GenerateOptions } from './program.ts'
import type { Naming } from './naming.ts'

// Names that cannot be bound, or that mean the same everywhere.
const NEVER_BOUND = new Set(['undefined', 'NaN', 'Infinity', 'eval', 'arguments', 'include'])
/** Names that every object has. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Declares the template's free names as local variables with the values of the data. */
export function prologue(
  template: Template,
  options: GenerateOptions,
  naming: Naming,
  mark: string,
): string {
  const { looksUp, onlyCalled, alsoCalled } = naming
  const names = namesToBind(template, options, naming)
  let code = looksUp ? scopeOfNames(mark) : ownNames(template, options, naming, mark)
  const bindings = names.map((name) => {
    if (looksUp) return hasFallback(name, options) ? `${name}=${fallback(name, mark)}` : name
    if (onlyCalled.has(name)) return `${name}=${functionOf(name, options, mark)}`
    const value = `${name}=${valueOf(name, options, mark)}`
    if (!alsoCalled.has(name)) return value
    const call = functionOf(name, options, mark)
    return `${value},${forReading(name, mark)}=${name},${forCalls(name, mark)}=${call}`
  })
  // Only `var` can declare a variable of the name `let`.
  const word = names.includes('let') ? 'var' : 'let'
  if (bindings.length > 0) code += `${word} ${bindings.join(',')};`
  // EJS: `var title = title || 'none'` sees the local of that name.
  const vars = options.bindNames && !looksUp ? [...template.vars] : []
  for (const name of vars) code += `var ${name}=${valueOf(name, options, mark)};`
  for (const name of options.destructured ?? []) {
    if (!names.includes(name)) code += `var ${name}=${mark}L.${name};`
  }
  return code
}

/** Names that mean the same whatever the data has: `include`, and the name of all the data. */
export function ownNames(
  template: Template,
  { localsName, sharesLocals, bindNames }: GenerateOptions,
  { looksUp }: Naming,
  mark: string,
): string {
  let code = ''
  if (template.includes.length > 0 || template.free.some(({ name }) => name === 'include')) {
    code += `const include=(${mark}n,${mark}d)=>${mark}.include(${mark}n,${mark}L,${mark}d,-1);`
  }
  if (template.free.some(({ name }) => name === localsName)) {
    // A template that could change what it shares with its names looks them up there: any other
    // only reads it.
    const own = sharesLocals && bindNames ? `${mark}L` : `${mark}.copy(${mark}L)`
    code += `let ${localsName}=${looksUp ? `${mark}W` : own};`
  }
  return code
}

/** The object in which names are looked up. It has none that could be one of our own. */
function scopeOfNames(mark: string): string {
  const scope = `${mark}W`
  return (
    `const ${scope}=${mark}.copy(${mark}L);` +
    `for(const k in ${scope})if(${scope}!==${mark}L&&k.startsWith("${mark}"))delete ${scope}[k];`
  )
}

/** Whether a name has a variable in the program. */
export function isBound(
  name: string,
  { localsName, outputFunctionName, helpers }: GenerateOptions,
  { looksUp, written }: Naming,
): boolean {
  if (NEVER_BOUND.has(name) || name === localsName || name === outputFunctionName) return false
  // What the template writes must not become a global where the data has no such name.
  return !looksUp || helpers.has(name) || written.has(name)
}

// The globals of JavaScript and Node; one that is added later is found when it is missing. Asking
// `globalThis` itself costs more than all the rest of binding a name.
const GLOBALS = new Set(Object.getOwnPropertyNames(globalThis))

/** Whether a name has a value when the data has none for it. */
export function hasFallback(name: string, { helpers }: GenerateOptions): boolean {
  return GLOBALS.has(name) || helpers.has(name)
}

function namesToBind(template: Template, options: GenerateOptions, naming: Naming): string[] {
  if (!options.bindNames) return []
  const names = new Set<string>()
  const words = ownWords(template)
  for (const { name, start } of template.free) {
    if (isBound(name, options, naming) && !words.has(start)) names.add(name)
  }
  return [...names]
}

/** Where words of the language stand: they are not names. */
export function ownWords({ words, pagelets }: Template): Set<number> {
  return new Set([...words, ...pagelets].map(({ call }) => call.callee.start))
}

function valueOf(name: string, options: GenerateOptions, mark: string): string {
  const given = givenValueOf(name, mark)
  return mayFallBack(name, options)
    ? `${given}===undefined?${fallback(name, mark)}:${given}`
    : given
}

/** The value for calls: a function of the data is called with the data as `this`. */
function functionOf(name: string, options: GenerateOptions, mark: string): string {
  const given = givenValueOf(name, mark)
  const value = `${mark}.bound(${mark}L,${given})`
  return mayFallBack(name, options)
    ? `${given}===undefined?${fallback(name, mark)}:${value}`
    : value
}

function givenValueOf(name: string, mark: string): string {
  // What every object inherits is only a local when it is the data's own.
  return INHERITED.has(name) ? `${mark}.own(${mark}L,"${name}")` : `${mark}L.${name}`
}

function mayFallBack(name: string, options: GenerateOptions): boolean {
  return !INHERITED.has(name) && hasFallback(name, options)
}

function fallback(name: string, mark: string): string {
  return `${mark}.fallback(${mark}L,"${name}")`
}

/**
 * A name that is called and read too has two values. Its own variable is given the one that is wanted
 * wherever it stands: what V8 quotes is the name.
 */
export function forCalls(name: string, mark: string): string {
  return `${mark}c_${name}`
}

export function forReading(name: string, mark: string): string {
  return `${mark}r_${name}`
}
