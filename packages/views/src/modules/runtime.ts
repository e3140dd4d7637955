import type { Context } from '../contexts/context.ts'
import { type EncoderName, encoderOf, encodeRaw, encodeText } from '../contexts/encoders.ts'
import { blockPrinting } from '../output/block-printing.ts'
import {
  bound,
  globalValue,
  mergeLocals,
  own,
  ownCopy,
  type RenderFunction,
  renderOutermost,
  withPlaces,
} from '../output/instantiate.ts'
import { renderLinked } from '../output/linked.ts'
import { rawIn } from '../output/raw.ts'
import type { Runtime } from '../output/runtime.ts'
import { contentOf, heedRejections, report } from '../pagelets/content.ts'
import { forget } from '../source/error-place.ts'
import { TemplateNotFoundError } from '../source/errors.ts'
import { failIn } from './fail-in.ts'
import { resolveName } from './resolve-name.ts'

/*
 * What compiled modules import, each no more than it uses: bundled without the compiler into the file that
 * is written beside them.
 */

export { TEXT } from '../contexts/context.ts'

/** A template as a module describes it. */
export interface Description {
  readonly name: string
  /** The template's text, or the offsets at which its lines begin. */
  readonly source: string | readonly number[]
  readonly escapeBy: 'context' | 'html'
  readonly places: readonly Context[]
  readonly encoders: readonly EncoderName[]
  /** What it uses beside what every template uses. */
  readonly parts: readonly ((description: Description) => Partial<Runtime>)[]
  /** Read when all modules are there: one may lead back here. */
  readonly links: () => readonly { readonly to: Template; readonly takesData: boolean }[]
  readonly layouts: () => readonly Template[]
  readonly program: (runtime: object) => RenderFunction
}

/** A template that others include, or have as their layout. */
export interface Template {
  readonly render: RenderFunction
}

/** Makes the template that a module describes. */
export function template(description: Description): Template {
  let render: RenderFunction | undefined
  return {
    render: (locals, body, blocks) => {
      render ??= linked(description)
      return render(locals, body, blocks)
    },
  }
}

/** The function that a module offers: data in, the page out. */
export function page({ render }: Template): (data?: object) => string | Promise<string> {
  return (data) => renderOutermost(render, data, forget)
}

function linked(description: Description): RenderFunction {
  const { places, encoders: encoderNames, parts, program } = description
  const runtime = Object.assign(always(description), ...parts.map((part) => part(description)))
  const links = description.links().map(({ to, takesData }) => renderLinked(to.render, takesData))
  const layouts = description.layouts().map(({ render }) => render)
  return program(withPlaces(runtime, places, encoderNames, links, layouts))
}

type Always = Pick<
  Runtime,
  'text' | 'raw' | 'encoder' | 'merge' | 'copy' | 'own' | 'bound' | 'fallback' | 'missing' | 'fail'
>

function always({ name, source }: Description): Always {
  return {
    text: encodeText,
    raw: encodeRaw,
    encoder: () => encodeText,
    merge: mergeLocals,
    copy: ownCopy,
    own,
    bound,
    fallback: (locals, global) => (Object.hasOwn(locals, global) ? undefined : globalValue(global)),
    missing: (global, value, locals) => {
      if (value === null || Object.hasOwn(locals, global)) return value
      if (Object.hasOwn(globalThis, global)) return globalValue(global)
      throw new ReferenceError(`${global} is not defined`)
    },
    fail: failIn(name, source),
  }
}

/** Encoders of other places than text. */
export const encoders = (): Partial<Runtime> => ({ encoder: encoderOf })

/** Raw output that must stay in its place. */
export const raw = (): Partial<Runtime> => ({ rawIn })

/** Layouts' blocks. */
export const blocks = ({ escapeBy }: Description): Partial<Runtime> => blockPrinting(escapeBy)

/** Pagelets, which come where they stand. */
export const pagelets = (): Partial<Runtime> => ({
  heed: heedRejections,
  pagelet: (...[name, data, content, given]) =>
    contentOf(name, data, content, given, (error) => report(name, error)).text,
})

/**
 * Includes and layouts whose names are computed.
 *
 * @param find - gives the template of a name as this one means it.
 */
export function names(find: (name: string) => Template | undefined): () => Partial<Runtime> {
  const found = (name: string): Template => {
    const target = find(name)
    if (target) return target
    throw new TemplateNotFoundError(name, [])
  }
  return () => ({
    include: (name, locals, data) => found(name).render(mergeLocals(locals, data)),
    layout: (name) => found(name).render,
  })
}

/** Stands for a template that was not there: only an error when it is reached. */
export function absent(name: string): Template {
  return {
    render: () => {
      throw new TemplateNotFoundError(name, [])
    },
  }
}

/** Finds templates by name as the engine does: beside the one that names it, then from the roots. */
export function finder(
  list: () => ReadonlyMap<string, Template>,
  extension: string,
): (name: string, from: string) => Template | undefined {
  let all: ReadonlyMap<string, Template> | undefined
  return (name, from) => {
    all ??= list()
    const found = resolveName(all, name, extension, from)
    return found === undefined ? undefined : all.get(found)
  }
}
