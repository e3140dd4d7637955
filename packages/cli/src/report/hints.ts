import { readdirSync } from 'node:fs'
import path from 'node:path'

import {
  type Application,
  type ExplainedLayer,
  joinedPath,
  type RouteNode,
} from '../program/application.ts'
import { parsePlace, showPlace } from '../program/place.ts'
import { columns } from '../terminal/columns.ts'
import { editDistance, nearest } from './nearest.ts'
import type { Hint } from './report.ts'

const MOST_FILES = 2_000
const MOST_ROUTES = 1_000
const MOST_LAYERS = 200

/** For a request that nobody answered: what each layer said, and which routes are near. */
export function unansweredHints(app: Application, method: string, url: string): Hint[] {
  const pathname = url.split('?', 1)[0] ?? url
  return [
    { title: 'The nearest routes', lines: nearestRoutes(app.routes(), method, pathname) },
    {
      title: 'What each layer says',
      lines: columns(explained(app.explain(method, url).layers, '').slice(0, MOST_LAYERS)),
    },
  ].filter(({ lines }) => lines.length > 0)
}

function explained(layers: readonly ExplainedLayer[], indent: string): string[][] {
  return layers.flatMap((layer) => {
    const { kind, path: at, methods, handlers, verdict, reason, registeredAt } = layer
    const what = kind === 'route' ? methods.join(',') || '(no methods)' : 'use'
    const who =
      kind === 'middleware' ? ` ${handlers.join(', ')}` : kind === 'router' ? ' (router)' : ''
    const place = parsePlace(registeredAt)
    return [
      [`${indent}${what} ${at}${who}`, verdict, reason ?? '', place ? showPlace(place) : ''],
      ...explained(layer.layers, `${indent}  `),
    ]
  })
}

interface FlatRoute {
  readonly methods: readonly string[]
  readonly path: string
  readonly registeredAt: string | undefined
}

/** The same path with another method first, then what differs by few letters. */
function nearestRoutes(nodes: readonly RouteNode[], method: string, url: string): string[] {
  const found = flat(nodes, '')
    .slice(0, MOST_ROUTES)
    .map((route) => ({ route, distance: pathDistance(url, route.path) }))
    .filter(({ distance }) => distance <= 0.5)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 5)
  return columns(
    found.map(({ route, distance }) => {
      const place = parsePlace(route.registeredAt)
      const other = distance === 0 && !route.methods.includes(method) ? `not for ${method}` : ''
      return [route.methods.join(','), route.path, place ? showPlace(place) : '', other]
    }),
  )
}

function flat(nodes: readonly RouteNode[], base: string): FlatRoute[] {
  return nodes.flatMap(({ kind, path: own, methods, registeredAt, routes }) => {
    const whole = joinedPath(base, own)
    if (kind === 'router') return flat(routes, whole)
    return kind === 'route' ? [{ methods, path: whole, registeredAt }] : []
  })
}

/** From 0, the same, to 1, nothing in common; a parameter is like any segment. */
function pathDistance(url: string, pattern: string): number {
  const asked = url.split('/').filter(Boolean)
  const has = pattern.split('/').filter(Boolean)
  const length = Math.max(asked.length, has.length)
  if (length === 0) return 0
  let sum = 0
  for (let at = 0; at < length; at++) {
    const segment = asked[at]
    const wanted = has[at]
    if (segment === undefined || wanted === undefined) sum += 1
    else if (!/^[:*{]/.test(wanted))
      sum +=
        editDistance(segment.toLowerCase(), wanted.toLowerCase()) /
        Math.max(segment.length, wanted.length)
  }
  return sum / length
}

/** For a view that is not there: the folders, and files of nearly that name. */
export function missingViewHints(error: unknown): Hint[] {
  const missing = missingView(error)
  if (missing === undefined) return []
  const { name, folders } = missing
  const files = folders.flatMap((folder) => filesBelow(folder, MOST_FILES))
  return [
    { title: 'Looked in', lines: folders },
    { title: 'Files of nearly that name', lines: nearest(name, files) },
  ].filter(({ lines }) => lines.length > 0)
}

function missingView(error: unknown): { name: string; folders: string[] } | undefined {
  const { code, view, template, file, searched } = Object(error) as Record<string, unknown>
  if (code === 'TEMPLATE_NOT_FOUND' && typeof template === 'string')
    return { name: typeof file === 'string' ? file : template, folders: texts(searched) }
  // Express's own error has no code, and the same view.
  const { name, root, ext } = Object(view) as Record<string, unknown>
  if (typeof name !== 'string' || root === undefined) return undefined
  const ending = typeof ext === 'string' && !name.endsWith(ext) ? ext : ''
  return { name: name + ending, folders: texts([root].flat()) }
}

function texts(values: unknown): string[] {
  return Array.isArray(values)
    ? values.filter((each): each is string => typeof each === 'string').slice(0, 20)
    : []
}

/** The names of files from a folder, those that hide behind a dot left out. */
function filesBelow(folder: string, most: number): string[] {
  const names: string[] = []
  const open = ['']
  for (let below = open.shift(); below !== undefined && names.length < most; below = open.shift()) {
    for (const entry of entriesOf(path.join(folder, below))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const name = path.posix.join(below, entry.name)
      if (entry.isDirectory()) open.push(name)
      else names.push(name)
    }
  }
  return names
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return [] // it is not there, and that is why
  }
}
