import type { Context } from '../contexts/context.ts'
import type { EncoderName } from '../contexts/encoders.ts'
import type { LayoutBlocks } from '../transforms/layout-blocks.ts'
import type { Segment } from '../source/source-map.ts'
import type { IncludeCall } from '../language/structure.ts'
import type { Suspensions } from '../language/suspensions.ts'
import type { Contexts } from '../transforms/escape-by-context.ts'

/*
 * The short names of generated programs, each behind a mark that stands nowhere in the template. The mark
 * by itself is the runtime; of the names it is followed by
 *
 *   L the data    C the content that a layout was given    K the blocks that it was given
 *   o what is printed so far    p the place in the template, for errors    v what a tag prints    e an error
 *   W the object in which names are looked up    c_name, r_name it as it is called, and as it is read
 *   d1 … what is taken apart at an offset
 *   e0 … the encoders, r0 … raw output by place, i0 … the includes, y the layouts
 *   N the layout that was chosen    Y its data    G the blocks that were filled
 *   S takes out what a function prints    B prints a block    D fills one    Sa, Ba, Da the same, awaited
 *
 * and of a program that can be left and gone on with
 *
 *   X the page that is read    w what is waited for    a0 … the loops that wait
 *   Q the pagelet whose content is printed
 */

/** A program to hand to `new Function`; names that start with `mark` are ours. */
export interface GeneratedProgram {
  /** The body of a function that returns the render function. */
  readonly body: string
  /** What no name of the template starts with. */
  readonly mark: string
  readonly isAsync: boolean
  /** Where its parts come from. */
  readonly segments: readonly Segment[]
  /** The places that the program names by number. */
  readonly places: readonly Context[]
  /** The encoders that it names by number. */
  readonly encoders: readonly EncoderName[]
}

/** An include whose template was found when its caller was compiled. */
export interface Link<Target = unknown> {
  readonly include: IncludeCall
  readonly target: Target
  /** Whether the generated program has to await it. */
  readonly awaits: boolean
  /** Whether it is printed piece by piece, in a program that can be left. */
  readonly streams?: boolean
}

export interface GenerateOptions {
  /** The layouts that the template names; undefined when a name is only known at run time. */
  readonly layouts: readonly unknown[] | undefined
  /** Where each output stands; without, all are escaped as text. */
  readonly contexts: Contexts | undefined
  readonly links: readonly Link[]
  /** What the layouts of the template have blocks for. */
  readonly blocks: LayoutBlocks
  /** The name by which a template reaches all its data. */
  readonly localsName: string
  /** Whether names become local bindings; without, they are looked up as JavaScript does. */
  readonly bindNames: boolean
  /** Whether what is changed in all the data is changed in its names too, as it is in EJS. */
  readonly sharesLocals: boolean
  readonly strict: boolean
  readonly isAsync: boolean
  /** Whether each tag notes its place, for errors. */
  readonly trackPlace: boolean
  /** Names that have a value when the data has none: helpers of the engine. */
  readonly helpers: ReadonlySet<string>
  /** A name of a function that prints its argument (EJS's `outputFunctionName`). */
  readonly outputFunctionName: string | undefined
  /** Names that are always read from the data, even unbound (EJS's `destructuredLocals`). */
  readonly destructured: readonly string[] | undefined
  /** The template's file, for stack traces and debuggers. */
  readonly file: string | undefined
  /** Whether the program carries a source map. */
  readonly sourceMaps: boolean
  /**
   * Where the program can be left and gone on with: it is a generator then, that hands over what it has
   * printed; without, a function that returns it.
   *
   * @default undefined
   */
  readonly suspensions?: Suspensions | undefined
  /** Whether it is text for a browser: what the template prints must not end a script around it. */
  readonly forBrowser: boolean
}

/** The name of a template's program in stack traces: not the template's own, whose lines differ. */
export function programUrl(file: string, suspends = false): string {
  return `${encodeURI(file)}.${suspends ? 'streamed' : 'compiled'}.js`
}

/** A string literal; for a browser without the character by which a script element could end. */
export function quote(text: string, { forBrowser }: Pick<GenerateOptions, 'forBrowser'>): string {
  const literal = JSON.stringify(text)
  return forBrowser ? literal.replaceAll('<', '\\u003c') : literal
}

/** Our names start with this; a template can only see them by containing it. */
export function unusedMark(text: string): string {
  let mark = 't$'
  while (text.includes(mark)) mark += '$'
  return mark
}
