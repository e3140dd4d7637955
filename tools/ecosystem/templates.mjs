// Templates that other people have published, on EJS and on ours: pnpm ecosystem --templates [--only NAME]
//
// Each package comes as npm packs it, and nothing of it is installed or run but its `.ejs` files: each is compiled by EJS
// and through `@tokkyu/views/ejs`, and rendered with data that answers to everything. The texts have to be equal, and what
// one refuses the other has to refuse. Beside that it is counted what the engine refuses, which escapes by place.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { known, packages } from './templates-list.mjs'

const renderer = path.join(import.meta.dirname, 'render-templates.cjs')
const PATIENCE_MS = 30_000
/** Of a package with hundreds of them, so many, evenly taken. */
const MOST = 150

/** Prints a table; false when a template is otherwise on ours, and nobody has said so. */
export function runTemplates(only) {
  const chosen = packages.filter((wanted) => only === undefined || wanted.startsWith(`${only}@`))
  if (chosen.length === 0) throw new Error(`No package is called "${only}"`)
  const lines = []
  const said = []
  let isWhole = true
  const refusals = new Map()
  const sums = { tried: 0, same: 0, refused: 0, otherwise: 0, endless: 0, context: 0 }
  for (const wanted of chosen) {
    const results = resultsOf(wanted)
    if (results.length === 0) throw new Error(`${wanted} has no template`)
    const counts = {
      tried: results.length,
      same: 0,
      refused: 0,
      otherwise: 0,
      endless: 0,
      context: 0,
    }
    for (const { file, compiled, rendered, why, context, endsOnEjs } of results) {
      if (compiled === undefined && !endsOnEjs) counts.endless++
      else if (rendered === 'same') counts.same++
      else if (rendered === 'both refuse' || compiled === 'both refuse') counts.refused++
      else {
        counts.otherwise++
        const at = `${wanted.slice(0, wanted.lastIndexOf('@'))} ${file}`
        if (Object.hasOwn(known, at)) said.push(`- ${at}: ${known[at]}`)
        else isWhole = false
        console.log(`${wanted} ${file}: ${rendered ?? compiled ?? 'never ends on ours'}: ${why}\n`)
      }
      if (context === undefined) continue
      counts.context++
      const kind = context
        .replaceAll(/"[^"]*"|`[^`]*`|<[^>]*>/g, '…')
        .replace(/^.*?:\d+(?::\d+)?:? /, '')
      refusals.set(kind, (refusals.get(kind) ?? 0) + 1)
    }
    for (const key of Object.keys(sums)) sums[key] += counts[key]
    const at = wanted.lastIndexOf('@')
    lines.push([wanted.slice(0, at), wanted.slice(at + 1), ...Object.values(counts)])
  }
  lines.push([`**${chosen.length} packages**`, '', ...Object.values(sums)])
  const table = `| package | version | templates | same text | both refuse | otherwise | neither ends | refused by the engine for the place |
|---|---|---|---|---|---|---|---|
${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}
`
  const kinds = [...refusals].toSorted(([, one], [, other]) => other - one)
  const reasons = `| the engine's reason | templates |
|---|---|
${kinds.map(([kind, count]) => `| ${kind.replaceAll('|', String.raw`\|`)} | ${count} |`).join('\n')}
`
  const text = [
    table,
    ...(said.length > 0 ? [`Otherwise on purpose:\n\n${said.join('\n')}\n`] : []),
    reasons,
  ].join('\n')
  console.log(text)
  return { isWhole, table: text }
}

function resultsOf(wanted) {
  const house = mkdtempSync(path.join(tmpdir(), 'ecosystem-'))
  try {
    const folder = unpack(house, wanted)
    const all = readdirSync(folder, { recursive: true })
      .filter(
        (file) =>
          /\.ejs(?:\.t)?$/.test(file) &&
          readFileSync(path.join(folder, file), 'utf8').includes('<%'),
      )
      .toSorted((one, other) => (one < other ? -1 : 1))
    const step = Math.max(1, all.length / MOST)
    const files = Array.from(
      { length: Math.min(MOST, all.length) },
      (_, at) => all[Math.floor(at * step)],
    )
    return comparisonsOf(folder, files)
  } finally {
    rmSync(house, { recursive: true, force: true })
  }
}

function unpack(house, wanted) {
  const kept = process.env.ECOSYSTEM_KEPT
  const from = kept ? path.join(kept, wanted.replaceAll(/[/@]/g, '_')) : house
  if (!kept)
    execFileSync('npm', [
      'pack',
      '--silent',
      '--ignore-scripts',
      '--pack-destination',
      house,
      wanted,
    ])
  const tarball = readdirSync(from).find((name) => name.endsWith('.tgz'))
  const folder = path.join(house, 'package')
  mkdirSync(folder)
  execFileSync('tar', ['-xzf', path.join(from, tarball), '-C', folder, '--strip-components', '1'])
  return folder
}

/** What became of each; of one that never ends nothing but its name. */
function comparisonsOf(folder, files) {
  const results = files.map((file) => ({ file }))
  for (let from = 0; from < files.length;) {
    const { stdout } = spawnSync(process.execPath, [renderer, folder, String(from), ...files], {
      encoding: 'utf8',
      cwd: folder,
      killSignal: 'SIGKILL',
      maxBuffer: 2 ** 28,
      timeout: PATIENCE_MS,
    })
    for (const line of stdout.split('\n').filter((text) => text.startsWith('{"at":'))) {
      const { at, begins, ...result } = JSON.parse(line)
      if (!begins) Object.assign(results[at], result)
      from = at + 1
    }
  }
  return results
}
