import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { Attack } from './attack.ts'

/** The files of the app under attack: `public/` is served, `public/admin/` is guarded, the rest is out of bounds. */
const FILES: Readonly<Record<string, string>> = {
  'public/hello.txt': 'hello',
  'public/big.txt': 'big '.repeat(100_000),
  'public/.env': 'dotfile-content',
  'public/.git/config': 'dotfile-content',
  'public/sub/index.html': 'a folder',
  'public/sub/.env': 'dotfile-content',
  'public/admin/report.txt': 'guarded-report',
  'public/admin/index.html': 'guarded-index',
  'public-sibling/secret.txt': 'outside-the-root',
  'outside.txt': 'outside-the-root',
}

export interface World {
  readonly folder: string
  remove(): Promise<void>
}

/** Makes a folder of those files, and of the templates that the attacks bring. */
export async function makeWorld(attacks: readonly Attack[]): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hardening-'))
  const templates = attacks.flatMap(({ id, template }) =>
    template === undefined ? [] : [[`views/${path.basename(id)}.html`, template]],
  )
  for (const [name = '', text = ''] of [...Object.entries(FILES), ...templates]) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  await symlink('../outside.txt', path.join(folder, 'public/link.txt'))
  await symlink('../public-sibling', path.join(folder, 'public/linked'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
