import { type GeneratedProgram, unusedMark } from '../generate.ts'

export interface StandaloneParts {
  readonly programs: readonly Pick<GeneratedProgram, 'body' | 'mark'>[]
  /** Other expressions that must not see our names: functions of the user. */
  readonly functions?: readonly string[]
  /**
   * The body of a strict function `(programs, functions, escapeFn, include, rethrow)` that returns
   * `(data) => text`. It is called with the `this` of the standalone function's caller.
   */
  readonly runtime: string
}

/**
 * Writes a function expression that needs nothing from outside.
 *
 * The programs stand beside the runtime, not in it: a template that looks names up as JavaScript
 * does meets none of its names.
 */
export function writeFunction({ programs, functions = [], runtime }: StandaloneParts): string {
  const bodies = programs.map(({ body, mark }) => `function(${mark}){${body}\n}`)
  const mark = unusedMark(`${bodies.join('')}${functions.join('')}`)
  const params = ['d', 'e', 'i', 'r'].map((name) => mark + name)
  return (
    `function anonymous(${params.join(',')}){\n` +
    'return (function(programs,functions,escapeFn,include,rethrow){"use strict";\n' +
    `${runtime}}).call(this,\n` +
    `[${bodies.join(',\n')}],\n` +
    `[${functions.map((each) => `(${each})`).join(',')}],\n` +
    `${params.slice(1).join(',')})(${params[0]})\n}`
  )
}

/**
 * What the runtimes of both doors have: the data, and the names that it may lack. A global is asked
 * for by its descriptor: `Object.hasOwn` finds inherited ones too on the global of a `node:vm` context.
 */
export const DATA_SOURCE = `const own=(locals,name)=>Object.hasOwn(locals,name)?locals[name]:undefined;
const copy=(...all)=>Object.assign(Object.create(null),...all);
const isGlobal=(name)=>Object.getOwnPropertyDescriptor(globalThis,name)!==undefined;
const globalValue=(name)=>isGlobal(name)?globalThis[name]:undefined;
const fallback=(locals,name)=>name in locals?undefined:globalValue(name);
const missing=(name,locals)=>{
  if(name in locals||isGlobal(name))return globalValue(name);
  throw new ReferenceError(name+" is not defined");
};
`
