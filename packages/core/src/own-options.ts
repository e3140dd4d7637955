/**
 * A copy of options without a prototype: what only a polluted Object.prototype has was not set by
 * the program, and must not turn a guard off.
 */
export function ownOptions<Options extends object>(
  options: Options | null | undefined,
): { -readonly [Name in keyof Options]: Options[Name] } {
  return Object.assign(Object.create(null), options)
}

/** What options say; where they say `undefined`, what they are laid over counts. */
export function givenIn<Options extends object>(own: Options | undefined): Partial<Options> {
  const given = Object.entries(own ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<Options>
}
