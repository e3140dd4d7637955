import {
  CSS_WITH_FUNCTIONS,
  type EncoderName,
  partsOf,
  PLAIN_CSS,
  REFUSED_URL,
  UNSAFE_IN_CSS_STRING,
  UNSAFE_IN_CSS_WORD,
  UNSAFE_IN_JS_STRING,
  UNSAFE_IN_JS_TEMPLATE,
  UNSAFE_IN_JSON,
  UNSAFE_UNQUOTED,
  type ValueEncoderName,
} from '../contexts/encoders.ts'
import { IMAGE_DATA, SVG_DATA } from '../contexts/url-context.ts'
import { HARMLESS_NAME, MEANINGFUL_NAME, PREFIXES } from '../contexts/what-is-code.ts'

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
  return name === 'text' ? 'encodeText' : `(v)=>${valueOf(name)}`
}

/** The value `v`, encoded. */
function valueOf(name: EncoderName): string {
  const { outer, inner } = partsOf(name)
  switch (outer) {
    case undefined:
      return valueIn(name)
    case 'quoted':
      return `escapeHtml(${valueOf(inner)})`
    case 'unquoted':
      return `(escapeUnquoted(${valueOf(inner)})||'""')`
    case 'in unquoted':
      return `escapeUnquoted(${valueOf(inner)})`
    case 'braced':
      return `escapeBraces(${valueOf(inner)})`
    default:
      return outer satisfies never
  }
}

/** The value `v` in its place, not yet encoded for what stands around that. */
function valueIn(name: EncoderName): string {
  if (name.startsWith('name ')) {
    return `encodeNamePart(v,${JSON.stringify(name.slice('name '.length))})`
  }
  switch (name) {
    case 'text':
      return 'encodeText(v)'
    case 'comment':
      return "(escapeHtml(encodeRaw(v)).replace(/-(?=-|$)/g,'- ')||' ')"
    case 'digits':
      return 'encodeDigits(v)'
    case 'attribute name':
      return "(encodeRaw(v)===''?'':encodeAttributeName(v))"
    case 'attribute':
      return 'encodeAttributeName(v)'
    default:
      return valueInLanguage(name as ValueEncoderName)
  }
}

function valueInLanguage(name: ValueEncoderName): string {
  switch (name) {
    case 'plain':
      return 'encodeRaw(v)'
    case 'url':
      return 'safeUrl(encodeRaw(v),false)'
    case 'image url':
      return 'safeUrl(encodeRaw(v),true)'
    case 'url part':
      return 'safeUrlPart(encodeRaw(v))'
    case 'url list':
      return 'safeUrlList(encodeRaw(v))'
    case 'url list part':
      return 'safeUrlListPart(encodeRaw(v))'
    case 'words':
      return 'encodeWords(v)'
    case 'json':
      return 'encodeJson(v)'
    case 'js':
      return 'encodeJs(v)'
    case 'js url':
      return 'encodeJs(v,refuseUrl)'
    case 'js string':
      return 'encodeJsString(encodeRaw(v))'
    case 'js string url':
      return 'encodeJsString(safeUrl(encodeRaw(v),false))'
    case 'js string url part':
      return 'encodeJsString(safeUrlPart(encodeRaw(v)))'
    case 'js template':
      return `encodeJsString(encodeRaw(v)).replace(${UNSAFE_IN_JS_TEMPLATE},unicodeEscape)`
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
  return scheme==="data"&&!(${IMAGE_DATA}.test(url)||(allowSvg&&${SVG_DATA}.test(url)));
}`,
  safeUrl: `(url,allowSvg)=>isDangerousUrl(url,allowSvg)?${REFUSED}:url`,
  completesScheme: `(url)=>/^[^:/?#\\\\]*:/.test(url)`,
  safeUrlPart: `(url)=>isDangerousUrl(url,false)||completesScheme(url)?${REFUSED}:url`,
  safeUrlList: `(list)=>list.includes(":")&&list.split(/[,;]/).some((item)=>
  isDangerousUrl(item,true)||item.split(/\\s+/).some((word)=>isDangerousUrl(word,true)))?${REFUSED}:list`,
  safeUrlListPart: `(list)=>completesScheme(list)?${REFUSED}:safeUrlList(list)`,

  unicodeEscape: `(char)=>"\\\\u"+char.charCodeAt(0).toString(16).padStart(4,"0")`,
  encodeJson: `(v,replace)=>{
  refusePromise(v);
  let json;
  try{json=JSON.stringify(v,replace)}catch(cause){
    throw valueError("TEMPLATE_UNPRINTABLE","Cannot print a value that has no JSON",{cause});
  }
  return json===undefined?"null":json.replace(${UNSAFE_IN_JSON},unicodeEscape);
}`,
  encodeJs: `(v,replace)=>encodeJson(v,replace).replace(/"(?:[^"\\\\]|\\\\.)*":?/g,
  (found)=>found==='"__proto__":'?'["__proto__"]:':found)`,
  refuseUrl: `(key,member)=>typeof member==="string"&&isDangerousUrl(member,false)?${REFUSED}:member`,
  encodeJsString: `(text)=>text.replace(${UNSAFE_IN_JS_STRING},unicodeEscape)`,
  escapeBraces: `(text)=>text.replace(/[{}]/g,(brace)=>"&#"+brace.charCodeAt(0)+";")`,

  escapeCss: `(text,unsafe)=>text.replace(unsafe,(char)=>"\\\\"+(char.codePointAt(0)||0xfffd).toString(16)+" ")`,
  encodeCss: `(v)=>{
  const text=encodeRaw(v);
  return ${PLAIN_CSS}.test(text)||${CSS_WITH_FUNCTIONS}.test(text)?text:escapeCss(text,${UNSAFE_IN_CSS_WORD});
}`,

  unsafeName: `(text,where)=>valueError("TEMPLATE_UNSAFE_NAME","Cannot print "+JSON.stringify(text)+" "+where)`,
  encodeDigits: `(v)=>{
  const text=encodeRaw(v);
  if(/^\\d+$/.test(text))return text;
  throw unsafeName(text,"where only digits can be");
}`,
  encodeWords: `(v)=>{
  const text=encodeRaw(v);
  if(/^[\\w\\s.-]*$/.test(text))return text;
  throw unsafeName(text,"in an attribute that a library reads: only letters, digits, \\"-\\", \\"_\\", \\".\\" and blanks can be");
}`,
  isHarmlessAttribute: `(name)=>{
  let bare=name.toLowerCase();
  for(const [prefix,rest] of [${PREFIXES.map(([prefix, rest]) => `[${prefix},${rest}]`).join(',')}])
    if(prefix.test(bare)){bare=bare.replace(rest,"");break}
  return ${HARMLESS_NAME}.test(name)&&!${MEANINGFUL_NAME}.test(bare);
}`,
  encodeAttributeName: `(v)=>{
  const text=encodeRaw(v);
  if(isHarmlessAttribute(text))return text;
  throw unsafeName(text,"as an attribute: only the name of a harmless one can be");
}`,
  encodeNamePart: `(v,start)=>{
  const text=encodeRaw(v);
  if(/^[\\w.:-]*$/.test(text)&&isHarmlessAttribute(start+text))return text;
  throw unsafeName(text,"behind "+JSON.stringify(start)+": only the name of a harmless attribute can be");
}`,
} as const
