import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One connection, on which a test writes and reads as it likes. */
export class RawClient {
  readonly connected: Promise<unknown>
  private readonly socket: Socket
  private text = ''

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setEncoding('latin1')
    this.connected = once(this.socket, 'connect')
    this.socket.on('data', (chunk: string) => (this.text += chunk))
  }

  write(text: string): void {
    this.socket.write(text)
  }

  /** Waits until `wanted` has come. Rejects when the connection ends before. */
  async reads(wanted: string): Promise<void> {
    while (!this.text.includes(wanted)) {
      const [chunk] = (await Promise.race([
        once(this.socket, 'data'),
        once(this.socket, 'end').then(() => []),
      ])) as [string?]
      if (chunk === undefined && !this.text.includes(wanted))
        throw new Error(`The connection ended after: ${this.text}`)
    }
  }
}
