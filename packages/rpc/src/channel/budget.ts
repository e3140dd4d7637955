/**
 * Memory that several large messages share. Each is promised all of its bytes before the first arrive, in
 * the order they asked: parts of many, none of which can be finished, would block each other for ever.
 */
export class Budget {
  #left: number
  readonly #waiting: { readonly bytes: number; readonly granted: () => void }[] = []

  constructor(bytes: number) {
    this.#left = bytes
  }

  /** Calls back once the bytes are there, perhaps at once; answers how to take the request back. */
  reserve(bytes: number, granted: () => void): () => void {
    const request = { bytes, granted }
    this.#waiting.push(request)
    this.#grant()
    return () => {
      const at = this.#waiting.indexOf(request)
      if (at >= 0) this.#waiting.splice(at, 1)
      else this.#left += bytes
      this.#grant()
    }
  }

  /** Takes bytes that are there now, and that nobody waits for; says whether they were. */
  take(bytes: number): boolean {
    if (this.#waiting.length > 0 || bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#left += bytes
    this.#grant()
  }

  #grant(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#left; next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#left -= next.bytes
      next.granted()
    }
  }
}
