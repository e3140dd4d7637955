import { patternText } from '../path/constraints.ts'
import type { Layer } from '../table/layer.ts'
import { TextPathMatcher } from '../path/matcher.ts'

/** One way to write a path: text as it is, and what is captured between. */
export type PathForm = readonly (string | PathCapture)[]

/** A place in a path where a parameter is. */
export interface PathCapture {
  /** The name of the parameter. */
  readonly name: string
  /** Goes over several segments. */
  readonly isSplat: boolean
  /** The name of its constraint: "int" of `:id<int>`. */
  readonly constraint: string | undefined
  /** What its text must be, in RegExp syntax; undefined where nothing, or a function, is asked. */
  readonly pattern: string | undefined
}

/** Every way to write the paths of a layer, with optional groups written out. A RegExp has none. */
export function pathForms({ matchers, slash }: Layer): readonly PathForm[] {
  if (slash) return [['/']]
  return matchers.flatMap((matcher) => {
    if (!(matcher instanceof TextPathMatcher)) return []
    const { constraints } = matcher.options
    return matcher.alternatives.map((flat) =>
      flat.map((token) => {
        if (token.type === 'text') return token.value
        const constraint = token.type === 'param' ? token.constraint : undefined
        return {
          name: token.name,
          isSplat: token.type === 'splat',
          constraint: constraint?.kind === 'named' ? constraint.text : undefined,
          pattern: constraint && patternText(constraint, constraints),
        }
      }),
    )
  })
}
