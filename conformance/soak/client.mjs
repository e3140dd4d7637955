// One visitor: a client of HTTP/1.1 that keeps its connection and its cookies, and holds each answer to what it should be.
import http from 'node:http'
import net from 'node:net'

/** An answer is not the one that was expected. */
class Unexpected extends Error {}

export class Visitor {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  #cookies = new Map()
  #tally
  #origin
  /** What it has seen so far. */
  memory = {}

  /** @param tally - counts the answers, by what was asked */
  constructor(number, origin, tally) {
    this.number = number
    this.#origin = origin
    this.#tally = tally
  }

  count(name) {
    this.#tally.count(name)
  }

  /** The server has another address now; the visitor is the same. */
  moveTo(origin) {
    this.#origin = origin
  }

  get cookie() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  get origin() {
    return this.#origin
  }

  /** Asks, and throws unless the answer has this status and what else is expected of it. */
  async ask(target, { method = 'GET', headers = {}, body, json, status = 200, expect, what } = {}) {
    const sent = json === undefined ? body : JSON.stringify(json)
    const answer = await this.#send(target, {
      method,
      headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
      body: sent,
    })
    const name = what ?? `${method} ${target.replace(/[?].*/, '')}`
    const fault =
      answer.status === status ? expect?.(answer) : `status ${answer.status} and not ${status}`
    if (fault) throw new Unexpected(`${name}: ${fault}: ${answer.text.slice(0, 200)}`)
    this.count(name)
    return answer
  }

  /** Says goodbye after `bytes` of the answer, or of what was to be sent. */
  async abandon(target, { method = 'GET', headers = {}, body, bytes }) {
    const { hostname, port } = new URL(this.#origin)
    const socket = net.connect({ host: hostname, port })
    const lines = Object.entries({ host: hostname, cookie: this.cookie, ...headers })
    const head = lines
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n`)
    if (body) socket.write(body)
    // A server that has refused the request may reset the connection first.
    socket.on('error', () => {})
    await new Promise((resolve) => {
      let seen = 0
      socket.on('close', resolve)
      socket.on('data', (chunk) => {
        seen += chunk.length
        if (seen >= bytes) socket.destroy()
      })
      if (bytes === 0) socket.once('connect', () => socket.write('', () => socket.destroy()))
    })
    this.count(`${method} ${target}, abandoned`)
  }

  /** Closes the connections that rest. */
  rest() {
    this.#agent.destroy()
  }

  #send(target, { method, headers, body }) {
    const url = new URL(target, this.#origin)
    return new Promise((resolve, reject) => {
      const cookie = this.cookie
      const request = http.request(url, {
        method,
        agent: this.#agent,
        headers: {
          ...headers,
          ...(cookie !== '' && { cookie }),
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
      })
      request.on('error', reject).on('response', (response) => {
        const chunks = []
        response.on('error', reject).on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
            this.#cookies.set(name, value)
          }
          const bytes = Buffer.concat(chunks)
          const { statusCode: status, headers: got } = response
          resolve({ status, headers: got, bytes, text: bytes.toString() })
        })
      })
      request.end(body)
    })
  }
}

/** Counts what was asked, and keeps what was not as it should be. */
export class Tally {
  counts = new Map()
  faults = []

  count(name) {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  get total() {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }
}

/** A form with one file. */
export function formWith(field, fileName, type, bytes) {
  const boundary = 'soaksoaksoak'
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
