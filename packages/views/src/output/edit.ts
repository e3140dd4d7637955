/** A replacement in the template's own JavaScript; `start === end` inserts. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
  /** The place in the template that it speaks of; without, its start. */
  readonly offset?: number
}
