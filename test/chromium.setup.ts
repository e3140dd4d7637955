import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

/**
 * Gives the browser tests a Chromium: the one named by `CHROMIUM_PATH`, or the one that an npm
 * package carries, unpacked once. The package's own unpacking races between processes (ETXTBSY)
 * and trusts a half-written file, so it is done here, finished by one atomic rename.
 */
export default async function setup({ provide }: TestProject): Promise<void> {
  const given = process.env['CHROMIUM_PATH']
  if (given) return provide('chromium', { executablePath: given, libraries: '' })
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const missing = `no Chromium is packaged for ${process.platform}-${process.arch}; set CHROMIUM_PATH to run the browser tests`
    if (process.env['CI']) throw new Error(missing)
    process.stderr.write(`SKIPPED: ${missing}\n`)
    return provide('chromium', { missing })
  }
  const home = path.resolve(import.meta.dirname, '../node_modules/.cache/chromium-147')
  if (!existsSync(home)) await unpack(home)
  provide('chromium', {
    executablePath: path.join(home, 'chromium'),
    libraries: path.join(home, 'lib'),
  })
}

async function unpack(home: string): Promise<void> {
  const { resolve } = createRequire(import.meta.url)
  const bin = path.join(path.dirname(resolve('@sparticuz/chromium')), '../../bin')
  await mkdir(path.dirname(home), { recursive: true })
  const draft = await mkdtemp(`${home}-`)
  const chromium = brotliDecompressSync(await readFile(path.join(bin, 'chromium.br')))
  await writeFile(path.join(draft, 'chromium'), chromium, { mode: 0o755 })
  for (const archive of ['al2023', 'swiftshader', 'fonts']) {
    const input = brotliDecompressSync(await readFile(path.join(bin, `${archive}.tar.br`)))
    execFileSync('tar', ['-x', '--no-same-owner', '-C', draft], { input })
  }
  await rename(draft, home).catch(() => rm(draft, { recursive: true })) // another run was quicker
}
