// What is asked in each scenario, and what every subject has to answer before it is timed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Inputs that more than one subject needs. */
export const rows = Array.from({ length: 50 }, (_, i) => ({
  id: i,
  name: `Name <${i}>`,
  mail: `person${i}@example.test`,
  note: `a & b, row ${i}`,
}))

export const greeting = () => ({ hello: 'world', ok: true, n: 42, list: [1, 2, 3] })

const boundary = 'a-boundary-of-the-bench'
const megabyte = Buffer.alloc(1024 * 1024, 'The quick brown fox jumps over the lazy dog.\n')
const multipart = Buffer.concat([
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n`,
  ),
  megabyte,
  Buffer.from(`\r\n--${boundary}--\r\n`),
])
const kilobyte = JSON.stringify({ text: 'x'.repeat(1024 - 11) })

/** The folder that s8 serves: one file of 10 KiB. Written once, outside the sources. */
export const files = path.join(import.meta.dirname, 'node_modules/.cache/files')
const file = path.join(files, 'file.txt')
if (!existsSync(file)) {
  mkdirSync(files, { recursive: true })
  writeFileSync(file, 'a line of a file that is served as it is\n'.repeat(250).slice(0, 10_240))
}

/** A megabyte of JSON. */
export const megabyteOfRows = Array.from({ length: 8_000 }, (_, id) => ({
  id,
  name: `Person number ${id}`,
  mail: `person${id}@example.test`,
  note: 'nothing much to say about this one, either, here or there',
}))

/** The folder of a file of 100 MiB, which is written when it is first asked for. */
export const bigFiles = path.join(import.meta.dirname, 'node_modules/.cache/big')
export function writeBigFile() {
  const big = path.join(bigFiles, 'big.bin')
  if (existsSync(big)) return
  mkdirSync(bigFiles, { recursive: true })
  writeFileSync(big, Buffer.alloc(100 * 2 ** 20, megabyte))
}

const smallUpload = Buffer.concat([
  multipart.subarray(0, multipart.indexOf('\r\n\r\n') + 4 + 10_240),
  multipart.subarray(multipart.length - boundary.length - 8),
])

/** What is large, or comes in numbers: `amount` of it are sent in a round. */
export const largeScenarios = {
  jsonOut: { name: '1 MiB of JSON out', path: '/big', slow: true, amount: 200 },
  jsonIn: {
    name: '1 MiB of JSON in',
    path: '/big',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(megabyteOfRows),
    slow: true,
    amount: 200,
  },
  bigFile: { name: 'a file of 100 MiB', path: '/big.bin', slow: true, amount: 10 },
  s10: {
    ...uploadOf(smallUpload),
    name: '10,000 uploads of 10 KiB',
    amount: 10_000,
  },
}

export const scenarios = {
  s1: { name: 'text', path: '/' },
  s2: { name: 'JSON', path: '/json' },
  s2u: { name: 'JSON, another body each time', path: '/unique', varies: true },
  s3: { name: 'two params and a query', path: '/users/7/books/9?x=1' },
  s4: { name: 'the last of 100 routes', path: '/api/v1/resource99/7/items/9' },
  s5: { name: 'ten middlewares', path: '/json' },
  s6: {
    name: 'JSON body of 1 KiB',
    path: '/echo',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: kilobyte,
  },
  s7: { name: 'page of 50 rows', path: '/page' },
  s8: { name: 'static file of 10 KiB', path: '/file.txt' },
  s8b: { name: 'its 304', path: '/file.txt', conditional: true },
  s9: { name: 'signed session, read and written', path: '/count', cookie: true, varies: true },
  s10: { ...uploadOf(multipart), name: 'upload of 1 MiB', slow: true },
}

function uploadOf(body) {
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  return { path: '/upload', method: 'POST', headers, body }
}
