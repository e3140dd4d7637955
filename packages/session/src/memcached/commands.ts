/** Names one state of a value in one server; its kind is the client's. */
export type Cas = string | Buffer

/** A value, and what it can be exchanged by. */
export interface Found {
  readonly text: string
  readonly cas: Cas
}

/** What is asked of Memcached, whichever client carries it. */
export interface MemcachedCommands {
  /** Characters that the client puts in front of every key. */
  readonly namespaceSize: number
  get(key: string): Promise<Found | undefined>
  /** @returns false where the server refused, which one client does not tell from any other no. */
  set(key: string, text: string, expiry: number): Promise<boolean>
  /** @returns false where the value is another now, or gone, or the server refused. */
  exchange(key: string, text: string, expiry: number, cas: Cas): Promise<boolean>
  remove(key: string): Promise<unknown>
}
