import { readdir, stat, unlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isLiveTempFile, isTempFileName } from './temp-files.ts'

export interface SweepOptions {
  /**
   * Milliseconds since a file was last written to. An upload that is under way, in whichever
   * process, has been written to within `limits.idleTime`.
   *
   * @default 3_600_000 (one hour)
   */
  readonly olderThan?: number | undefined
}

/**
 * Removes what uploads left in a folder when their process was killed or the power failed; nothing
 * else is touched. `diskStorage` does this by itself for a destination that is a path, when it is
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
      return !isLiveTempFile(path) && (await removeIfOld(path, olderThan))
    }),
  )
  return names.filter((_, index) => removed[index])
}

async function removeIfOld(path: string, olderThan: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs < olderThan) return false
    await unlink(path)
    return true
  } catch {
    return false // Somebody else was first, or it is not ours to remove.
  }
}
