import type { ExplainedLayer, Explanation } from './explain.ts'

/** Writes an explanation for a terminal: one line for each layer, and who answers. */
export function explanationText({ method, url, answer, layers }: Explanation): string {
  const rows = rowsOf(layers, '')
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)))
  const lines = rows.map(([what, verdict, why]) =>
    `  ${what!.padEnd(widths[0]!)}  ${verdict!.padEnd(widths[1]!)}  ${why}`.trimEnd(),
  )
  const name = answer?.name === undefined ? '' : ` (${answer.name})`
  const end = answer === undefined ? 'no route answers' : `${answer.path}${name} answers`
  return [`${method} ${url}`, ...lines, `→ ${end}`].join('\n')
}

function rowsOf(layers: readonly ExplainedLayer[], indent: string): string[][] {
  return layers.flatMap((layer) => [
    [indent + headOf(layer), layer.verdict, reasonOf(layer)],
    ...rowsOf(layer.layers, `${indent}  `),
  ])
}

function headOf({ kind, path, methods, handlers }: ExplainedLayer): string {
  if (kind === 'route') return `${methods.join(',') || '(no methods)'} ${path}`
  return `use ${path} ${kind === 'router' ? '(router)' : handlers.join(', ')}`
}

function reasonOf({ at, reason, params, registeredAt }: ExplainedLayer): string {
  const place = at === undefined ? undefined : `at character ${at}`
  const found =
    params === undefined || Object.keys(params).length === 0 ? undefined : JSON.stringify(params)
  return [place, reason, found, registeredAt && `· ${shorten(registeredAt)}`]
    .filter((part) => part !== undefined)
    .join(' ')
}

/** The file's last two folders are enough to find it. */
function shorten(place: string): string {
  return place.split(/[\\/]/).slice(-2).join('/')
}
