/**
 * Stands for `he` where modules run: decodes the character references of an attribute's value.
 *
 * By name it knows those that stand for ASCII, which is all that decides how a value is read; any other
 * name stands for some character that none of the languages in attributes gives a meaning.
 */
export function decode(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#[xX]([\da-fA-F]+));?|&([a-zA-Z][a-zA-Z\d]*)(;|(?![a-zA-Z\d=]))/g,
    (whole, decimal?: string, hex?: string, name?: string, end?: string) => {
      if (name === undefined) {
        return characterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
      }
      if (end !== ';') return WITHOUT_END.has(name) ? (ASCII[name] as string) : whole
      return Object.hasOwn(ASCII, name) ? (ASCII[name] as string) : OTHER
    },
  )
}

const OTHER = '\ufffd'

// HTML, 13.2.5.80: these are read as Windows-1252 has them.
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178'

function characterOf(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return OTHER
  return WINDOWS_1252[code - 0x80] ?? String.fromCodePoint(code)
}

const WITHOUT_END = new Set(['amp', 'AMP', 'lt', 'LT', 'gt', 'GT', 'quot', 'QUOT'])

const ASCII: Readonly<Record<string, string>> = {
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  quot: '"',
  QUOT: '"',
  num: '#',
  dollar: '$',
  percnt: '%',
  amp: '&',
  AMP: '&',
  apos: "'",
  lpar: '(',
  rpar: ')',
  ast: '*',
  midast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  lt: '<',
  LT: '<',
  equals: '=',
  gt: '>',
  GT: '>',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  Hat: '^',
  lowbar: '_',
  UnderBar: '_',
  grave: '`',
  DiacriticalGrave: '`',
  lcub: '{',
  lbrace: '{',
  verbar: '|',
  vert: '|',
  VerticalLine: '|',
  rcub: '}',
  rbrace: '}',
  fjlig: 'fj',
}

export default { decode }
