import type { CssState } from './css-context.ts'
import type { JsState } from './js-state.ts'
import type { RefreshState } from './refresh-context.ts'
import type { UrlState } from './url-context.ts'
import type { AttributeKind, ScriptLanguage } from './what-is-code.ts'

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
    | 'end of attribute' // where one of two ways has written an attribute: white space or the end must follow
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
  /** The attribute being read; `?` where its name was printed, `?!` where it cannot be empty. */
  readonly attribute: string
  readonly kind: AttributeKind
  /** Whether all of an unquoted value so far was printed, and so may be empty. */
  readonly onlyPrinted: boolean
  /** The value being read, as far as it is, where it is one of those facts. */
  readonly value: string
  /** The attributes of the tag by which others, or the content, are read. */
  readonly facts: Facts
  /** What the content of a `<script>` is written in; `?` where its `type` was printed. */
  readonly script: ScriptLanguage | '?' | ''
  /** Behind a static `<!--` of a script, where a second `<script` is read in a way of its own. */
  readonly comment: boolean
  /** The SVG and MathML elements around: "svg/foreignobject". */
  readonly foreign: string
  /** Inside of a `<noscript>`, which is text up to its end tag where scripts run, and else is read. */
  readonly noscript: boolean
  readonly inner: JsState | CssState | UrlState | RefreshState | PageState | undefined
  /** Text read but not yet understood, as a tag or an entity may go on: `<`, `</scr`, `&am`. */
  readonly pending: string
  /** Why a context is broken. */
  readonly fault: string
}

/** Values of attributes as far as they were read; `?` where one was printed. The first of a name counts. */
export type Facts = Readonly<Partial<Record<Fact, string>>>
/** `unknown`: attributes were printed raw, of which each may be one of the others. */
export type Fact = 'type' | 'language' | 'http-equiv' | 'content' | 'unknown'

export const NO_FACTS: Facts = Object.freeze({})

/** A page inside of a page: of an attribute `srcdoc`, or of a script that holds a template. */
export interface PageState {
  readonly language: 'page'
  readonly context: Context
}

export const TEXT: Context = {
  mode: 'text',
  element: '',
  isEndTag: false,
  slash: false,
  attribute: '',
  kind: 'plain',
  onlyPrinted: false,
  value: '',
  facts: NO_FACTS,
  script: '',
  comment: false,
  foreign: '',
  noscript: false,
  inner: undefined,
  pending: '',
  fault: '',
}

export const PAGE_START: PageState = { language: 'page', context: TEXT }

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
    value: context.value,
    facts: context.facts,
    script: context.script,
    comment: context.comment,
    foreign: context.foreign,
    noscript: context.noscript,
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
