import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder to serve, with a secret beside it. */
export interface Folder {
  readonly root: string
  remove(): Promise<void>
}

/** All files were last changed at this moment, so that validators are known beforehand. */
export const CHANGED = new Date('2024-02-29T12:00:00.000Z')

const FILES: Readonly<Record<string, string | Buffer>> = {
  'todo.txt': '- groceries',
  'nums.txt': '123456789',
  'empty.txt': '',
  'page.html': '<p>page</p>',
  'data.json': '{}',
  'code.js': 'code()',
  'picture.png': Buffer.from('89504e47', 'hex'),
  'no-extension': 'plain',
  'unknown.xyzzy': 'what',
  'big.bin': Buffer.alloc(300_000, 'ab'),
  '% of dogs.txt': '20%',
  'a+b c.txt': 'plus',
  'snow ☃/index.html': '<p>snow</p>',
  'users/index.html': '<p>users</p>',
  'users/tobi.txt': 'ferret',
  'users.html': '<p>not the folder</p>',
  'empty-folder/nested/x.txt': 'x',
  both: 'without',
  'both.html': 'with',
  'folder.html/index.html': '<p>in a folder</p>',
  '.hidden': 'hidden',
  '.well-known/security.txt': 'contact',
  'users/.secret/key.txt': 'key',
  'name..txt': 'two dots',
  '..name/file.txt': 'starts with two dots',
}

/** Makes the folder anew, in the folder for temporary files. */
export async function makeFolder(): Promise<Folder> {
  const base = await mkdtemp(join(tmpdir(), 'static-files-'))
  const root = join(base, 'public')
  for (const [name, content] of Object.entries({ ...FILES, '../secret.txt': 'secret' })) {
    const path = join(root, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    await utimes(path, CHANGED, CHANGED)
  }
  await symlink('todo.txt', join(root, 'link-inside.txt'))
  await symlink('../secret.txt', join(root, 'link-outside.txt'))
  await symlink('..', join(root, 'link-to-parent'))
  await symlink('nowhere', join(root, 'link-to-nothing'))
  return { root, remove: () => rm(base, { recursive: true }) }
}
