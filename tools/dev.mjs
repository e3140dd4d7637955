// The game while it is being written: `tokkyu dev` on its sources. Beside it the bundles of the packages are
// renewed, and what the browser runs is compiled, whenever a source of theirs changes.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
const bundle = path.join(root, 'tools/bundle.mjs')
const command = path.join(root, 'packages/cli/entry/tokkyu.cjs')
const game = path.join(root, 'apps/rock-paper-scissors')
const client = path.join(game, 'src/client')

const children = []
let isEnding = false
let files
// A signal from the terminal reaches each of them by itself.
process.on('SIGINT', () => {
  isEnding = true
})
process.on('SIGTERM', end)

// On a fresh clone nothing is there yet, the command itself included.
spawnSync(process.execPath, [tsc, '-b'], { cwd: root, stdio: 'inherit' })
const bundles = run(root, [bundle, '--watch'], 'pipe')
await once(bundles.stdout, 'data')
run(game, [command, 'dev', 'src/server/main.ts'])

let compiling
files = watch(client, () => {
  clearTimeout(compiling)
  compiling = setTimeout(
    () => spawn(process.execPath, [tsc, '-b', client], { cwd: root, stdio: 'inherit' }),
    100,
  )
})

/** All of them, or none. */
function run(cwd, args, stdout = 'inherit') {
  const child = spawn(process.execPath, args, { cwd, stdio: ['inherit', stdout, 'inherit'] })
  children.push(child)
  child.once('exit', end)
  return child
}

function end() {
  files?.close()
  if (isEnding) return
  isEnding = true
  for (const child of children) child.kill()
}
