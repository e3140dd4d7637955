// Before anything is timed: does each subject answer what the floor answers?
import { request } from 'node:http'

/** One request outside the load, whole. */
export async function ask(port, asked) {
  const { bytes, ...answer } = await askBytes(port, asked)
  return { ...answer, body: bytes.toString() }
}

/** The same for who wants the bytes. */
export function askBytes(port, { path, method = 'GET', headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const sent =
      body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) }
    const outgoing = request(
      { port, host: '127.0.0.1', path, method, headers: sent },
      (incoming) => {
        const chunks = []
        incoming.on('data', (chunk) => chunks.push(chunk))
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode,
            headers: incoming.headers,
            rawHeaders: incoming.rawHeaders,
            bytes: Buffer.concat(chunks),
          }),
        )
        incoming.on('error', reject)
      },
    )
    outgoing.on('error', reject).end(body)
  })
}

/**
 * The request as the load will send it: with the validator or the cookie that a first answer gave.
 *
 * @throws {Error} when the subject's answer is not the floor's.
 */
export async function prepare({ subject, port }, scenario, expected) {
  const first = await ask(port, scenario)
  const headers = { ...scenario.headers }
  if (scenario.conditional) headers['if-none-match'] = first.headers.etag
  if (scenario.cookie)
    headers.cookie = first.headers['set-cookie'].map((cookie) => cookie.split(';')[0]).join('; ')
  const prepared = { ...scenario, headers }
  const answer = scenario.conditional || scenario.cookie ? await ask(port, prepared) : first
  if (scenario.conditional ? answer.status !== 304 : answer.status !== 200) {
    throw new Error(`${subject} answers ${answer.status} to ${scenario.path}`)
  }
  const shape = scenario.varies ? answer.body.replaceAll(/"n":\d+/g, '"n":…') : answer.body
  if (expected !== undefined && shape !== expected) {
    throw new Error(
      `${subject} answers ${scenario.path} otherwise than the floor:\n${shape.slice(0, 300)}\n${expected.slice(0, 300)}`,
    )
  }
  return { prepared, shape }
}
