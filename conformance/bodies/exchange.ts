import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Parser } from './parsers.ts'

/** A request with a body, which leaves in the given chunks. */
export interface BodyRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: readonly (string | Buffer)[]
}

/** What a parser made of a request, in a form that can be compared. */
export type Outcome = { body: unknown } | { error: Record<string, unknown> }

/** Runs parsers on a bare server, one request at a time. */
export class BodyServer {
  #parser: Parser = (_req, _res, next) => next()
  readonly #server = createServer((req: IncomingMessage & { body?: unknown }, res) => {
    this.#parser(req, res, (error) => {
      const outcome = error === undefined ? { body: describe(req.body) } : describeError(error)
      res.end(JSON.stringify(outcome))
    })
  })

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async send(parser: Parser, { headers, chunks }: BodyRequest): Promise<Outcome> {
    this.#parser = parser
    const { port } = this.#server.address() as AddressInfo
    const req = request({ port, host: '127.0.0.1', method: 'POST', headers, agent: false })
    for (const chunk of chunks) req.write(chunk)
    req.end()
    const [res] = (await once(req, 'response')) as [IncomingMessage]
    let reply = ''
    for await (const chunk of res.setEncoding('utf8')) reply += String(chunk)
    return JSON.parse(reply) as Outcome
  }
}

/** Values that JSON would confuse keep apart. */
function describe(value: unknown): unknown {
  if (value === undefined) return { undefined: true }
  if (Buffer.isBuffer(value)) return { bytes: value.toString('hex') }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return {
    prototype: Object.getPrototypeOf(value) === Object.prototype,
    entries: Object.entries(value),
  }
}

/** Fields that body-parser gives to error handlers. Ours have more: a `code`, and every `limit`. */
const FIELDS = [
  'type',
  'status',
  'statusCode',
  'expose',
  'expected',
  'length',
  'limit',
  'received',
  'charset',
  'encoding',
  'custom',
]

function describeError(thrown: unknown): Outcome {
  const error = thrown as Error & Record<string, unknown>
  const fields = FIELDS.filter((name) => error[name] !== undefined).map((name) => [
    name,
    error[name],
  ])
  return {
    error: {
      name: error.name,
      message: error.message,
      isSyntaxError: error instanceof SyntaxError,
      ...Object.fromEntries(fields),
      ...('body' in error ? { body: describe(error['body']) } : {}),
    },
  }
}
