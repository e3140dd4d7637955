// Bare node, which sends what the app would answer without working anything out: what the answer's way
// over the socket costs.
import { once } from 'node:events'
import { createServer } from 'node:http'

import { askBytes } from '../answer.mjs'
import { chain } from './chain.mjs'
import { requests } from './parts.mjs'

/** Each answer is asked once of the app without a framework, and kept: status, list of headers, bytes. */
export async function replay() {
  const origin = chain().listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const kept = new Map()
  for (const request of Object.values(requests)) {
    const { status, rawHeaders, bytes } = await askBytes(origin.address().port, request)
    const isEncoded = rawHeaders.includes('Transfer-Encoding')
    const length = isEncoded ? ['Content-Length', String(bytes.length)] : []
    kept.set(keyOf(request.path, request.headers), {
      status,
      headers: [...pairs(rawHeaders), ...length],
      bytes,
    })
  }
  origin.closeAllConnections()
  origin.close()
  return createServer((req, res) => {
    const { status, headers, bytes } = kept.get(keyOf(req.url, req.headers))
    const send = () => res.writeHead(status, headers).end(bytes)
    if (req.method === 'GET') send()
    else req.on('data', () => {}).on('end', send)
  })
}

const keyOf = (url, headers) => `${url} ${headers['accept-encoding'] ?? ''}`

/** Without those that node adds itself. */
function pairs(list) {
  return list.flatMap((name, at) =>
    at % 2 === 0 && !/^(?:date|connection|keep-alive|transfer-encoding)$/i.test(name)
      ? [name, list[at + 1]]
      : [],
  )
}
