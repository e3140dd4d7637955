import type { Place } from '../program/place.ts'

/** What is told of something that failed: plain data, the same for terminals, pages and programs. */
export interface Report {
  /** Such as `500 Internal Server Error`. */
  readonly headline: string
  readonly status: number | undefined
  /** The error, and behind it what caused it. Empty when nothing was thrown. */
  readonly faults: readonly Fault[]
  readonly request: RequestReport | undefined
  /** What helps: where was looked, what is near. */
  readonly hints: readonly Hint[]
}

export interface Fault {
  /** Such as `caused by`; empty for the first. */
  readonly role: string
  readonly name: string
  readonly message: string
  readonly code: string | undefined
  /** The author's line: of the template, or the first frame that is neither node's nor a package's. */
  readonly place: Place | undefined
  readonly lines: readonly CodeLine[]
  readonly frames: readonly Frame[]
  /** The templates that led there, the innermost first. */
  readonly includes: readonly string[]
}

export interface CodeLine {
  /** Undefined for the line that marks a column. */
  readonly number: number | undefined
  readonly text: string
  readonly isFault: boolean
}

export interface Frame {
  /** As the stack has it, without `at`. */
  readonly text: string
  readonly place: Place | undefined
  /** Node's own, or of a package. */
  readonly isForeign: boolean
}

export interface RequestReport {
  readonly method: string
  /** With the values of its query masked where they may be secrets. */
  readonly url: string
  readonly tables: readonly Table[]
  /** The route that had it last. */
  readonly route: string | undefined
  readonly routePlace: Place | undefined
  /** Middlewares and handlers, in the order in which they ran. */
  readonly passed: readonly Passed[]
}

export interface Table {
  readonly title: string
  readonly rows: readonly (readonly [name: string, value: string])[]
}

export interface Passed {
  readonly name: string
  readonly path: string
  readonly place: Place | undefined
}

export interface Hint {
  readonly title: string
  readonly lines: readonly string[]
}
