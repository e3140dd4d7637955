import { Duplex } from 'node:stream'

/** Where the server believes a request to come from. */
export interface FarEnd {
  readonly remoteAddress: string
  /** What node says of a socket with TLS. */
  readonly encrypted: boolean
}

/** Two ends of a connection in memory: what one writes the other reads, with back-pressure. */
export function connectedPair(far: FarEnd): [client: Duplex, server: Duplex] {
  const client = new Wire()
  const server = new Wire()
  client.other = server
  server.other = client
  Object.assign(server, { remoteAddress: far.remoteAddress, remotePort: 0, remoteFamily: 'IPv4' })
  if (far.encrypted) Object.assign(server, { encrypted: true })
  return [client, server]
}

class Wire extends Duplex {
  declare other: Wire
  private writeOn: (() => void) | undefined

  override _read(): void {
    const go = this.writeOn
    this.writeOn = undefined
    go?.()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.other.destroyed || this.other.push(chunk)) done()
    else this.other.writeOn = done
  }

  override _final(done: () => void): void {
    if (!this.other.destroyed) this.other.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this
    // A connection that is gone is gone on both sides.
    setImmediate(() => {
      if (!other.destroyed) other.destroy()
    })
    done(error)
  }

  // What node:http asks of a socket.
  setTimeout(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}
