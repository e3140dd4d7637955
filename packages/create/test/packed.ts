import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const root = path.join(import.meta.dirname, '../../..')
const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const execute = promisify(execFile)

/** Runs the pnpm of this repository, and gives what it has printed. */
export async function pnpm(cwd: string, ...args: string[]): Promise<string> {
  const pinned = ['--yes', '--prefer-offline', packageManager]
  try {
    const { stdout } = await execute('npx', [...pinned, ...args], { cwd, timeout: 300_000 })
    return stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`pnpm ${args.join(' ')} failed in ${cwd}\n${stdout}\n${stderr}`, {
      cause: error,
    })
  }
}

/**
 * Packs every package into a folder, as npm would get it.
 *
 * @returns the file of each, by the package's name.
 */
export async function packAll(folder: string): Promise<Record<string, string>> {
  await pnpm(root, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder)
  return Object.fromEntries(
    readdirSync(path.join(root, 'packages')).map((name) => {
      const file = path.join(root, 'packages', name, 'package.json')
      const manifest = JSON.parse(readFileSync(file, 'utf8'))
      const packed = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
      return [manifest.name, path.join(folder, packed)]
    }),
  )
}

/** Unpacks a package into a folder. */
export async function unpack(file: string, folder: string): Promise<void> {
  mkdirSync(folder)
  await execute('tar', ['-xzf', file, '-C', folder, '--strip-components=1'])
}
