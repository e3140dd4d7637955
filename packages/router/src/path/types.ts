/**
 * The parameters of a path, read from its literal by the same grammar as at run time:
 *
 * - `:name` gives `string`, `:name<int>` gives `number`, `*name` gives `string[]`;
 * - what stands inside `{…}` is optional;
 * - of a list of paths, what only some of them have is optional;
 * - a path known only at run time gives `Unknown`.
 */
export type RouteParams<T, Unknown = DefaultParams> = T extends string
  ? string extends T
    ? Unknown
    : ParamsOf<T>
  : T extends readonly (infer One)[]
    ? [One] extends [string]
      ? string extends One
        ? Unknown
        : ParamsOfList<EachParamsOf<One>>
      : Unknown
    : Unknown

/** Parameters of a path that is not known when types are checked. */
export type DefaultParams = Record<string, string | string[] | undefined>

type ParamsOf<T extends string> = T extends `${string}:${infer After}`
  ? Has<T, MarkedPath> extends true
    ? ParamsByMarks<WithoutPatterns<T>>
    : { [Name in NamesIn<After>]: string }
  : T extends `${string}*${string}`
    ? ParamsByMarks<WithoutPatterns<T>>
    : {}

/** Whether a text fits a pattern: asked so, what follows is not taken to be of that pattern. */
type Has<T extends string, Pattern extends string> = T extends Pattern ? true : false
type Holding<Mark extends string> = `${string}${Mark}${string}`

/** A path that is more than names, each a segment of its own or another behind it. */
type MarkedPath =
  | Holding<'*' | '{' | '(' | '\\'>
  | `${string}:${Holding<'.' | '-' | '<' | RareEnd>}`
type RareEnd = ',' | ';' | '@' | '~' | '=' | '&' | '%' | ' ' | '"' | "'" | '|' | '>'

/** The names in what stands behind a path's first colon. */
type NamesIn<T extends string> = T extends `${infer Own}:${infer After}`
  ? SegmentOf<Own> | NamesIn<After>
  : SegmentOf<T>
type SegmentOf<T extends string> = T extends `${infer Segment}/${string}` ? Segment : T

// Patterns are cut out first, because `(?:a|b)` holds a colon that opens no parameter; then what is
// escaped. In the place of either comes a slash: it ends a name, and means nothing else.
type WithoutPatterns<T extends string> = T extends `${infer Before}(${infer After}`
  ? Before extends `${infer Text}\\`
    ? WithoutPatterns<`${Text}/${After}`>
    : After extends `${string})${infer Rest}`
      ? WithoutPatterns<`${Before}/${Rest}`>
      : T
  : WithoutEscapes<T>
type WithoutEscapes<T extends string> = T extends `${infer Before}\\${string}${infer After}`
  ? WithoutEscapes<`${Before}/${After}`>
  : T

type ParamsByMarks<T extends string> = T extends `${string}{${string}`
  ? ByGroup<T>
  : { [C in Captures<T> as NameIn<C>]: ValueIn<C> }

/** Sorts a text by its braces; `Depth` has an element for each group that is open. */
type ByGroup<
  T extends string,
  Outside extends string = '',
  Inside extends string = '',
  Depth extends unknown[] = [],
> = T extends `${infer A}{${infer B}`
  ? A extends `${infer C}}${infer D}`
    ? ByGroup<`${D}{${B}`, Outside, `${Inside}/${C}`, Tail<Depth>>
    : Depth extends []
      ? ByGroup<B, `${Outside}/${A}`, Inside, [unknown]>
      : ByGroup<B, Outside, `${Inside}/${A}`, [...Depth, unknown]>
  : T extends `${infer C}}${infer D}`
    ? ByGroup<D, Outside, `${Inside}/${C}`, Tail<Depth>>
    : GroupedParams<`${Outside}/${T}`, Inside>
type Tail<Depth extends unknown[]> = Depth extends [unknown, ...infer Rest] ? Rest : []

type GroupedParams<Outside extends string, Inside extends string> = {
  [C in Captures<Outside> as NameIn<C>]: ValueIn<C>
} & {
  [C in Captures<Inside> as NameIn<C>]?: ValueIn<C>
} extends infer Both
  ? { [Name in keyof Both]: Both[Name] }
  : never

/** What captures: `name` for a parameter, `*name` for a splat, each with the rest of its segment. */
type Captures<T extends string> = ParamsIn<T> | SplatsIn<T>

type ParamsIn<T extends string> = T extends `${string}:${infer After}`
  ? CaptureAt<After> | ParamsIn<After>
  : never

type SplatsIn<T extends string> = T extends `${string}*${infer After}`
  ? `*${CaptureAt<After>}` | SplatsIn<After>
  : never

/** A name in quotes may hold a slash. */
type CaptureAt<T extends string> = T extends `"${string}` ? T : SegmentOf<T>

type NameIn<C extends string> = C extends `*${infer Text}` ? NameAt<Text> : NameAt<C>

type ValueIn<C extends string> = C extends `*${string}`
  ? string[]
  : C extends `${NameAt<C>}<int>${string}` | `"${NameAt<C>}"<int>${string}`
    ? number
    : string

/** A name ends where the first character stands that a name cannot hold. */
type NameAt<T extends string> =
  Has<T, Holding<'.' | '-' | '<' | ':' | '*' | RareEnd>> extends true
    ? T extends `"${infer Quoted}"${string}`
      ? Quoted
      : UpTo<UpTo<UpTo<UpTo<UpTo<UpTo<T, '<'>, '.'>, '-'>, ':'>, '*'>, RareEnd>
    : T
type UpTo<T extends string, End extends string> = T extends `${infer Head}${End}${string}`
  ? Head
  : T

type EachParamsOf<T> = T extends string ? ParamsOf<T> : never

/** What all have is required, what some have is optional. */
type ParamsOfList<P> = {
  [K in Extract<keyof P, string>]: ValueOf<P, K>
} & { [K in Exclude<AnyKey<P>, keyof P>]?: ValueOf<P, K> } extends infer Both
  ? { [K in keyof Both]: Both[K] }
  : never
type AnyKey<P> = P extends unknown ? keyof P : never
type ValueOf<P, K> = P extends unknown ? (K extends keyof P ? P[K] : never) : never
