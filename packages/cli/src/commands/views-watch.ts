/** Milliseconds in which changes that come together count as one. */
const TOGETHER = 10

/**
 * Tells of changes below some folders until the process is to end, one after the other.
 *
 * What `change` throws is told, and the watch goes on: a folder may be gone for a moment.
 */
export async function watchFolders(
  folders: readonly string[],
  change: () => unknown,
): Promise<void> {
  const { watch } = await import('chokidar')
  const watcher = watch([...folders], { ignoreInitial: true })
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve()
  const tell = async (): Promise<void> => {
    try {
      await change()
    } catch (error) {
      console.error((error as Error).message)
    }
  }
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(() => (last = last.then(tell)), TOGETHER)
  })
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  clearTimeout(timer)
  await watcher.close()
  await last
}
