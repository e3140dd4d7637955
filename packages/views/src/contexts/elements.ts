/** How the content of an element is read, by its name (HTML, 13.2.6.4). */
export function contentMode(
  element: string,
): 'text' | 'rcdata' | 'rawtext' | 'script' | 'style' | 'plaintext' {
  switch (element) {
    case 'script':
    case 'style':
    case 'plaintext':
      return element
    case 'title':
    case 'textarea':
      return 'rcdata'
    case 'xmp':
    case 'iframe':
    case 'noembed':
    case 'noframes':
      return 'rawtext'
    default:
      return 'text'
  }
}

// Elements that end an SVG or MathML part, and those inside of which HTML goes on (13.2.6.5).
const BREAKOUTS = new Set(
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var'.split(
    ' ',
  ),
)
// By the language around them; an <annotation-xml> may be one, and is taken to be none.
const INTEGRATION_POINTS: Record<string, ReadonlySet<string>> = {
  svg: new Set(['foreignobject', 'desc', 'title']),
  math: new Set(['mi', 'mo', 'mn', 'ms', 'mtext']),
}

/** The path of SVG and MathML elements that a start tag leaves us in; `''` in HTML. */
export function enterForeign(path: string, element: string, selfClosing: boolean): string {
  if (element === 'svg' || element === 'math') return selfClosing ? path : join(path, element)
  if (path === '' || !isForeign(path)) return path
  if (BREAKOUTS.has(element)) return breakOut(path)
  if (selfClosing) return path
  // No scripts and styles of their own there: they are read as markup, and nothing may be printed.
  const language = languageOf(path)
  const isScript = element === 'script' || element === 'style'
  return isScript || INTEGRATION_POINTS[language]?.has(element) ? join(path, element) : path
}

/** Out of SVG and MathML, up to where HTML goes on inside of them. */
function breakOut(path: string): string {
  let out = path
  while (isForeign(out)) out = out.includes('/') ? out.slice(0, out.lastIndexOf('/')) : ''
  return out
}

/** The innermost of the two languages. */
function languageOf(path: string): string {
  return path.lastIndexOf('svg') > path.lastIndexOf('math') ? 'svg' : 'math'
}

export function leaveForeign(path: string, element: string): string {
  if (path === '') return path
  if (isForeign(path) && (element === 'br' || element === 'p')) return breakOut(path)
  const parts = path.split('/')
  const at = parts.lastIndexOf(element)
  return at === -1 ? path : parts.slice(0, at).join('/')
}

/** Elements of which their attributes decide whether HTML goes on behind them (13.2.6.5, 4.8.16). */
export function isUncertainInForeign(element: string): boolean {
  return element === 'font' || element === 'annotation-xml'
}

/** Whether tags are read by the rules of SVG and MathML. */
export function isForeign(path: string): boolean {
  if (path === '') return false
  const last = path.slice(path.lastIndexOf('/') + 1)
  return !INTEGRATION_POINTS['svg']?.has(last) && !INTEGRATION_POINTS['math']?.has(last)
}

function join(path: string, element: string): string {
  return path === '' ? element : `${path}/${element}`
}
