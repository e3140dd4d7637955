import type { Blocks } from './blocks.ts'
import type { Context } from '../contexts/context.ts'
import type { Encoder, EncoderName } from '../contexts/encoders.ts'

/** What a render function needs of us while it runs. */
export interface Runtime {
  readonly text: Encoder
  readonly raw: Encoder
  encoder(name: EncoderName): Encoder
  /** What prints raw text in a place and sees that it stays there. */
  rawIn(place: Context): Encoder
  /** @param place - where it is printed; undefined when that is not known. */
  include(
    name: string,
    locals: object,
    data: unknown,
    place: Context | undefined,
  ): string | PromiseLike<string>
  /** The text of a block in its place. */
  print(
    body: string | undefined,
    blocks: Blocks | undefined,
    name: string,
    fallback: unknown,
    place: Context,
  ): string
  /** The layout of a name that is only known at run time. */
  layout(name: string): (locals: object, body: string, blocks?: Blocks) => string | Promise<string>
  merge(locals: object, data: unknown): object
  blocks(): Blocks
  copy(locals: object): object
  own(locals: object, name: string): unknown
  /** A function of the data that is called with the data as `this`; any other value as it is. */
  bound(locals: object, value: unknown): unknown
  /** The value of a name that the data may lack: a helper's or a global's. */
  fallback(locals: object, name: string): unknown
  /** The value of a name that was null or undefined when it was wanted; throws if it was never given. */
  missing(name: string, value: unknown, locals: object, offset: number): unknown
  /** Sees to it that what is rejected before its pagelet comes is no unhandled rejection. */
  heed(locals: object): void
  /** The text of a pagelet, when it is there. */
  pagelet: PrintPagelet
  /** Dresses an error with its place in the template. */
  fail(error: unknown, offset: number): unknown
}

/** What a pagelet is given in a template. */
export interface PageletOptions {
  /** Prints what stands in its place until then. */
  readonly fallback?: () => string
  /** Milliseconds after which it has failed; 0 for none. */
  readonly timeout?: number
  /** Prints what stands in its place when it has failed. */
  readonly error?: (error: unknown) => string
  /** Of several that are ready the one with the highest number goes first. */
  readonly priority?: number
}

export type PrintPagelet = (
  name: unknown,
  data: unknown,
  content: (data: unknown) => string | Promise<string>,
  options?: PageletOptions,
) => Promise<string>

/** What a program yields to go on when its reader wants more. */
export const ROOM = Symbol('room for more text')

/** What a program hands over to that can be left: the page as it is read. */
export interface Page {
  /** Whether the reader has had enough for now. */
  readonly isFull: boolean
  /** Takes text that is printed. */
  add(text: string): void
  /** Whether a value is something to wait for. */
  waitsFor(value: unknown): boolean
  /** A `for await`, which ends when the page does. */
  loop(): AsyncItems
  /**
   * Takes a pagelet.
   *
   * @param around - the one in whose content it stands.
   * @returns what is printed in its place now; a promise when that is its content.
   */
  pagelet(around: unknown, ...pagelet: Parameters<PrintPagelet>): string | Promise<string>
  /** The pagelet whose content begins to be printed. */
  entered(): unknown
}

/** The items of a `for await`, one by one. */
export interface AsyncItems {
  /** Whether it is not known yet what is iterated. */
  readonly isFresh: boolean
  /** Fetches the next item; settles with whether there was one. */
  more(): Promise<boolean>
  /** The item that was fetched, to be looped over once. */
  items(iterable: unknown): Iterable<unknown>
}
