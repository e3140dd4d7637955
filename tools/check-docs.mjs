// Every public name of the packages, and every method, property and option of it, has a docstring.
// Of overloads the first has it for all.
import path from 'node:path'

import {
  basesOf,
  declarationsOf,
  docstringOf,
  doorsOf,
  exportsOf,
  globalsIn,
  lineOf,
  membersOf,
} from './declarations.mjs'
import { filesIn, houses, root } from './sources.mjs'

/** The one shape of every error, which docs/errors.md tells of. */
const ERROR_SHAPE = new Set(['name', 'code', 'status', 'statusCode', 'expose'])

const faults = []
const seen = new Set()
for (const { folder, manifest, src } of houses) {
  if (path.basename(path.dirname(folder)) !== 'packages') continue
  for (const { file } of doorsOf(manifest, src))
    for (const exported of exportsOf(file)) visit(file, exported)
  for (const file of filesIn(src))
    for (const node of globalsIn(file))
      if (!wasSeen(file, node)) visitMembers(file, node, node.id.name)
}
for (const each of faults) console.error(each)
if (faults.length > 0) process.exitCode = 1
else console.log(`${seen.size} public declarations, each with its docstring`)

/** Asks a name of a module for its docstring, and all that a user can reach through it. */
function visit(file, name) {
  const fresh = declarationsOf(file, name).filter(({ at, node }) => !wasSeen(at, node))
  // A name may be a value and a type: one docstring does for both.
  if (fresh.length > 0 && !fresh.some(({ at, outer }) => docstringOf(at, outer)))
    fault(fresh[0].at, fresh[0].outer, name)
  for (const { at, node } of fresh) visitMembers(at, node, name)
}

function wasSeen(file, node) {
  const key = `${file}:${node.start}`
  const was = seen.has(key)
  seen.add(key)
  return was
}

function visitMembers(file, node, name) {
  for (const base of basesOf(node)) visitBase(file, base)
  const asked = new Set()
  for (const { label, member } of membersOf(node)) {
    if (asked.has(label)) continue
    if (node.superClass && ERROR_SHAPE.has(label)) continue
    asked.add(label)
    if (!docstringOf(file, member)) fault(file, member, `${name}.${label}`)
  }
}

/** An interface may inherit what it does not export. */
function visitBase(file, name) {
  for (const { at, node } of declarationsOf(file, name))
    if (!wasSeen(at, node)) visitMembers(at, node, name)
}

function fault(file, node, label) {
  faults.push(`${path.relative(root, file)}:${lineOf(file, node)} ${label} has no docstring`)
}
