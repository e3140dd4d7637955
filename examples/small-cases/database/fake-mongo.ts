import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

import { BSON, type Document, ObjectId } from 'mongodb'

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const HEADER = 16

/** As much of a MongoDB server as the notes ask for: documents in a list, found by `_id` or all of them. */
export class FakeMongo {
  readonly #documents: Document[] = []
  readonly #sockets = new Set<Socket>()
  readonly #server: Server = createServer((socket) => this.#serve(socket))

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `mongodb://127.0.0.1:${(this.#server.address() as AddressInfo).port}/test`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0)
        socket.write(this.#answer(received.subarray(0, length)))
        received = received.subarray(length)
      }
    })
  }

  #answer(message: Buffer): Buffer {
    const request = message.readInt32LE(4)
    if (message.readInt32LE(12) === OP_QUERY) {
      // Flags, cursor, start, and how many documents follow: what a driver asks first, and only then.
      const numbers = Buffer.alloc(20)
      numbers.writeInt32LE(1, 16)
      return packet(OP_REPLY, request, [numbers, BSON.serialize(greeting)])
    }
    const flagsAndKind = Buffer.alloc(5)
    return packet(OP_MSG, request, [flagsAndKind, BSON.serialize(this.#obey(commandOf(message)))])
  }

  #obey(command: Document): Document {
    const [name] = Object.keys(command)
    switch (name) {
      case 'find': {
        const firstBatch = this.#documents.filter(matching(command['filter'] as Document))
        return { cursor: { id: BSON.Long.ZERO, ns: 'test.notes', firstBatch }, ok: 1 }
      }
      case 'insert':
        this.#documents.push(...(command['documents'] as Document[]))
        return { n: (command['documents'] as Document[]).length, ok: 1 }
      case 'delete': {
        const [{ q }] = command['deletes'] as [{ q: Document }]
        const at = this.#documents.findIndex(matching(q))
        if (at >= 0) this.#documents.splice(at, 1)
        return { n: at < 0 ? 0 : 1, ok: 1 }
      }
      case 'hello':
      case 'ismaster':
        return greeting
      case 'ping':
      case 'endSessions':
        return { ok: 1 }
      default:
        return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: ${name}` }
    }
  }
}

const greeting = {
  ismaster: true,
  isWritablePrimary: true,
  helloOk: true,
  minWireVersion: 0,
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  ok: 1,
}

/** By `_id` alone: what else a filter might say is an error, and not a match. */
function matching(filter: Document): (document: Document) => boolean {
  const { _id: id, ...others } = filter
  if (Object.keys(others).length > 0) throw new TypeError('Notes are found by _id')
  if (id === undefined) return () => true
  if (!(id instanceof ObjectId)) throw new TypeError('An _id is an ObjectId')
  return (document) => id.equals(document['_id'] as ObjectId)
}

/** The document of an OP_MSG, with the lists that follow it in sections of their own. */
function commandOf(message: Buffer): Document {
  const command: Document = {}
  let at = HEADER + 4
  while (at < message.length) {
    const kind = message[at++]
    const end = at + message.readInt32LE(at)
    if (kind === 0) {
      Object.assign(command, BSON.deserialize(message.subarray(at, end)))
    } else {
      const nameEnd = message.indexOf(0, at + 4)
      const documents: Document[] = []
      for (let next = nameEnd + 1; next < end; next += message.readInt32LE(next)) {
        documents.push(BSON.deserialize(message.subarray(next, next + message.readInt32LE(next))))
      }
      command[message.toString('utf8', at + 4, nameEnd)] = documents
    }
    at = end
  }
  return command
}

function packet(code: number, answers: number, parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const header = Buffer.alloc(HEADER)
  header.writeInt32LE(HEADER + body.length, 0)
  header.writeInt32LE(answers, 8)
  header.writeInt32LE(code, 12)
  return Buffer.concat([header, body])
}
