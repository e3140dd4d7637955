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

export type Arguments<Name, Targets, Caller> = Name extends keyof Targets
  ? {} extends Needed<Targets[Name], Caller>
    ? [data?: Needed<Targets[Name], Caller> & Partial<Targets[Name]>]
    : [data: Needed<Targets[Name], Caller> & Partial<Targets[Name]>]
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
