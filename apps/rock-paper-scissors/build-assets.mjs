// Makes `dist/assets` of `public` and of what the browser runs: bundled, made small, and beside each file the
// same compressed, so that no request has to. `node build-assets.mjs [folder]`.
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

import { build } from 'esbuild'

const home = import.meta.dirname
const COMPRESSED = /\.(css|js|svg)$/

/** @param {string} [target] the folder to put in place when all of it is there */
export async function buildAssets(target = path.join(home, 'dist/assets')) {
  const draft = `${target}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(path.dirname(target), { recursive: true })
  cpSync(path.join(home, 'public'), draft, { recursive: true })
  const options = { bundle: true, minify: true, charset: 'utf8', logLevel: 'warning' }
  await build({
    ...options,
    absWorkingDir: home,
    entryPoints: ['src/client/game.ts', 'src/client/duel.ts'],
    outdir: path.join(draft, 'client'),
    format: 'esm',
    target: 'es2022',
  })
  await build({
    ...options,
    entryPoints: [path.join(draft, 'game.css')],
    outfile: path.join(draft, 'game.css'),
    allowOverwrite: true,
  })
  for (const file of readdirSync(draft, { recursive: true })) {
    if (COMPRESSED.test(file)) compress(path.join(draft, file))
  }
  rmSync(target, { recursive: true, force: true })
  renameSync(draft, target)
}

/** @param {string} file */
function compress(file) {
  const bytes = readFileSync(file)
  const forms = { br: brotliCompressSync(bytes), gz: gzipSync(bytes, { level: 9 }) }
  for (const [ending, compressed] of Object.entries(forms)) {
    if (compressed.length < bytes.length) writeFileSync(`${file}.${ending}`, compressed)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAssets(process.argv[2])
