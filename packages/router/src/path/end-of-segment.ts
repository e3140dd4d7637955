/** @returns where the segment of a path ends that begins at `start`, or before. */
export function endOfSegment(path: string, start: number): number {
  const slash = path.indexOf('/', start)
  return slash === -1 ? path.length : slash
}
