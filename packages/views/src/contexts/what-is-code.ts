/** What the value of an attribute is written in. */
export type AttributeKind =
  | 'plain'
  | 'url'
  | 'image url'
  | 'url list'
  | 'refresh'
  | 'style'
  | 'script'
  | 'json'
  | 'words'
  | 'srcdoc'
  | 'refused'

/** What the content of a `<script>` is written in. */
export type ScriptLanguage = 'js' | 'jsx' | 'json' | 'import map' | 'page' | 'text' | 'unknown'

/** Attributes that browsers and libraries give a meaning to. */
export interface AttributeRow {
  /** Names in lower case, with `*` for any text. */
  readonly names: string
  /** The elements on which they mean it; any by default. */
  readonly on?: string
  readonly kind: AttributeKind
  readonly source: string
}

/**
 * The attributes whose value is more than text; the first row that fits counts. An attribute of no
 * row is text. The name of an attribute can only be printed when it is of no row that fits any element.
 */
export const ATTRIBUTES: readonly AttributeRow[] = [
  { names: 'style', kind: 'style', source: 'CSS Style Attributes' },
  { names: 'srcdoc', kind: 'srcdoc', source: 'HTML, iframe' },
  { names: 'src', on: 'img source image input', kind: 'image url', source: 'HTML, img and input' },
  { names: 'srcset imagesrcset data-srcset', kind: 'url list', source: 'HTML, srcset; lazysizes' },
  { names: 'ping archive', kind: 'url list', source: 'HTML, hyperlinks; HTML 4, object' },
  {
    names: 'to from by values',
    on: 'animate set animatemotion animatetransform animatecolor',
    kind: 'url list',
    source: 'SVG animations: the value of another attribute',
  },
  { names: 'content', on: 'meta', kind: 'refresh', source: 'HTML, meta http-equiv=refresh' },
  { names: 'value', on: 'param', kind: 'url', source: 'HTML, param (obsolete)' },
  {
    names: 'action cite data formaction href icon itemid itemtype manifest poster src usemap',
    kind: 'url',
    source: 'HTML, attributes that hold a URL',
  },
  {
    names: 'background classid codebase code dynsrc longdesc lowsrc profile',
    kind: 'url',
    source: 'HTML, obsolete attributes that browsers still follow',
  },
  { names: 'xlink:href xml:base', kind: 'url', source: 'SVG, linking' },
  { names: 'data-src', kind: 'url', source: 'lazysizes' },
  {
    names:
      'hx-get hx-post hx-put hx-patch hx-delete hx-push-url hx-replace-url sse-connect ws-connect',
    kind: 'url',
    source: 'htmx, attributes',
  },
  { names: 'hx-vals hx-headers hx-request', kind: 'json', source: 'htmx, attributes' },
  { names: 'hx-on* hx-vars', kind: 'script', source: 'htmx, attributes' },
  { names: 'hx-trigger', kind: 'words', source: 'htmx, trigger filters' },
  {
    names: 'data-action data-controller',
    kind: 'words',
    source: 'Stimulus, actions and controllers',
  },
  { names: '_ script data-script', kind: 'refused', source: 'hyperscript' },
  {
    names: 'ng-href ng-src ng-srcset ng-bind-template ng-attr-*',
    kind: 'refused',
    source: 'AngularJS, interpolation',
  },
  { names: 'ng-* ng:* ng_*', kind: 'script', source: 'AngularJS, directives' },
  {
    names: 'x-ref x-teleport x-transition* x-cloak x-ignore x-mask',
    kind: 'plain',
    source: 'Alpine, directives that hold no expression',
  },
  { names: 'v-pre v-cloak v-once', kind: 'plain', source: 'Vue, directives without expression' },
  {
    names:
      'v-html x-html *:innerhtml *:outerhtml *:srcdoc .innerhtml .outerhtml .srcdoc *:innerhtml.* *:srcdoc.*',
    kind: 'refused',
    source: 'Vue and Alpine, what they insert as HTML',
  },
  {
    names:
      '*:href *:src *:action *:formaction *:data *:srcset .href .src .action .formaction .data *:href.* *:src.*',
    kind: 'refused',
    source: 'Vue and Alpine, bindings to attributes that hold a URL',
  },
  {
    names: ':on* v-bind:on* x-bind:on* :[* v-bind:[* x-bind:[* v-bind x-bind',
    kind: 'refused',
    source: 'Vue and Alpine, bindings to handlers and to any attribute',
  },
  { names: 'x-* @* :*', kind: 'script', source: 'Alpine, directives' },
  { names: 'v-* #* .*', kind: 'script', source: 'Vue and Petite-Vue, directives and shorthands' },
  {
    names: '(* [* \\** bind-* bindon-* let-*',
    kind: 'script',
    source: 'Angular, template syntax',
  },
  { names: 'wire:*', kind: 'script', source: 'Livewire, directives' },
  { names: 'up-on-*', kind: 'script', source: 'Unpoly, callbacks' },
  {
    names: '*.bind *.delegate *.trigger *.call *.capture *.for *.one-way *.two-way *.one-time',
    kind: 'script',
    source: 'Aurelia, binding commands',
  },
  { names: 'data-bind', kind: 'script', source: 'Knockout, bindings' },
  {
    names: 'data-on-* data-on:* data-signals* data-computed* data-effect',
    kind: 'script',
    source: 'Datastar, attributes',
  },
  { names: 'on*', kind: 'script', source: 'HTML, event handlers; Angular, Polymer' },
  {
    names:
      'type language http-equiv charset content sandbox allow integrity nonce target rel is slot',
    kind: 'plain',
    source: 'HTML: decides what another attribute or the content is',
  },
  { names: 'form* attributename', kind: 'plain', source: 'HTML, forms; SVG animations' },
  { names: 'hx-* sse-* ws-* up-*', kind: 'plain', source: 'htmx and Unpoly: what is loaded where' },
]

