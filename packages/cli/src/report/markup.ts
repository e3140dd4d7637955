import { printable } from '../terminal/columns.ts'

/** Text that is HTML already. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = Markup | readonly Markup[] | string | number | false | undefined

/** HTML, where every value is escaped for text and quoted attributes unless it is markup itself. */
export function markup(pieces: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let text = pieces[0] ?? ''
  for (const [at, value] of values.entries()) text += textOf(value) + (pieces[at + 1] ?? '')
  return new Markup(text)
}

function textOf(value: Value): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(({ text }) => text).join('')
  // Controls and signs that turn the direction of text are shown: a line says what it seems to say.
  return printable(String(value)).replace(/["&'<>]/g, (sign) => ENTITIES[sign] ?? '')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '"': '&quot;',
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
}
