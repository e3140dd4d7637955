/**
 * A public function, or one of its options, was given what cannot be meant: a mistake of the program. Its
 * name stays `TypeError`, and its sentences are Express's where Express has one.
 */
export class ArgumentError extends TypeError {
  readonly code = 'ARGUMENT_INVALID'
  readonly status = 500
  readonly expose = false
}

/** A number that was given is out of the range that makes sense; its name stays `RangeError`. */
export class ArgumentRangeError extends RangeError {
  readonly code = 'ARGUMENT_OUT_OF_RANGE'
  readonly status = 500
  readonly expose = false
}
