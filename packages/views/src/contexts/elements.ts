/** What the value of an attribute is written in. */
export type AttributeKind =
  | 'plain'
  | 'url'
  | 'image url'
  | 'url list'
  | 'style'
  | 'script'
  | 'srcdoc'

// HTML's attributes that hold a URL, with the obsolete ones that browsers still follow.
export const URL_ATTRIBUTES = new Set(
  'action archive background cite classid codebase data dynsrc formaction href icon longdesc lowsrc manifest ping poster profile src usemap xlink:href xml:base'.split(
    ' ',
  ),
)
const IMAGES = new Set(['img', 'source', 'image', 'input'])
// What browser libraries take for event handlers: Vue and Alpine, htmx.
export const SCRIPT_ATTRIBUTES = /^(?:@|v-on:|x-on:|hx-on)/
// SVG animation can set a link's target: <animate attributeName="href" to="javascript:…">.
const ANIMATIONS = new Set(['animate', 'set', 'animatemotion', 'animatetransform'])
const ANIMATED = new Set(['to', 'from', 'by', 'values'])

/** @param element, name - in lower case. */
export function attributeKind(element: string, name: string): AttributeKind {
  if (name.startsWith('on') || SCRIPT_ATTRIBUTES.test(name)) return 'script'
  if (name === 'style' || name === 'srcdoc') return name
  if (name === 'srcset' || name === 'imagesrcset') return 'url list'
  if (ANIMATIONS.has(element) && ANIMATED.has(name)) return 'url list'
  if (!URL_ATTRIBUTES.has(name)) return 'plain'
  return name === 'src' && IMAGES.has(element) ? 'image url' : 'url'
}

/** Whether data may choose this attribute's name: nothing that a browser runs, loads or follows. */
export function isHarmlessAttribute(name: string): boolean {
  return (
    /^[a-z][a-z0-9_:.-]*$/i.test(name) &&
    attributeKind('', name.toLowerCase()) === 'plain' &&
    !POWERFUL_ATTRIBUTE.test(name)
  )
}

export const POWERFUL_ATTRIBUTE =
  /^(?:type|http-equiv|charset|content|sandbox|allow|integrity|nonce|target|rel|is|slot|form.*|to|from|by|values|attributename)$/i

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

/** What a `<script>` of this type holds; browsers run only the first. */
export function scriptLanguage(type: string): 'js' | 'json' | 'data' {
  const essence = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (essence === '' || essence === 'module') return 'js'
  if (/^(?:text|application)\/(?:x-)?(?:java|ecma|live|j)script[\d.]*$/.test(essence)) return 'js'
  if (essence === 'importmap' || essence === 'speculationrules') return 'json'
  return /^[\w-]+\/(?:[\w.-]+\+)?json$/.test(essence) ? 'json' : 'data'
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
  if (BREAKOUTS.has(element)) return ''
  if (selfClosing) return path
  // No scripts and styles of their own there: they are read as markup, and nothing may be printed.
  const language = languageOf(path)
  const isScript = element === 'script' || element === 'style'
  return isScript || INTEGRATION_POINTS[language]?.has(element) ? join(path, element) : path
}

/** The innermost of the two languages. */
function languageOf(path: string): string {
  return path.lastIndexOf('svg') > path.lastIndexOf('math') ? 'svg' : 'math'
}

export function leaveForeign(path: string, element: string): string {
  if (path === '') return path
  const parts = path.split('/')
  const at = parts.lastIndexOf(element)
  return at === -1 ? path : parts.slice(0, at).join('/')
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
