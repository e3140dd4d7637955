// A file of 2 GiB, to disk, in less than 100 MB of memory. Needs as much room in the temporary folder.
// `node packages/upload/bench/large-file.mjs [GiB]` after `tsc -b`; exits with 1 when it takes more.
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LIMIT = 100e6
const BOUNDARY = '----large0123456789abcdef'

if (process.send) serve()
else await run(Number(process.argv[2] ?? 2) * 2 ** 30)

async function run(size) {
  const child = fork(fileURLToPath(import.meta.url))
  const port = await new Promise((resolve) => child.once('message', resolve))
  const start = performance.now()
  const { answer, sha256 } = await send(port, size)
  const seconds = (performance.now() - start) / 1000
  child.kill()
  const { stored, maxRss, sha256: received } = answer
  if (stored !== size || received !== sha256)
    throw new Error('What was stored is not what was sent')
  console.log(`Node ${process.version}: ${megabytes(size)} in ${seconds.toFixed(1)} s`)
  console.log(
    `largest resident set of the server: ${megabytes(maxRss)}, of ${megabytes(LIMIT)} allowed`,
  )
  if (maxRss > LIMIT) process.exitCode = 1
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`
}

function send(port, size) {
  const chunk = Buffer.alloc(65_536, 'all work and no play makes Jack a dull boy ')
  const hash = createHash('sha256')
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="large"\r\n\r\n`
  const tail = `\r\n--${BOUNDARY}--\r\n`
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      'Content-Length': head.length + size + tail.length,
    }
    const req = request({ port, host: '127.0.0.1', method: 'POST', headers })
    req.on('error', reject).on('response', (res) => {
      let text = ''
      res.setEncoding('utf8').on('data', (piece) => (text += piece))
      res.on('end', () => resolve({ answer: JSON.parse(text), sha256: hash.digest('hex') }))
    })
    req.write(head)
    let left = size
    const more = () => {
      while (left > 0) {
        const piece = chunk.subarray(0, Math.min(left, chunk.length))
        left -= piece.length
        hash.update(piece)
        if (!req.write(piece)) return req.once('drain', more)
      }
      return req.end(tail)
    }
    more()
  })
}

function serve() {
  const upload = createRequire(import.meta.url)('../entry/index.cjs')
  const dest = mkdtempSync(join(tmpdir(), 'upload-large-'))
  process.on('exit', () => rmSync(dest, { recursive: true, force: true }))
  process.on('SIGTERM', () => process.exit())
  process.on('disconnect', () => process.exit())
  const single = upload({ dest, hash: 'sha256', limits: { fileSize: Infinity } }).single('f')
  const server = createServer((req, res) => {
    single(req, res, (error) => {
      if (error) throw error
      const { path, sha256 } = req.file
      const maxRss = process.resourceUsage().maxRSS * 1024
      res.end(JSON.stringify({ stored: statSync(path).size, sha256, maxRss }))
    })
  })
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
}
