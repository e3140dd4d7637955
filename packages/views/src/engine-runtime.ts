import type { Compiled } from './compile.ts'
import { encoderOf, encodeRaw, encodeText } from './contexts/encoders.ts'
import { LAYOUT_HINTS } from './layout-hints.ts'
import type { ResolvedOptions } from './options.ts'
import { blockPrinting } from './output/block-printing.ts'
import { bound, globalValue, mergeLocals, own, ownCopy } from './output/instantiate.ts'
import { rawIn } from './output/raw.ts'
import type { Runtime } from './output/runtime.ts'
import { contentOf, heedRejections, report } from './pagelets/content.ts'
import { fail } from './source/fail.ts'
import { nearestName } from './source/nearest-name.ts'
import type { Source } from './source/source.ts'

/** What is known of a program when it runs, and not yet when it is made. */
export interface ProgramKnown {
  program?: Pick<Compiled, 'names' | 'segments'>
}

/** What the programs of an engine's template need while they run. */
export function engineRuntime(
  { helpers, escapeBy }: ResolvedOptions,
  source: Source,
  known: ProgramKnown,
  url: string,
  include: Runtime['include'],
): Omit<Runtime, 'layout'> {
  return {
    text: encodeText,
    raw: encodeRaw,
    encoder: encoderOf,
    rawIn,
    include,
    ...blockPrinting(escapeBy),
    merge: mergeLocals,
    copy: ownCopy,
    own,
    bound,
    fallback: (locals, name) => {
      if (Object.hasOwn(locals, name)) return undefined
      return Object.hasOwn(helpers, name) ? helpers[name] : globalValue(name)
    },
    missing: (name, value, locals) => {
      if (value === null || Object.hasOwn(locals, name)) return value
      if (Object.hasOwn(helpers, name)) return helpers[name]
      if (Object.hasOwn(globalThis, name)) return globalValue(name)
      const nearest = nearestName(name, [
        ...Object.keys(locals),
        ...Object.keys(helpers),
        ...(known.program?.names ?? []),
      ])
      const way = LAYOUT_HINTS.get(name)
      const hint = way === undefined ? '' : `: ${way}`
      throw new ReferenceError(
        `${name} is not defined${nearest === undefined ? hint : `; did you mean ${nearest}?`}`,
      )
    },
    heed: heedRejections,
    pagelet: (name, data, content, given) =>
      contentOf(name, data, content, given, (error) => report(name, error)).text,
    fail: (error, offset) =>
      fail(error, source, offset, { url, segments: known.program?.segments ?? [] }),
  }
}
