import { checked, type CompileOptions, takesData, write, type Written } from '../compile.ts'
import type { Linkable } from '../link.ts'
import { type Context, TEXT } from '../contexts/context.ts'
import { contextKey } from '../contexts/join.ts'
import { type GeneratedProgram, quote } from '../output/program.ts'
import { functionOf } from '../output/instantiate.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Source } from '../source/source.ts'
import { readTemplate } from '../files/template-file.ts'
import { finderFrom } from '../template-set.ts'
import { declarationsOf, encoderSource, type PieceName } from './encoder-source.ts'
import { refuseWhatNeedsTheEngine } from './refuse.ts'
import { DATA_SOURCE, writeExpression } from './write-function.ts'

/**
 * Writes a template, and all that it includes, as an expression whose value is `(data) => text`.
 *
 * @param file - a real path below the roots.
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION for a template that needs the engine to run.
 */
export function writeStandalone(file: string, options: ResolvedOptions): string {
  const templates: Template[] = []
  gather(file, TEXT, options, templates, new Map())
  const pieces = new Set<PieceName>(['encodeRaw'])
  const descriptions = templates.map((template) => describe(template, pieces))
  return writeExpression(
    templates.map(({ written }) => (written as Written<Template>).program),
    `${declarationsOf(pieces)}${DATA_SOURCE}${RUNTIME}${LINK(descriptions.join(',\n'))}`,
  )
}

/** One of the templates in a function; its program comes when all that it includes is known. */
interface Template extends Linkable {
  readonly number: number
  readonly source: Source
  isAsync: boolean
  written: Written<Template> | undefined
}

/** Writes the program of a template for a place, and of each that it includes. */
function gather(
  file: string,
  context: Context,
  options: ResolvedOptions,
  templates: Template[],
  known: Map<string, Template>,
): Template {
  const key = `${file}\0${contextKey(context)}`
  const before = known.get(key)
  if (before) return before
  const source = readTemplate(file)
  const template: Template = {
    number: templates.length,
    source,
    isAsync: false,
    blocks: new Map(),
    written: undefined,
  }
  known.set(key, template)
  templates.push(template)
  const find = finderFrom(file, options)
  const compileOptions: CompileOptions = {
    ...options,
    helpers: new Set(),
    file: undefined,
    sourceMaps: false,
    forBrowser: true,
    context,
    onAnalysed: (analysed) => {
      refuseWhatNeedsTheEngine(analysed, options)
      template.isAsync = analysed.isAsync
    },
  }
  const written = write(source, compileOptions, (name, place) =>
    gather(find(name), place, options, templates, known),
  )
  const { body, mark } = written.program
  checked(source, () => functionOf(`function(${mark}){${body}\n}`))
  template.written = written
  template.isAsync = written.isAsync
  return template
}

/** What the runtime must know of one template. */
function describe({ source, written }: Template, pieces: Set<PieceName>): string {
  const { program, links } = written as Written<Template>
  const encoders = encodersOf(program, pieces).join(',')
  const linked = links.map(({ include, target }) =>
    takesData(include)
      ? `(locals,data)=>templates[${target.number}](merge(locals,data))`
      : `(locals)=>templates[${target.number}](locals)`,
  )
  const lines = [0, ...Array.from(source.text.matchAll(/\n/g), ({ index }) => index + 1)]
  const name = quote(source.name, { forBrowser: true })
  return `{name:${name},lines:${JSON.stringify(lines)},encoders:[${encoders}],links:[${linked.join(',')}]}`
}

function encodersOf({ encoders }: GeneratedProgram, pieces: Set<PieceName>): string[] {
  return encoders.map((name) => {
    const source = encoderSource(name)
    for (const piece of source.pieces) pieces.add(piece)
    return source.expression
  })
}

const RUNTIME = `const merge=(locals,data)=>data===null||data===undefined?locals:copy(locals,data);
const failIn=({name,lines})=>(error,offset)=>{
  if(!(error instanceof Error)||!Object.isExtensible(error))return error;
  const line=lines.filter((start)=>start<=offset).length,column=offset-lines[line-1]+1;
  const place=name+":"+line+":"+column;
  if(Object.hasOwn(error,"includeStack")){
    if(Array.isArray(error.includeStack)&&error.includeStack.length<50)error.includeStack.push(place);
    return error;
  }
  try{
    error.message=place+"\\n\\n"+error.message;
    Object.assign(error,{path:name,line,column,includeStack:[]});
  }catch{}
  return error;
};
const include=()=>{throw new TypeError("Cannot include: only templates whose names are written out came along")};
`

/** @param descriptions - one for each program, in the same order. */
const LINK = (descriptions: string): string => `const templates=[${descriptions}].map((each,i)=>
  programs[i]({...each,raw:encodeRaw,rawIn:()=>encodeRaw,copy,own,bound,fallback,missing,include,fail:failIn(each)}));
return (data)=>templates[0](copy(typeof data==="object"?data:undefined));
`
