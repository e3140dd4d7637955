import { readdir, stat, unlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { hasUploader, isTempFileName } from './temp-files.ts'

/** Which files a sweep removes. */
export interface SweepOptions {
  /**
   * Milliseconds for which a file must have shown no life, where it cannot be known whether its
   * process runs: in another container, on another machine, before a restart of this one. An upload
   * that is under way shows life once a minute, so less than two minutes is not safe there.
   *
   * @default 3_600_000 (one hour)
   */
  readonly olderThan?: number | undefined
}

/**
 * Removes what uploads left in a folder when their process was killed or the power failed; nothing
 * else is touched, and no file whose process still runs. `diskStorage` does this by itself for a destination that is a path, when it is
 * made; a service that runs for months may want to do it more often.
 *
 * @returns the names of the files that were removed.
 */
export async function sweepUploads(
  directory: string,
  { olderThan = 3_600_000 }: SweepOptions = {},
): Promise<string[]> {
  const names = (await readdir(directory)).filter(isTempFileName)
  const removed = await Promise.all(
    names.map(async (name) => {
      const path = resolve(directory, name)
      const isAlive = hasUploader(path)
      return isAlive !== true && (await removeIfOld(path, isAlive === false ? 0 : olderThan))
    }),
  )
  return names.filter((_, index) => removed[index])
}

async function removeIfOld(path: string, olderThan: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path)
    if (olderThan > 0 && Date.now() - mtimeMs < olderThan) return false
    await unlink(path)
    return true
  } catch {
    return false // Somebody else was first, or it is not ours to remove.
  }
}
