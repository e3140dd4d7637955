/**
 * The parameters of a path, read from its literal by the same grammar as at run time:
 *
 * - `:name` gives `string`, `:name<int>` gives `number`, `*name` gives `string[]`;
 * - what stands inside `{…}` is optional;
 * - of a list of paths, what only some of them have is optional;
 * - a path known only at run time gives `DefaultParams`.
 */
export type RouteParams<T> = T extends string
  ? string extends T
    ? DefaultParams
    : ParamsOf<T>
  : T extends readonly (infer One)[]
    ? [One] extends [string]
      ? string extends One
        ? DefaultParams
        : ParamsOfList<EachParamsOf<One>>
      : DefaultParams
    : DefaultParams

/** Parameters of a path that is not known when types are checked. */
export type DefaultParams = Record<string, string | string[] | undefined>

type ParamsOf<T extends string> = Build<Captures<WithoutPatterns<T>>>

/** One capture: its name, its type, and whether it stands inside of a group. */
type Capture = { name: string; value: unknown; optional: boolean }

type Build<C extends Capture> = {
  [K in C as K['optional'] extends false ? K['name'] : never]: K['value']
} & {
  [K in C as K['optional'] extends true ? K['name'] : never]?: K['value']
} extends infer Both
  ? { [K in keyof Both]: Both[K] }
  : never

// Patterns are cut out first, because `(?:a|b)` holds a colon that opens no parameter.
type WithoutPatterns<T extends string> = T extends `${infer Before}(${string})${infer After}`
  ? WithoutPatterns<`${Before}${After}`>
  : T

type Captures<T extends string> = T extends `${string}{${string}`
  ? CapturesInGroups<T, []>
  : CapturesIn<T, false>

/** Follows the braces; `Depth` has an element for each group that is open. */
type CapturesInGroups<T extends string, Depth extends unknown[]> = T extends `${infer A}{${infer B}`
  ? A extends `${infer Inside}}${infer Outside}`
    ? CapturesIn<Inside, IsOpen<Depth>> | CapturesInGroups<`${Outside}{${B}`, Tail<Depth>>
    : CapturesIn<A, IsOpen<Depth>> | CapturesInGroups<B, [...Depth, unknown]>
  : T extends `${infer Inside}}${infer Outside}`
    ? CapturesIn<Inside, IsOpen<Depth>> | CapturesInGroups<Outside, Tail<Depth>>
    : CapturesIn<T, IsOpen<Depth>>

type IsOpen<Depth extends unknown[]> = Depth extends [] ? false : true
type Tail<Depth extends unknown[]> = Depth extends [unknown, ...infer Rest] ? Rest : []

type CapturesIn<T extends string, Optional extends boolean> =
  | ParamsIn<T, Optional>
  | SplatsIn<T, Optional>

type ParamsIn<
  T extends string,
  Optional extends boolean,
> = T extends `${infer Before}:${infer After}`
  ? Before extends `${string}\\`
    ? ParamsIn<After, Optional>
    : ParamAt<After, Optional> | ParamsIn<After, Optional>
  : never

type ParamAt<T extends string, Optional extends boolean> = {
  name: NameAt<T>
  value: T extends `${NameAt<T>}<int>${string}` ? number : string
  optional: Optional
}

type SplatsIn<
  T extends string,
  Optional extends boolean,
> = T extends `${infer Before}*${infer After}`
  ? Before extends `${string}\\`
    ? SplatsIn<After, Optional>
    : { name: NameAt<After>; value: string[]; optional: Optional } | SplatsIn<After, Optional>
  : never

/** A name ends where the first character stands that a name cannot hold. */
type NameAt<T extends string> = T extends `"${infer Quoted}"${string}`
  ? Quoted
  : UpTo<UpTo<UpTo<UpTo<UpTo<UpTo<UpTo<T, '/'>, '.'>, '-'>, '<'>, ':'>, '*'>, Punctuation>
type UpTo<T extends string, End extends string> = T extends `${infer Head}${End}${string}`
  ? Head
  : T
type Punctuation = ',' | ';' | '@' | '~' | '=' | '&' | '%' | '\\' | ' ' | '"' | "'" | '|' | '>'

type EachParamsOf<T> = T extends string ? ParamsOf<T> : never

/** What all have is required, what some have is optional. */
type ParamsOfList<P> = {
  [K in Extract<keyof P, string>]: ValueOf<P, K>
} & { [K in Exclude<AnyKey<P>, keyof P>]?: ValueOf<P, K> } extends infer Both
  ? { [K in keyof Both]: Both[K] }
  : never
type AnyKey<P> = P extends unknown ? keyof P : never
type ValueOf<P, K> = P extends unknown ? (K extends keyof P ? P[K] : never) : never
