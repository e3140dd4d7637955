// Options take `undefined` for "not given", so that `{ maxAge: known ? 60 : undefined }` compiles for users with
// `exactOptionalPropertyTypes` too, as it does with Express's typings: every optional property of a public
// interface says `| undefined`. Not the interfaces of Express itself, which are as its typings have them.
import path from 'node:path'

import { basesOf, declarationsOf, doorsOf, exportsOf, lineOf } from './declarations.mjs'
import { houses, root } from './sources.mjs'

/** What requests, responses, apps and routers have, rather than take. */
const AS_IN_EXPRESS = new Set(['Request', 'Response', 'Application', 'IRouter', 'ILayer', 'Adds'])

const faults = []
const seen = new Set()
let properties = 0
for (const { folder, manifest, src } of houses) {
  if (path.basename(path.dirname(folder)) !== 'packages') continue
  for (const { file } of doorsOf(manifest, src))
    for (const name of exportsOf(file)) visit(file, name)
}
for (const each of faults) console.error(each)
if (faults.length > 0) process.exitCode = 1
else console.log(`${properties} optional properties, each takes undefined`)

function visit(file, name) {
  if (AS_IN_EXPRESS.has(name)) return
  for (const { at, node } of declarationsOf(file, name)) {
    const key = `${at}:${node.start}`
    if (seen.has(key)) continue
    seen.add(key)
    for (const base of basesOf(node)) visit(at, base)
    if (node.type === 'TSInterfaceDeclaration') visitMembers(at, node.body.body, name)
    if (node.type === 'TSTypeAliasDeclaration') visitType(at, node.typeAnnotation, name)
  }
}

function visitMembers(file, members, name) {
  for (const member of members) {
    if (member.type === 'TSMethodSignature' && member.optional && name.includes('Options'))
      fault(file, member, name)
    if (member.type !== 'TSPropertySignature') continue
    const type = member.typeAnnotation?.typeAnnotation
    if (member.optional) {
      properties += 1
      if (!takesUndefined(type)) fault(file, member, name)
    }
    visitType(file, type, `${name}.${member.key.name ?? member.key.value}`)
  }
}

/** The literals of types inside of others: unions of options, options in options. */
function visitType(file, type, name) {
  if (type?.type === 'TSTypeLiteral') visitMembers(file, type.members, name)
  if (
    type?.type === 'TSMappedType' &&
    type.optional === true &&
    !takesUndefined(type.typeAnnotation)
  )
    faults.push(
      `${path.relative(root, file)}:${lineOf(file, type)} ${name} does not take undefined`,
    )
  for (const each of type?.types ?? []) visitType(file, each, name)
}

function takesUndefined(type) {
  if (type.type === 'TSUnionType') return type.types.some((each) => takesUndefined(each))
  return ['TSUndefinedKeyword', 'TSUnknownKeyword', 'TSAnyKeyword'].includes(type.type)
}

function fault(file, member, name) {
  const label = `${name}.${member.key.name ?? member.key.value}`
  const place = `${path.relative(root, file)}:${lineOf(file, member)}`
  faults.push(`${place} ${label} does not take undefined`)
}
