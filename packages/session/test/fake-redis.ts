/** As much of the redis client as connect-redis calls, in memory. */
export class FakeRedis {
  readonly #values = new Map<string, { text: string; until: number }>()
  /** Milliseconds each command takes; 0 is the next turn of the event loop. */
  delay = 0
  /** What each command fails with. */
  error: Error | undefined

  async get(key: string): Promise<string | null> {
    await this.#travel()
    return this.#live(key)?.text ?? null
  }

  async set(key: string, text: string, options?: { expiration: { value: number } }): Promise<void> {
    await this.#travel()
    const seconds = options?.expiration.value ?? Infinity
    this.#values.set(key, { text, until: Date.now() + seconds * 1000 })
  }

  async expire(key: string, seconds: number): Promise<void> {
    await this.#travel()
    const value = this.#live(key)
    if (value) value.until = Date.now() + seconds * 1000
  }

  async del(keys: string[]): Promise<void> {
    await this.#travel()
    for (const key of keys) this.#values.delete(key)
  }

  #live(key: string): { text: string; until: number } | undefined {
    const value = this.#values.get(key)
    return value && value.until > Date.now() ? value : undefined
  }

  async #travel(): Promise<void> {
    await new Promise((resolve) => {
      if (this.delay === 0) setImmediate(resolve)
      else setTimeout(resolve, this.delay).unref()
    })
    if (this.error) throw this.error
  }
}
