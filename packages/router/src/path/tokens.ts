/** Each token knows the piece of the path it was read from: `[start, end)` in UTF-16 code units. */
interface Located {
  readonly start: number
  readonly end: number
}

interface TextToken extends Located {
  readonly type: 'text'
  readonly value: string
}

/** `:name`, `:name<constraint>`, `:name(pattern)`: a non-empty piece of one segment. */
interface ParamToken extends Located {
  readonly type: 'param'
  readonly name: string
  readonly constraint: ConstraintText | undefined
}

export type ConstraintText =
  | { readonly kind: 'named'; readonly text: string; readonly start: number }
  | { readonly kind: 'pattern'; readonly text: string; readonly start: number }

/** `*name`: one or more characters, over as many segments as it takes. */
interface SplatToken extends Located {
  readonly type: 'splat'
  readonly name: string
  /** Handlers get one text instead of a list of segments. Written so in Express 4 only. */
  readonly asText?: true
}

/** `{…}`: there or not. */
export interface GroupToken extends Located {
  readonly type: 'group'
  readonly tokens: readonly PathToken[]
}

export type CaptureToken = ParamToken | SplatToken
export type FlatToken = TextToken | CaptureToken
export type PathToken = FlatToken | GroupToken
