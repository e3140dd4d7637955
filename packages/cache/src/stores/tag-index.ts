/** Which keys carry which tags, both ways. */
export class TagIndex {
  readonly #keys = new Map<string, Set<string>>()
  readonly #tags = new Map<string, readonly string[]>()

  add(key: string, tags: readonly string[]): void {
    this.remove(key)
    if (tags.length === 0) return
    this.#tags.set(key, tags)
    for (const tag of tags) {
      const keys = this.#keys.get(tag)
      if (keys) keys.add(key)
      else this.#keys.set(tag, new Set([key]))
    }
  }

  remove(key: string): void {
    for (const tag of this.#tags.get(key) ?? []) {
      const keys = this.#keys.get(tag)
      keys?.delete(key)
      if (keys?.size === 0) this.#keys.delete(tag)
    }
    this.#tags.delete(key)
  }

  keysOf(tag: string): readonly string[] {
    return [...(this.#keys.get(tag) ?? [])]
  }

  /** How many keys and tags are remembered: none, when no entry is left. */
  get size(): number {
    return this.#keys.size + this.#tags.size
  }
}
