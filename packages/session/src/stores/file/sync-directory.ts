import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes a rename last over a power cut; not every system lets a directory be opened. */
export function syncDirectory(path: string): void {
  try {
    const fd = openSync(path, 'r')
    fsyncSync(fd)
    closeSync(fd)
  } catch {}
}
