import { Agent, createServer, request } from 'node:http'

import { answer } from './schema.mjs'

/** JSON by POST over connections that stay open, one call on each at a time. */
export function httpJson() {
  return {
    serve: () =>
      new Promise((resolve) => {
        const server = createServer(async (req, res) => {
          const text = JSON.stringify(answer(await bodyOf(req)))
          res.writeHead(200, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          })
          res.end(text)
        })
        server.listen(0, '127.0.0.1', () => resolve(server.address().port))
      }),
    async client(port) {
      const agent = new Agent({ keepAlive: true, maxSockets: 100 })
      return (book) =>
        new Promise((resolve, reject) => {
          const text = JSON.stringify(book)
          const headers = {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }
          request({ port, host: '127.0.0.1', method: 'POST', agent, headers }, (res) => {
            bodyOf(res).then(resolve, reject)
          })
            .on('error', reject)
            .end(text)
        })
    },
  }
}

function bodyOf(stream) {
  return new Promise((resolve, reject) => {
    let text = ''
    stream.setEncoding('utf8')
    stream.on('data', (chunk) => (text += chunk))
    stream.on('end', () => resolve(JSON.parse(text)))
    stream.on('error', reject)
  })
}
