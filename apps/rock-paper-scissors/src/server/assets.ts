import { existsSync } from 'node:fs'
import path from 'node:path'

import express, { type RequestHandler } from '@tokkyu/core'
import { createAssets } from '@tokkyu/session'

/** The folder of the game: both `src/server` and `dist/server` lie two levels below it. */
const HOME = path.resolve(import.meta.dirname, '../..')

/** What `build-assets.mjs` makes: bundled, and compressed beside each file. */
const BUILT = path.join(HOME, 'dist/assets')

/** Folders by the addresses below which their files are found, the longest first. */
export type AssetFolders = Readonly<Record<string, string>>

export interface ServedAssets {
  /** Gives the address of a file with its version, which browsers keep for ever. */
  readonly asset: (file: string) => string
  /** Goes before everything else that answers. */
  readonly handlers: readonly [prefix: string, ...RequestHandler[]][]
}

/** What is served to players, when it has been built; while the game is written, what it is built from. */
export function assetFolders(isProduction: boolean): AssetFolders {
  if (isProduction && existsSync(BUILT)) return { '': BUILT }
  return { '/client': path.join(HOME, 'dist/client'), '': path.join(HOME, 'public') }
}

export function serveAssets(folders: AssetFolders): ServedAssets {
  const all = Object.entries(folders).map(([prefix, folder]) => {
    return { prefix, folder, asset: createAssets(folder, { prefix }) }
  })
  return {
    asset(file) {
      const found = all.find(({ prefix }) => file.startsWith(`${prefix}/`))
      return found ? found.asset(file.slice(found.prefix.length)) : file
    },
    handlers: all.map(({ prefix, folder, asset }) => [
      prefix || '/',
      asset.middleware,
      express.static(folder, { precompressed: true }),
    ]),
  }
}
