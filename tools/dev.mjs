// Rebuilds on every change and restarts the game: `tsc --watch` beside `node --watch`.
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
const app = path.join(root, 'apps/rock-paper-scissors/dist/server/main.js')

spawnSync(process.execPath, [tsc, '-b'], { cwd: root, stdio: 'inherit' })
const children = [
  [tsc, '-b', '--watch', '--preserveWatchOutput'],
  ['--watch', '--enable-source-maps', app],
].map((args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }))

for (const child of children) child.once('exit', () => children.forEach((each) => each.kill()))
