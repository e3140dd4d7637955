// Builds and serves the sample game. With `npm start` on a fresh clone only what that needs is installed: the
// packages that run, and esbuild. Types are checked, and tools installed, by the commands that pnpm runs.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const root = path.resolve(import.meta.dirname, '..')
const game = path.join(root, 'apps/rock-paper-scissors')

// pnpm has installed everything before it runs a script.
if (!process.env.npm_config_user_agent?.startsWith('pnpm/')) install()
await import('./bundle.mjs')
const { build } = await import('esbuild')
await build({
  absWorkingDir: game,
  bundle: true,
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
  entryPoints: ['src/server/main.ts'],
  outdir: 'dist/server',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
})
const { buildAssets } = await import('../apps/rock-paper-scissors/build-assets.mjs')
await buildAssets()
process.env.NODE_ENV ??= 'production' // what has been built is served
process.setSourceMapsEnabled(true)
await import(pathToFileURL(path.join(game, 'dist/server/main.js')).href)

function install() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const modules = path.join(root, 'node_modules')
  // What is whole stays whole.
  const hasAll = existsSync(path.join(modules, 'vitest'))
  const needed = hasAll ? '' : '--prod --filter tokkyu --filter rock-paper-scissors...'
  const command = `npx --yes ${packageManager} install --frozen-lockfile --prefer-offline ${needed}`
  const { status } = spawnSync(command, { cwd: root, stdio: 'inherit', shell: true })
  if (status !== 0) process.exit(status ?? 1)
  if (hasAll) return
  // pnpm would take this for all there is to install, and the tests would miss their tools.
  for (const name of readdirSync(modules))
    if (name.startsWith('.pnpm-workspace-state')) rmSync(path.join(modules, name))
}
