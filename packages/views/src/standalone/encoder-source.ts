import {
  CSS_WITH_FUNCTIONS,
  type EncoderName,
  PLAIN_CSS,
  REFUSED_URL,
  UNSAFE_IN_CSS_STRING,
  UNSAFE_IN_CSS_WORD,
  UNSAFE_IN_JS_STRING,
  UNSAFE_IN_JSON,
  UNSAFE_UNQUOTED,
  type ValueEncoderName,
} from '../encoders.ts'
import { POWERFUL_ATTRIBUTE, SCRIPT_ATTRIBUTES, URL_ATTRIBUTES } from '../contexts/elements.ts'
import { IMAGE_DATA } from '../contexts/url-context.ts'

/**
 * The encoders as text, for a place where this package is not. They are written out because the text
 * of a function of ours would be another one behind a bundler; what they judge by is taken from the
 * encoders themselves, and a test compares the two, encoder by encoder.
 */
export interface EncoderSource {
  /** An expression whose value is the encoder. */
  readonly expression: string
  /** Declarations that it needs. */
  readonly pieces: ReadonlySet<PieceName>
}

/** The text of the declarations that some sources need, each once and behind what it needs itself. */
export function declarationsOf(names: Iterable<PieceName>): string {
  const done = new Set<PieceName>()
  let code = ''
  const add = (name: PieceName): void => {
    if (done.has(name)) return
    done.add(name)
    const piece = PIECES[name]
    for (const needed of namesIn(piece)) if (needed !== name) add(needed)
    code += `const ${name}=${piece};\n`
  }
  for (const name of names) add(name)
  return code
}

export function encoderSource(name: EncoderName): EncoderSource {
  const expression = expressionOf(name)
  return { expression, pieces: namesIn(expression) }
}

function expressionOf(name: EncoderName): string {
  if (name === 'text') return 'encodeText'
  const [, quoting, language] = /^(quoted|unquoted|in unquoted) (.*)$/.exec(name) ?? []
  if (quoting !== undefined) {
    const value = valueIn(language as ValueEncoderName)
    if (quoting === 'quoted') return `(v)=>escapeHtml(${value})`
    return `(v)=>escapeUnquoted(${value})${quoting === 'unquoted' ? `||'""'` : ''}`
  }
  switch (name) {
    case 'comment':
      return "(v)=>escapeHtml(encodeRaw(v)).replace(/-(?=-|$)/g,'- ')"
    case 'digits':
      return 'encodeDigits'
    case 'attribute name':
      return 'encodeAttributeName'
    case 'name part':
      return 'encodeNamePart'
    default:
      return `(v)=>${valueIn(name as ValueEncoderName)}`
  }
}

/** The value `v` in its language, not yet encoded for an attribute. */
function valueIn(name: ValueEncoderName): string {
  switch (name) {
    case 'text':
      return 'encodeRaw(v)'
    case 'srcdoc':
      return 'escapeHtml(encodeRaw(v))'
    case 'url':
      return 'safeUrl(encodeRaw(v),false)'
    case 'image url':
      return 'safeUrl(encodeRaw(v),true)'
    case 'url part':
      return 'safeUrlPart(encodeRaw(v))'
    case 'url list':
      return 'safeUrlList(encodeRaw(v))'
    case 'json':
      return 'encodeJson(v)'
    case 'js':
      return 'encodeJs(v)'
    case 'js string':
      return `encodeRaw(v).replace(${UNSAFE_IN_JS_STRING},unicodeEscape)`
    case 'css':
      return 'encodeCss(v)'
    case 'css string':
    case 'css url rest':
      return `escapeCss(encodeRaw(v),${UNSAFE_IN_CSS_STRING})`
    case 'css url':
      return `escapeCss(safeUrl(encodeRaw(v),true),${UNSAFE_IN_CSS_STRING})`
    case 'css url part':
      return `escapeCss(safeUrlPart(encodeRaw(v)),${UNSAFE_IN_CSS_STRING})`
    default:
      return name satisfies never
  }
}

export type PieceName = keyof typeof PIECES

function namesIn(code: string): Set<PieceName> {
  const words = new Set(code.match(/\w+/g))
  return new Set((Object.keys(PIECES) as PieceName[]).filter((name) => words.has(name)))
}

const REFUSED = JSON.stringify(REFUSED_URL)

