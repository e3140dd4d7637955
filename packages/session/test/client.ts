import http from 'node:http'
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** Serves a listener on a free port until the test ends. */
export async function serve(listener: RequestListener | Server): Promise<Client> {
  const server = listener instanceof http.Server ? listener : http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new Client((server.address() as AddressInfo).port)
}

/** A client that keeps its cookies, as far as one host needs: by name, removed when they expire. */
export class Client {
  readonly port: number
  cookies = new Map<string, string>()

  constructor(port: number) {
    this.port = port
  }

  /** Another browser at the same server; with `cookies`, another tab of the same. */
  other(cookies: Iterable<readonly [string, string]> = []): Client {
    const client = new Client(this.port)
    client.cookies = new Map(cookies)
    return client
  }

  get(path: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send('GET', path, headers)
  }

  send(
    method: string,
    path: string,
    headers: http.OutgoingHttpHeaders = {},
    body?: string,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          port: this.port,
          host: '127.0.0.1',
          method,
          path,
          agent: false,
          headers: this.#with(headers),
        },
        (response) => {
          this.#keep(response.headers['set-cookie'] ?? [])
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text += chunk
          })
          response.on('error', reject)
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          )
        },
      )
      request.on('error', reject)
      request.end(body)
    })
  }

  /** Resolves as soon as the headers are there, like a browser that follows a redirect. */
  headersOf(path: string): Promise<IncomingHttpHeaders> {
    return new Promise((resolve, reject) => {
      const options = {
        port: this.port,
        host: '127.0.0.1',
        path,
        agent: false,
        headers: this.#with({}),
      }
      http
        .get(options, (response) => {
          this.#keep(response.headers['set-cookie'] ?? [])
          response.resume()
          resolve(response.headers)
        })
        .on('error', reject)
    })
  }

  #with(headers: http.OutgoingHttpHeaders): http.OutgoingHttpHeaders {
    if (this.cookies.size === 0 || 'cookie' in headers) return headers
    return { ...headers, cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') }
  }

  #keep(lines: string[]): void {
    for (const line of lines) {
      const [, name, value] = /^([^=]*)=([^;]*)/.exec(line) as unknown as [string, string, string]
      if (/Expires=Thu, 01 Jan 1970/.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }
}
