// How a package is bundled of which some doors read no more than they need. What they share with the others is
// in files of its own, so that each class is there once.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { transform } from 'esbuild'

/** A module that exports all of each door under its name. */
export function exportsOf(doors) {
  return doors.map((door) => `export * as ${door} from './${door}.ts'`).join('\n')
}

/**
 * Options of esbuild: `together` go into `dist/bundle.cjs`, and each that stands `apart` into
 * `dist/bundle-<door>.cjs`.
 */
export function divided(folder, together, apart) {
  const bundles = { bundle: together }
  for (const door of apart) bundles[`bundle-${door}`] = [door]
  return {
    entryPoints: Object.fromEntries(Object.keys(bundles).map((name) => [name, `doors:${name}`])),
    chunkNames: 'bundle-part-[hash]',
    outdir: path.join(folder, 'dist'),
    outExtension: { '.js': '.cjs' },
    format: 'esm', // the only one that esbuild divides
    splitting: true,
    sourcemap: 'inline',
    write: false,
    plugins: [entries(bundles, path.join(folder, 'src')), asCommonJs],
  }
}

function entries(bundles, resolveDir) {
  return {
    name: 'doors',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^doors:/ }, (entry) => ({
        path: entry.path.slice('doors:'.length),
        namespace: 'doors',
      }))
      onLoad({ filter: /.*/, namespace: 'doors' }, ({ path: name }) => ({
        contents: exportsOf(bundles[name]),
        resolveDir,
      }))
    },
  }
}

/** Writes the ES modules that were built as CommonJS, and removes what an earlier build has left. */
const asCommonJs = {
  name: 'as CommonJS',
  setup({ onEnd, initialOptions: { outdir, target } }) {
    onEnd(async ({ outputFiles }) => {
      // What esbuild does where it writes itself: `start` on a fresh clone comes before any tsc.
      mkdirSync(outdir, { recursive: true })
      const written = await Promise.all(
        outputFiles.map(async ({ path: file, text }) => {
          const { code, map } = await transform(text, {
            format: 'cjs',
            platform: 'node',
            target,
            sourcemap: 'external',
            sourcesContent: false,
          })
          const name = path.basename(file)
          writeFileSync(`${file}.map`, map)
          writeFileSync(file, `${code}//# sourceMappingURL=${name}.map\n`)
          return name
        }),
      )
      for (const name of readdirSync(outdir)) {
        const isBundle = /^bundle.*\.cjs(?:\.map)?$/.test(name)
        if (isBundle && !written.includes(name.replace(/\.map$/, '')))
          rmSync(path.join(outdir, name))
      }
    })
  },
}
