/** Text that is copied to the output. `value` is what is left of it after trimming. */
export interface TextNode {
  readonly type: 'text'
  readonly value: string
  readonly start: number
  readonly end: number
}

/** How much of the text behind a tag disappears with it. */
export type TrimAfter = 'nothing' | 'newline' | 'blanks and newline'

/** A tag of any kind, from its opening to its closing delimiter. */
export interface TagNode {
  readonly type: 'code' | 'escaped' | 'raw' | 'comment'
  readonly start: number
  readonly end: number
  /** Where the JavaScript between the delimiters starts and ends. */
  readonly codeStart: number
  readonly codeEnd: number
  readonly slurpsBefore: boolean
  readonly trimsAfter: TrimAfter
}

export type TemplateNode = TextNode | TagNode
