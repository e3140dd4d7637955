import type { TagNode, TemplateNode, TrimAfter } from './ast.ts'
import type { Source } from '../source/source.ts'
import type { Token } from './tokenize.ts'
import type { Delimiters } from './tokenize.ts'

/** Puts delimiters and what stands between them together: texts and tags, in order. */
export function parse(
  source: Source,
  tokens: readonly Token[],
  { open, mark, close }: Delimiters,
): TemplateNode[] {
  const nodes: TemplateNode[] = []
  // After `<%%` or `%%>` the next closing delimiter is text; any other stray one is dropped (EJS).
  let literal = false
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token
    const { start, end } = token
    switch (token.type) {
      case 'text':
        nodes.push({ type: 'text', value: source.text.slice(start, end), start, end })
        break
      case 'literal open':
        nodes.push({ type: 'text', value: open + mark, start, end })
        literal = true
        break
      case 'literal close':
        nodes.push({ type: 'text', value: mark + close, start, end })
        literal = true
        break
      case 'close':
      case 'close trim':
      case 'close slurp':
        if (literal) nodes.push({ type: 'text', value: source.text.slice(start, end), start, end })
        nodes.push(strayClose(token))
        literal = false
        break
      default: {
        // `tokenize` has checked that only text can stand before the closing delimiter.
        const next = tokens[i + 1] as Token
        const closing = next.type === 'text' ? (tokens[i + 2] as Token) : next
        i += closing === next ? 1 : 2
        nodes.push({
          type: typeOf(token.type, source.text.slice(end, closing.start)),
          start,
          end: closing.end,
          codeStart: end,
          codeEnd: closing.start,
          slurpsBefore: token.type === 'open slurp',
          trimsAfter: trimOf(closing),
        })
        literal = false
      }
    }
  }
  return nodes
}

const TAG_TYPES = {
  'open code': 'code',
  'open slurp': 'code',
  'open escaped': 'escaped',
  'open raw': 'raw',
  'open comment': 'comment',
} as const

/** An output tag that holds nothing to print is a comment. */
function typeOf(opening: keyof typeof TAG_TYPES, code: string): TagNode['type'] {
  const type = TAG_TYPES[opening]
  if (type !== 'escaped' && type !== 'raw') return type
  // Most begin with what they print.
  if (/^\s*[^\s/;]/.test(code)) return type
  const rest = code.includes('/') ? code.replaceAll(/\/\/.*|\/\*[^]*?\*\//g, '') : code
  return /^\s*;?\s*$/.test(rest) ? 'comment' : type
}

function trimOf({ type }: Token): TrimAfter {
  if (type === 'close trim') return 'newline'
  return type === 'close slurp' ? 'blanks and newline' : 'nothing'
}

/** A closing delimiter of no tag: nothing is printed for it, but it trims. */
function strayClose(token: Token): TagNode {
  const { end } = token
  const trimsAfter = trimOf(token)
  return {
    type: 'comment',
    start: end,
    end,
    codeStart: end,
    codeEnd: end,
    slurpsBefore: false,
    trimsAfter,
  }
}
