import type { PathCapture, PathForm } from '@tokkyu/router'

/** A path as OpenAPI writes it. */
export interface PathTemplate {
  /** `/users/{id}` */
  readonly text: string
  /** The same without names: OpenAPI takes paths that differ in nothing else for one. */
  readonly key: string
  /** What is captured, by the names in the text, from left to right. */
  readonly captures: readonly NamedCapture[]
}

interface NamedCapture {
  readonly name: string
  readonly capture: PathCapture
}

export function pathTemplate(form: PathForm): PathTemplate {
  const captures = nameCaptures(form.filter((piece) => typeof piece !== 'string'))
  const names = captures.map(({ name }) => name)
  return { text: write(form, names), key: write(form, []), captures }
}

/** The form of what is mounted at another. */
export function mountedForm(at: PathForm, form: PathForm): PathForm {
  const last = at.at(-1)
  return typeof last === 'string'
    ? [...at.slice(0, -1), last.replace(/\/+$/, ''), ...form]
    : [...at, ...form]
}

/** A name that stands twice is the last one's: it is what `req.params` has. */
function nameCaptures(captures: readonly PathCapture[]): readonly NamedCapture[] {
  const taken = new Set<string>()
  const named = captures.toReversed().map((capture) => {
    const plain = capture.name.replaceAll(/[^\w.-]/g, '_')
    let name = plain
    for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`
    taken.add(name)
    return { name, capture }
  })
  return named.toReversed()
}

function write(form: PathForm, names: readonly string[]): string {
  let at = 0
  const text = form
    .map((piece) => (typeof piece === 'string' ? encodeText(piece) : `{${names[at++] ?? ''}}`))
    .join('')
  const rooted = text.startsWith('/') ? text : `/${text}`
  return rooted.length > 1 ? rooted.replace(/\/+$/, '') : rooted
}

/** What is percent-encoded already stays. */
function encodeText(text: string): string {
  return encodeURI(text)
    .replaceAll(/%25(?=[\dA-Fa-f]{2})/g, '%')
    .replaceAll('?', '%3F')
    .replaceAll('#', '%23')
}
