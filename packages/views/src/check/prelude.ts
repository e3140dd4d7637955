/** What the shadows of all templates are checked against; TypeScript of the project's own. */
export const PRELUDE = `type Text<Value> = Value extends PromiseLike<unknown>
  ? { 'a promise has no text': 'write await before the expression' }
  : Value extends symbol ? { 'a symbol has no text': never } : unknown

/** What an output tag prints. */
export declare function print<Value>(value: Value & Text<Value>): void

/** What an include must be given that its caller does not have, or has as something else. */
type Needed<Target, Caller> = {
  [Name in keyof Target as Name extends keyof Caller
    ? Caller[Name] extends Target[Name] ? never : Name
    : Name]: Target[Name]
}

/** What the caller has as something else than an include uses it as; what it does not use may be anything. */
type Clashing<Target, Caller> = {
  [Name in keyof Target as Name extends keyof Caller
    ? Caller[Name] extends Target[Name] ? never : Name
    : never]-?: Target[Name]
}
type Others = { [name: string]: any }

export type Arguments<Name, Targets, Caller> = Name extends keyof Targets
  ? Targets[Name] extends { declared: infer Target }
    ? {} extends Needed<Target, Caller>
      ? [data?: Needed<Target, Caller> & Partial<Target>]
      : [data: Needed<Target, Caller> & Partial<Target>]
    : Targets[Name] extends { inferred: infer Target }
      ? {} extends Clashing<Target, Caller>
        ? [data?: Partial<Target> & Others]
        : [data: Clashing<Target, Caller> & Partial<Target> & Others]
      : never
  : [data?: object]

/** A name that the data may have, and JavaScript has otherwise. */
export type Known<Data, Name extends string> = 0 extends 1 & Data
  ? Global<Name>
  : Data extends { [Key in Name]: infer Value } ? Value : Global<Name>
type Global<Name extends string> =
  typeof globalThis extends { [Key in Name]: infer Value } ? Value : any

export declare function block(name: string, content?: unknown): string
export declare function append(name: string, content?: unknown): void
export declare function prepend(name: string, content?: unknown): void
export declare function pagelet<Value>(
  name: string,
  data: Value,
  content: (data: Awaited<Value>) => unknown,
  options?: {
    fallback?: () => unknown
    timeout?: number
    error?: (error: unknown) => unknown
    priority?: number
  },
): void
`