/** Libraries that take an attribute also behind one of these. */
export const PREFIXES: readonly (readonly [prefix: RegExp, rest: RegExp])[] = [
  [/^data-(?=hx-|sse-|ws-)/, /^data-/],
  [/^(?:data|x)[-:_](?=ng[-:_])/, /^(?:data|x)[-:_]/],
]

export interface ScriptRow {
  /** Types in lower case, without parameters, with `*` for any text. */
  readonly types: string
  readonly language: ScriptLanguage
  readonly source: string
}

/** The types of `<script>` by what is in it; the first row that fits counts. */
export const SCRIPT_TYPES: readonly ScriptRow[] = [
  {
    types:
      'text/javascript text/javascript1.* text/ecmascript text/x-javascript text/x-ecmascript text/jscript text/livescript application/javascript application/ecmascript application/x-javascript application/x-ecmascript',
    language: 'js',
    source: 'MIME Sniffing, JavaScript MIME types',
  },
  { types: 'module', language: 'js', source: 'HTML, script' },
  { types: 'importmap importmap-shim', language: 'import map', source: 'HTML, import maps' },
  { types: 'speculationrules', language: 'json', source: 'HTML, speculation rules' },
  {
    types: 'module-shim text/partytown text/x-mathjax-config',
    language: 'js',
    source: 'es-module-shims, Partytown, MathJax',
  },
  {
    types: 'text/babel text/jsx text/tsx text/typescript text/ecmascript-6 application/typescript',
    language: 'jsx',
    source: 'Babel, React, TypeScript in the browser',
  },
  {
    types: '*/json */*+json text/x-magento-init',
    language: 'json',
    source: 'MIME Sniffing, JSON MIME types; Magento',
  },
  {
    types:
      'text/template text/html text/x-template text/ng-template text/x-handlebars text/x-handlebars-template text/mustache text/x-mustache text/x-mustache-template text/x-underscore text/x-lodash-template text/x-jquery-tmpl text/x-jsrender text/x-kendo-template text/x-dot-template text/x-tmpl text/ejs text/x-ejs-template',
    language: 'page',
    source:
      'Vue, AngularJS, Handlebars, Mustache, lodash and their kin: a page that is put together later',
  },
  {
    types:
      'text/markdown text/x-markdown text/csv x-shader/* text/xml application/xml image/svg+xml',
    language: 'text',
    source: 'Data that nothing runs',
  },
]

const attributeRules = ATTRIBUTES.map((row) => ({
  ...row,
  pattern: patternOf(row.names),
  elements: row.on === undefined ? undefined : new Set(row.on.split(' ')),
}))
const scriptRules = SCRIPT_TYPES.map((row) => ({ ...row, pattern: patternOf(row.types) }))

/** The row of an attribute; undefined when its value is text. @param element, name - in lower case. */
export function rowOf(element: string, name: string): AttributeRow | undefined {
  const key = `${element} ${name}`
  if (rowsFound.has(key)) return rowsFound.get(key)
  const bare = withoutPrefix(name)
  const row = attributeRules.find(
    ({ pattern, elements }) => (!elements || elements.has(element)) && pattern.test(bare),
  )
  // Templates have few names, but a name can be any text.
  if (rowsFound.size >= MOST_ROWS_FOUND) rowsFound.clear()
  rowsFound.set(key, row)
  return row
}

/** A page asks for the same few names again and again, and each asks two dozen patterns. */
const rowsFound = new Map<string, AttributeRow | undefined>()
const MOST_ROWS_FOUND = 1000

/** Whether data may choose this attribute's name: nothing that a browser or a library runs, loads or follows. */
export function isHarmlessAttribute(name: string): boolean {
  return HARMLESS_NAME.test(name) && !MEANINGFUL_NAME.test(withoutPrefix(name.toLowerCase()))
}

export const HARMLESS_NAME = /^[a-z][a-z0-9_:.-]*$/i

/** Every name with a meaning on any element; the value of an option or an input is text. */
export const MEANINGFUL_NAME = patternOf(
  ATTRIBUTES.filter(({ on }) => on !== 'param')
    .map(({ names }) => names)
    .join(' '),
)

function withoutPrefix(name: string): string {
  for (const [prefix, rest] of PREFIXES) if (prefix.test(name)) return name.replace(rest, '')
  return name
}

/** What a `<script>` of this type holds; a type of no row may be read by somebody as anything. */
export function scriptLanguage(type: string): ScriptLanguage {
  const essence = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (essence === '') return 'js'
  return scriptRules.find(({ pattern }) => pattern.test(essence))?.language ?? 'unknown'
}

/** A pattern for names separated by blanks; `\*` is a star. */
function patternOf(names: string): RegExp {
  const alternatives = names
    .split(' ')
    .map((name) =>
      name.replace(/\\\*|[.*+?^${}()|[\]\\]/g, (found) =>
        found === '*' ? '.*' : found === '\\*' ? '\\*' : `\\${found}`,
      ),
    )
  return new RegExp(`^(?:${alternatives.join('|')})$`)
}
