// Joins the sources of each package into one file, dist/bundle.cjs, which is what its doors open.
//
// A start is mostly the loading of files: `require('@tokkyu/core')` reads 7 of them in place of 180.
// One bundle for all doors of a package, so that each class is there once. tsc has checked the sources.
// With `--watch` again at each change of a source.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { build, context } from 'esbuild'

import { divided, exportsOf } from './divided-bundle.mjs'

/**
 * Doors that read no more than they need, where one bundle is for all others: of the session package core needs
 * a seventh, and the rest was 4 to 7 of the 67 ms of CPU to its first answer, and 0.6 of 8.8 MB of heap.
 */
const APART = { session: ['http'] }

const root = path.resolve(import.meta.dirname, '..')
const isWatching = process.argv.includes('--watch')

for (const name of readdirSync(path.join(root, 'packages'))) {
  const folder = path.join(root, 'packages', name)
  const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const doors = Object.keys(exports)
    .filter((door) => door !== './package.json')
    .map((door) => (door === '.' ? 'index' : path.basename(door)))
    .filter((door) => existsSync(path.join(folder, 'src', `${door}.ts`)))
  const apart = APART[name] ?? []
  const together = doors.filter((door) => !apart.includes(door))
  const whole = {
    stdin: { contents: exportsOf(together), resolveDir: path.join(folder, 'src') },
    outfile: path.join(folder, 'dist/bundle.cjs'),
    format: 'cjs',
    sourcemap: true,
  }
  const options = {
    ...(apart.length === 0 ? whole : divided(folder, together, apart)),
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcesContent: false,
    logLevel: 'warning',
  }
  if (!isWatching) await build(options)
  else {
    const bundle = await context(options)
    await bundle.rebuild()
    await bundle.watch()
  }
}

// What the modules of compiled templates import. It runs where there is neither Node nor a package.
const modules = path.join(root, 'packages/views/src/modules')
await build({
  entryPoints: [path.join(modules, 'runtime.ts')],
  outfile: path.join(root, 'packages/views/dist/module-runtime.mjs'),
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  alias: {
    he: path.join(modules, 'elsewhere/he.ts'),
    'node:diagnostics_channel': path.join(modules, 'elsewhere/diagnostics-channel.ts'),
  },
  logLevel: 'warning',
})
if (isWatching) console.log('bundles are watched')
