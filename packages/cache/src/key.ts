import { CacheKeyError } from './errors/key-error.ts'
import { functionOption } from './option-values.ts'

/** The function that names calls: the caller's own, or the input itself where that is a string. */
export function keyMaker<Input>(key: ((input: Input) => string) | undefined) {
  const given = functionOption('key', key)
  return (input: Input): string => {
    const made: unknown = given ? given(input) : input
    if (typeof made !== 'string') throw new CacheKeyError(made)
    return made
  }
}
