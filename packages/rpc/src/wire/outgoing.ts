/**
 * The bytes of a message on its way out. In pieces, they are lent: they are not copied, and whoever gave them must
 * hear when they have left.
 */
export type Outgoing = Uint8Array | readonly Uint8Array[]

/** Whether the bytes are somebody else's. */
export function isLent(message: Outgoing): message is readonly Uint8Array[] {
  return Array.isArray(message)
}

export function lengthOf(message: Outgoing): number {
  return isLent(message) ? message.reduce((sum, { length }) => sum + length, 0) : message.length
}

/** Some of the bytes, uncopied. */
export function partOf(message: Outgoing, from: number, to: number): Outgoing {
  if (!isLent(message)) return message.subarray(from, to)
  const part: Uint8Array[] = []
  let start = 0
  for (const piece of message) {
    const end = start + piece.length
    if (start < to && end > from) {
      part.push(piece.subarray(Math.max(0, from - start), Math.min(piece.length, to - start)))
    }
    start = end
  }
  return part
}
