import type { CssState } from './css-context.ts'
import type { AttributeKind } from './elements.ts'
import type { JsState } from './js-context.ts'
import type { UrlState } from './url-context.ts'

/** Where in a page a point lies: the state of HTML's tokenizer, and of the language inside it. */
export interface Context {
  readonly mode:
    | 'text'
    | 'rcdata' // <textarea>, <title>
    | 'rawtext' // <xmp>, <iframe>, …
    | 'script'
    | 'style'
    | 'plaintext'
    | 'comment'
    | 'bogus comment' // <!doctype …>, <?…>
    | 'cdata'
    | 'tag name'
    | 'tag' // where an attribute can start
    | 'end of attribute' // where one of two branches has written an attribute: white space or the end must follow
    | 'attribute name'
    | 'after attribute name'
    | 'before value'
    | 'double quoted'
    | 'single quoted'
    | 'unquoted'
    | 'broken' // no reading is certain any more
  /** The tag being read, or the element whose raw content this is. */
  readonly element: string
  readonly isEndTag: boolean
  /** Whether the tag's last character is a slash, which ends an element of SVG. */
  readonly slash: boolean
  /** The attribute being read; `?` where its name was printed. */
  readonly attribute: string
  readonly kind: AttributeKind
  /** Whether all of an unquoted value so far was printed, and so may be empty. */
  readonly onlyPrinted: boolean
  /** The `type` of a `<script>`; `?` where it was printed. */
  readonly type: string
  /** The SVG and MathML elements around: "svg/foreignobject". */
  readonly foreign: string
  readonly inner: JsState | CssState | UrlState | undefined
  /** Text read but not yet understood, as a tag or an entity may go on: `<`, `</scr`, `&am`. */
  readonly pending: string
  /** Why a context is broken. */
  readonly fault: string
}

export const TEXT: Context = {
  mode: 'text',
  element: '',
  isEndTag: false,
  slash: false,
  attribute: '',
  kind: 'plain',
  onlyPrinted: false,
  type: '',
  foreign: '',
  inner: undefined,
  pending: '',
  fault: '',
}

/** A context while it is being worked on. */
export type State = { -readonly [K in keyof Context]: Context[K] }

/** Written out: every context has one shape, and this runs for each piece of text. */
export function copyOf(context: Context): State {
  return {
    mode: context.mode,
    element: context.element,
    isEndTag: context.isEndTag,
    slash: context.slash,
    attribute: context.attribute,
    kind: context.kind,
    onlyPrinted: context.onlyPrinted,
    type: context.type,
    foreign: context.foreign,
    inner: context.inner,
    pending: context.pending,
    fault: context.fault,
  }
}

export function breakOff(state: State, fault: string): void {
  state.mode = 'broken'
  state.fault = fault
}

export function isBroken({ mode }: State): boolean {
  return mode === 'broken'
}

/** The nearest match of a global pattern, or the end of the text. */
export function indexOf(pattern: RegExp, input: string, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(input)?.index ?? input.length
}
