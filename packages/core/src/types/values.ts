/** The parameters of a path that is not known at compile time; a splat's value is a list. */
export interface ParamsDictionary {
  [name: string]: string | string[]
  [group: number]: string
}

/** The parameters of a regular expression: its groups are never lists. */
export interface ParamsFlatDictionary {
  [name: string | number]: string
}

/** What the extended query parser can produce. */
export interface ParsedQs {
  [key: string]: undefined | string | ParsedQs | (string | ParsedQs)[]
}

/** Express's other name for it. */
export type Query = ParsedQs

/** Bytes `start` to `end` of a body, both included. */
export interface ByteRange {
  /** The first byte. */
  start: number
  /** The last byte. */
  end: number
}

/** The ranges asked for, in order, with the unit they are counted in. */
export interface RequestRanges extends Array<ByteRange> {
  /** The unit. @example 'bytes' */
  type: string
}

/** One entry of an `Accept` header, as old negotiation middleware lists it in `req.accepted`. */
export interface MediaType {
  /** The entry without its parameters. */
  value: string
  /** The weight the client gives it, 0 to 1. */
  quality: number
  /** What stands before the slash. */
  type: string
  /** What stands behind the slash. */
  subtype: string
}

/** What a handler knows about the resource as it stands, for `req.precondition()`. */
export interface Validators {
  /** Entity tag in its quotes, `W/` included; If-Match compares strongly. */
  readonly etag?: string | undefined
  /** When the resource changed last. */
  readonly lastModified?: Date | string | undefined
  /** Whether the resource exists, which is what `*` asks for. @default true */
  readonly exists?: boolean | undefined
}
