import { functionOf } from '../output/instantiate.ts'
import { TemplateOptionError } from '../source/errors.ts'
import { type GeneratedProgram, quote } from '../output/program.ts'
import type { Source } from '../source/source.ts'
import { declarationsOf } from '../standalone/encoder-source.ts'
import { DATA_SOURCE, writeFunction } from '../standalone/write-function.ts'
import type { ClientFunction, EscapeCallback, Options } from './ejs-types.ts'

/**
 * Makes EJS's `client` function: all that it needs is in its own text, escaping and errors too.
 *
 * @param escape - the user's own; undefined for EJS's.
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION when the text of `escape` is no function.
 */
export function createClientFunction(
  program: GeneratedProgram,
  source: Source,
  { filename, compileDebug, unsafePrototypeLocals }: Options,
  escape: EscapeCallback | undefined,
): ClientFunction {
  const fail =
    compileDebug === false
      ? 'const fail=(error)=>error;\n'
      : `${RETHROW}const template=${literal(source.text)},filename=${literal(filename)};\n${FAIL}`
  const data = unsafePrototypeLocals
    ? 'const read=(locals,name)=>locals[name],scope=(locals)=>locals,plain=(data)=>data===null||data===undefined?{}:data;\n'
    : PLAIN
  const runtime =
    declarationsOf(['encodeRaw']) +
    DATA_SOURCE +
    (escape ? '' : ESCAPE) +
    RUNTIME +
    fail +
    data +
    RENDER
  const text = writeFunction(program, escape ? [textOf(escape)] : [], runtime)
  return functionOf(text) as ClientFunction
}

function literal(text: string | undefined): string {
  return text === undefined ? 'undefined' : quote(text, { forBrowser: true })
}

/** Methods, bound and built-in functions have a text that is no expression. */
function textOf(escape: EscapeCallback): string {
  const text = Function.prototype.toString.call(escape)
  try {
    if (typeof functionOf(`(${text})`) === 'function') return text
  } catch {
    // Said below.
  }
  throw new TemplateOptionError(
    'escape',
    'Cannot send `escape` along with a client function: it must be written as a function or an arrow',
  )
}

const ESCAPE = `const entities={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&#34;","'":"&#39;"};
functions=[(markup)=>markup===undefined||markup===null?"":String(markup).replace(/[&<>"']/g,(char)=>entities[char])];
`

const RUNTIME = `const escape=escapeFn||functions[0];
const includeText=(name,locals,data)=>{
  if(typeof include==="function")return include(name,data);
  throw new TypeError("Cannot include "+JSON.stringify(name)+": the template was called without a function that includes");
};
`

const RETHROW = `const withPlace=(error,text,file,line,escapeFn)=>{
  if(!(error instanceof Error))return;
  const lines=text.split("\\n"),start=Math.max(line-3,0),name=escapeFn(file);
  const context=lines.slice(start,line+3).map((each,i)=>(start+i+1===line?" >> ":"    ")+(start+i+1)+"| "+each);
  error.path=name;
  error.message=(name||"ejs")+":"+line+"\\n"+context.join("\\n")+"\\n\\n"+error.message;
};
`

const FAIL = `const fail=(error,offset)=>{
  (rethrow||withPlace)(error,template,filename,template.slice(0,offset).split("\\n").length,escape);
  return error;
};
`

// As EJS does, two names that lead to a prototype are left out.
const PLAIN = `const read=own,scope=copy,plain=(data)=>{
  const locals=copy(data);
  delete locals.__proto__;
  delete locals.constructor;
  return locals;
};
`

const RENDER = `const render=program({
  encoders:[escape],raw:encodeRaw,rawIn:()=>encodeRaw,copy:scope,own:read,bound,missing,fail,include:includeText,
  fallback:(locals,name)=>name in locals?undefined:name==="escapeFn"?escape:globalValue(name)
});
return (data)=>render.call(this,plain(data));
`
