// The rooms of a package: what stands directly in each of its folders, and which imports which.
import path from 'node:path'

import { filesIn, importsOf } from './sources.mjs'

/**
 * The folders of a package, each as a graph of what stands directly in it: files by their name, a
 * folder inside as one thing, its name ending in `/`. `arrows` maps each to those it imports.
 */
export function roomsOf(src) {
  const rooms = new Map()
  const room = (folder) => {
    if (!rooms.has(folder)) rooms.set(folder, { folder, arrows: new Map() })
    return rooms.get(folder).arrows
  }
  for (const file of filesIn(src)) {
    const at = path.relative(src, file).split(path.sep)
    for (let depth = 0; depth < at.length; depth++) {
      const arrows = room(at.slice(0, depth).join('/'))
      const own = label(at, depth)
      if (!arrows.has(own)) arrows.set(own, new Set())
    }
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) continue
      const to = path.relative(src, path.resolve(file, '..', specifier)).split(path.sep)
      let depth = 0
      while (at[depth] === to[depth] && depth < at.length - 1) depth++
      const [from, target] = [label(at, depth), label(to, depth)]
      if (from !== target) room(at.slice(0, depth).join('/')).get(from).add(target)
    }
  }
  return [...rooms.values()].toSorted((a, b) => a.folder.localeCompare(b.folder))
}

function label(at, depth) {
  return depth === at.length - 1 ? at[depth].replace(/\.[cm]?ts$/, '') : `${at[depth]}/`
}

/** The first circle among the things of one folder, as the names along it, or undefined. */
export function circleIn(arrows) {
  const done = new Set()
  const walk = (name, trail) => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    if (done.has(name)) return undefined
    for (const next of arrows.get(name) ?? []) {
      const circle = walk(next, [...trail, name])
      if (circle) return circle
    }
    done.add(name)
    return undefined
  }
  for (const name of arrows.keys()) {
    const circle = walk(name, [])
    if (circle) return circle
  }
  return undefined
}

/** The things of one folder, each above all that it imports. Needs a folder without a circle. */
export function downward(arrows) {
  const importers = new Map([...arrows.keys()].map((name) => [name, 0]))
  for (const targets of arrows.values())
    for (const target of targets) importers.set(target, importers.get(target) + 1)
  const order = []
  const free = [...arrows.keys()].filter((name) => importers.get(name) === 0)
  while (free.length > 0) {
    free.sort((a, b) => arrows.get(b).size - arrows.get(a).size || a.localeCompare(b))
    const name = free.shift()
    order.push(name)
    for (const target of arrows.get(name)) {
      importers.set(target, importers.get(target) - 1)
      if (importers.get(target) === 0) free.push(target)
    }
  }
  return order
}
