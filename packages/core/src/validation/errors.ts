import type { InputPlace } from './input-place.ts'

/** What a schema has against one value. The value itself is not told. */
export interface InputIssue {
  /** Where the value was sent. */
  readonly in: InputPlace
  /** Keys and indices from the place to the value; empty for all of it. */
  readonly path: readonly (string | number)[]
  /** The library's words, without the value. */
  readonly message: string
}

/** The input of a request is not what `validate()` was told to let in. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code = 'INPUT_INVALID'
  readonly status: 400 | 422
  readonly expose = true
  /** All that is wrong, place by place. */
  readonly issues: readonly InputIssue[]

  constructor(issues: readonly InputIssue[], status: 400 | 422) {
    const more = issues.length > SPOKEN ? `; and ${issues.length - SPOKEN} more` : ''
    super(`Invalid input: ${issues.slice(0, SPOKEN).map(sentenceOf).join('; ')}${more}`)
    this.issues = issues
    this.status = status
  }

  get statusCode(): number {
    return this.status
  }

  /** Members for problem details beyond the usual ones (RFC 9457 §3.2). */
  get problem(): { readonly errors: readonly object[] } {
    const errors = this.issues.map(({ in: place, path, message }) => {
      return { in: place, path, detail: message }
    })
    return { errors }
  }
}

/** As many issues are read in a log; the others are in `issues`. */
const SPOKEN = 5

function sentenceOf({ in: place, path, message }: InputIssue): string {
  return `${[place, ...path].join('.')}: ${message}`
}

/** `validate()` was given a place, a schema or an option that it does not know. */
export class InputOptionError extends TypeError {
  override readonly name = 'InputOptionError'
  readonly code = 'INPUT_BAD_OPTION'
  readonly status = 500
  readonly expose = false
}
