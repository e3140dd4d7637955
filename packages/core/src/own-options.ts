/**
 * A copy of options without a prototype: what only a polluted Object.prototype has was not set by
 * the program, and must not turn a guard off.
 */
export function ownOptions<Options extends object>(
  options: Options | null | undefined,
): { -readonly [Name in keyof Options]: Options[Name] } {
  return Object.assign(Object.create(null), options)
}
