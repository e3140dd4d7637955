// The application that all subjects serve; they differ in who starts it, and in how it listens.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

const streamLasts = 500
const block = Buffer.alloc(4 * 2 ** 20) // to be hashed: always the same work, whatever the clock says
const closeFrame = Buffer.from([0x88, 2, 0x03, 0xe8]) // 1000, a normal end

const paths = {
  '/pid': (req, res) => res.end(String(process.pid)),
  '/work': (req, res) => {
    const until = process.cpuUsage().user + 5000
    while (process.cpuUsage().user < until);
    res.end('worked')
  },
  '/compute': (req, res) => res.end(createHash('sha256').update(block).digest('hex')),
  '/upload': (req, res) => {
    let bytes = 0
    req.on('data', (chunk) => (bytes += chunk.length))
    req.on('end', () => res.end(String(bytes)))
  },
  '/events': (req, res) => {
    res.setHeader('Content-Type', 'text/event-stream')
    res.write('data: hello\n\n')
    const timer = setTimeout(() => res.end(), streamLasts)
    res.once('close', () => clearTimeout(timer))
  },
  '/throw': (req, res) => {
    res.end(String(process.pid))
    setTimeout(() => {
      throw new Error('thrown on purpose')
    }, 10)
  },
  '/hang': (req, res) => {
    res.end(String(process.pid))
    setTimeout(() => {
      for (;;);
    }, 10)
  },
}

export const server = createServer((req, res) => {
  const answer = paths[req.url]
  if (answer) answer(req, res)
  else res.writeHead(404).end()
})

server.on('upgrade', (req, socket) => {
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
  )
  socket.on('error', () => {})
  socket.on('data', () => socket.end()) // the client's close frame, or its farewell
  const timer = setTimeout(() => socket.end(closeFrame), streamLasts)
  socket.once('close', () => clearTimeout(timer))
})
