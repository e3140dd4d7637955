import { type GeneratedProgram, unusedMark } from '../output/program.ts'

type Program = Pick<GeneratedProgram, 'body' | 'mark'>

/**
 * Writes an expression that needs nothing from outside and has a function as its value. The runtime
 * is set up once, when the expression is evaluated.
 *
 * Programs stand beside the runtime, not in it: a template that looks names up as JavaScript does
 * meets none of its names.
 *
 * @param runtime - the body of a strict function `(programs)` that returns the function.
 */
export function writeExpression(programs: readonly Program[], runtime: string): string {
  return `(function(programs){"use strict";\n${runtime}})(\n${listOf(programs.map(textOf))})`
}

/**
 * Writes a function expression that needs nothing from outside, not even what stands around it:
 * `toString()` of its value gives the same again. The runtime is set up at each call.
 *
 * @param functions - expressions that must not meet our names either.
 * @param runtime - the body of a strict function `(program, functions, escapeFn, include, rethrow)`
 *   that returns `(data) => text`, called with the `this` of the written function.
 */
export function writeFunction(
  program: Program,
  functions: readonly string[],
  runtime: string,
): string {
  const text = textOf(program)
  const mark = unusedMark(text + functions.join(''))
  const [data, ...rest] = ['d', 'e', 'i', 'r'].map((name) => mark + name)
  return (
    `function anonymous(${data},${rest.join(',')}){\n` +
    `return (function(program,functions,escapeFn,include,rethrow){"use strict";\n${runtime}})` +
    `.call(this,\n${text},\n${listOf(functions.map((each) => `(${each})`))},\n${rest.join(',')})(${data})\n}`
  )
}

function textOf({ body, mark }: Program): string {
  return `function(${mark}){${body}\n}`
}

function listOf(expressions: readonly string[]): string {
  return `[${expressions.join(',\n')}]`
}

/**
 * What the runtimes of both doors have: the data, and the names that it may lack. A global is asked
 * for by its descriptor: `Object.hasOwn` finds inherited ones too on the global of a `node:vm` context.
 */
export const DATA_SOURCE = `const own=(locals,name)=>Object.hasOwn(locals,name)?locals[name]:undefined;
const bound=(locals,value)=>typeof value==="function"?Function.prototype.bind.call(value,locals):value;
const copy=(...all)=>Object.assign(Object.create(null),...all);
const isGlobal=(name)=>Object.getOwnPropertyDescriptor(globalThis,name)!==undefined;
const globalValue=(name)=>isGlobal(name)?globalThis[name]:undefined;
const fallback=(locals,name)=>name in locals?undefined:globalValue(name);
const missing=(name,value,locals)=>{
  if(value===null||name in locals)return value;
  if(isGlobal(name))return globalThis[name];
  throw new ReferenceError(name+" is not defined");
};
`