const PIECES = {
  valueError: `(code,message,cause)=>Object.assign(new TypeError(message,cause),
  {name:"TemplateValueError",code,status:500,expose:false})`,

  encodeRaw: `(v)=>{
  if(typeof v==="string")return v;
  if(v===null||v===undefined)return "";
  refusePromise(v);
  try{return "".concat(v)}catch(cause){
    const kind=typeof v==="symbol"?"a symbol":"an object that has no text";
    throw valueError("TEMPLATE_UNPRINTABLE","Cannot print "+kind,{cause});
  }
}`,
  refusePromise: `(v)=>{
  if(typeof v==="object"&&v!==null&&typeof v.then==="function")
    throw valueError("TEMPLATE_UNPRINTABLE","Cannot print a promise: write \`await\` before the expression");
}`,

  escapeHtml: `(text)=>text.replace(/[&<>"'\`]/g,(char)=>entities[char])`,
  entities: `{"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#x27;","\`":"&#x60;"}`,
  encodeText: `(v)=>escapeHtml(encodeRaw(v))`,
  escapeUnquoted: `(text)=>text.replace(${UNSAFE_UNQUOTED},(char)=>char==="\\0"?"\\ufffd":"&#"+char.charCodeAt(0)+";")`,

  withoutIgnored: `(url)=>url.replace(/^[\\0-\\x20]+/,"").replace(/[\\t\\n\\r]+/g,"")`,
  isDangerousUrl: `(value,allowSvg)=>{
  if(!value.includes(":"))return false;
  const url=withoutIgnored(value),found=/^[^:/?#\\\\]*(?=:)/.exec(url),scheme=found?found[0].toLowerCase():"";
  if(scheme==="javascript"||scheme==="vbscript")return true;
  return scheme==="data"&&!(${IMAGE_DATA}.test(url)||(allowSvg&&/^data:image\\/svg\\+xml[;,]/i.test(url)));
}`,
  safeUrl: `(url,allowSvg)=>isDangerousUrl(url,allowSvg)?${REFUSED}:url`,
  safeUrlPart: `(url)=>isDangerousUrl(url,false)||/^[^:/?#\\\\]*:/.test(url)?${REFUSED}:url`,
  safeUrlList: `(list)=>list.split(/[\\s,;]+/).some((url)=>isDangerousUrl(url,true))
  ||isDangerousUrl(list.replace(/\\s+/g,""),true)?${REFUSED}:list`,

  unicodeEscape: `(char)=>"\\\\u"+char.charCodeAt(0).toString(16).padStart(4,"0")`,
  encodeJson: `(v)=>{
  refusePromise(v);
  let json;
  try{json=JSON.stringify(v)}catch(cause){
    throw valueError("TEMPLATE_UNPRINTABLE","Cannot print a value that has no JSON",{cause});
  }
  return json===undefined?"null":json.replace(${UNSAFE_IN_JSON},unicodeEscape);
}`,
  encodeJs: `(v)=>encodeJson(v).replace(/"(?:[^"\\\\]|\\\\.)*":?/g,
  (found)=>found==='"__proto__":'?'["__proto__"]:':found)`,

  escapeCss: `(text,unsafe)=>text.replace(unsafe,(char)=>"\\\\"+(char.codePointAt(0)||0xfffd).toString(16)+" ")`,
  encodeCss: `(v)=>{
  const text=encodeRaw(v);
  return ${PLAIN_CSS}.test(text)||${CSS_WITH_FUNCTIONS}.test(text)?text:escapeCss(text,${UNSAFE_IN_CSS_WORD});
}`,

  unsafeName: `(text,where)=>valueError("TEMPLATE_UNSAFE_NAME","Cannot print "+JSON.stringify(text)+where)`,
  encodeDigits: `(v)=>{
  const text=encodeRaw(v);
  if(/^\\d*$/.test(text))return text;
  throw unsafeName(text," in the name of an element: only digits can be");
}`,
  encodeAttributeName: `(v)=>{
  const text=encodeRaw(v),name=text.toLowerCase();
  if(text===""||/^[a-z][a-z0-9_:.-]*$/i.test(text)&&!${POWERFUL_ATTRIBUTE}.test(text)
    &&!/^(?:on|style$|srcdoc$|srcset$|imagesrcset$)/.test(name)&&!${SCRIPT_ATTRIBUTES}.test(name)
    &&!${JSON.stringify([...URL_ATTRIBUTES])}.includes(name))return text;
  throw unsafeName(text," as an attribute: only the name of a harmless one can be");
}`,
  encodeNamePart: `(v)=>{
  const text=encodeRaw(v);
  if(/^[\\w.:-]*$/.test(text))return text;
  throw unsafeName(text," in the name of an attribute: only letters, digits, \\"-\\", \\"_\\", \\".\\" and \\":\\" can be");
}`,
} as const
