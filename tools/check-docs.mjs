// Every public name of the packages, and every method, property and option of it, has a docstring.
// Of overloads the first has it for all. What a user has in his hands all day, app, req, res and router, shows an
// example; an option that may be left out says what it is then.
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

/** The interfaces of app, req, res and router, wherever their members are declared. */
const AT_HAND = new Set(
  `Application ApplicationMembers Express Listens Registering IRouter IRoute Request RequestMembers Response
  ResponseMembers`.split(/\s+/),
)

const faults = []
const counts = { examples: 0, defaults: 0 }
const askedForDefaults = new Set()
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
else
  console.log(
    `${seen.size} public declarations, each with its docstring; ${counts.examples} examples of app, req, res and ` +
      `router; ${counts.defaults} options with their defaults`,
  )

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
  if (name.endsWith('Options')) askForDefaults(file, node, name)
  const asked = new Set()
  for (const { label, member } of membersOf(node)) {
    if (asked.has(label)) continue
    if (node.superClass && ERROR_SHAPE.has(label)) continue
    asked.add(label)
    const told = docstringOf(file, member)
    if (!told) fault(file, member, `${name}.${label}`)
    else if (AT_HAND.has(name) && isOfCore(file)) askForExample(file, member, name, label, told)
  }
}

function isOfCore(file) {
  return file.startsWith(path.join(root, 'packages/core/src'))
}

/** What is there only because Express's types have it needs none. */
function askForExample(file, member, name, label, told) {
  if (told.includes('@example')) counts.examples++
  else if (!told.includes('@deprecated')) fault(file, member, `${name}.${label}`, 'example')
}

/** Of options, and of the interfaces that they inherit from. */
function askForDefaults(file, node, name) {
  const key = `${file}:${node.start}`
  if (askedForDefaults.has(key)) return
  askedForDefaults.add(key)
  for (const base of basesOf(node))
    for (const each of declarationsOf(file, base)) askForDefaults(each.at, each.node, base)
  for (const { label, member } of membersOf(node)) {
    if (!member.optional) continue
    const told = docstringOf(file, member)
    if (told?.includes('@default')) counts.defaults++
    else if (told) fault(file, member, `${name}.${label}`, 'default')
  }
}

/** An interface may inherit what it does not export. */
function visitBase(file, name) {
  for (const { at, node } of declarationsOf(file, name))
    if (!wasSeen(at, node)) visitMembers(at, node, name)
}

function fault(file, node, label, lacks = 'docstring') {
  faults.push(`${path.relative(root, file)}:${lineOf(file, node)} ${label} has no ${lacks}`)
}
