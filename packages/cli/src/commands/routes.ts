import type { Arguments, Command } from '../command.ts'
import { inspect } from '../inspect/inspect.ts'
import { joinedPath, type RouteNode } from '../program/application.ts'
import { findEntry } from '../program/entry.ts'
import { parsePlace, showPlace } from '../program/place.ts'
import { columns, printable } from '../terminal/columns.ts'
import { type Paint, paintFor } from '../terminal/paint.ts'

export const routes: Command = {
  summary: 'list the routes of an application',
  help: `Usage: tokkyu routes [entry] [options]

  --all               middlewares and mounted routers, too
  --json              for programs: the whole tree

Loads the entry without listening. The application is what the entry exports, or what the first
server that listens hands its requests to. Without an entry: main of package.json, else server, app,
main or index, here or in src.`,
  options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
  async run({ values, positionals }: Arguments): Promise<number> {
    const answer = await inspect(findEntry(positionals[0]), { ask: 'routes' })
    if (!('routes' in answer)) return 1
    if (values['json']) console.log(JSON.stringify(answer.routes, undefined, 2))
    else console.log(routesTable(answer.routes, Boolean(values['all']), paintFor(process.stdout)))
    return 0
  },
}

/** One line for each route: methods, the whole path, name and handlers, and where it was registered. */
function routesTable(nodes: readonly RouteNode[], all: boolean, paint: Paint): string {
  const rows = rowsOf(nodes, '', all)
  if (rows.length === 0) return 'no routes'
  const width = Math.max(...rows.map(([methods]) => methods.length))
  return columns(rows)
    .map((line) => paint('bold', line.slice(0, width)) + line.slice(width))
    .join('\n')
}

type Row = readonly [methods: string, path: string, handlers: string, place: string]

function rowsOf(nodes: readonly RouteNode[], base: string, all: boolean): Row[] {
  return nodes.flatMap((node) => {
    const path = joinedPath(base, node.path)
    const inner = node.kind === 'router' ? rowsOf(node.routes, path, all) : []
    if (node.kind !== 'route' && !all) return inner
    const what = { route: node.methods.join(','), router: 'router', middleware: 'use' }[node.kind]
    const name = node.name === undefined ? '' : `${node.name}: `
    const handlers = node.kind === 'router' ? '' : name + node.handlers.join(', ')
    const place = parsePlace(node.registeredAt)
    const row = [
      what || '(no methods)',
      path,
      handlers,
      place === undefined ? '' : showPlace(place),
    ]
    return [row.map(printable) as unknown as Row, ...inner]
  })
}
