// Clients of all kinds that ask on until they are told to stop, and write down what was lost and why.
import { Agent, request } from 'node:http'
import { createConnection } from 'node:net'

const uploadBytes = 256 * 1024

/**
 * One exchange whose answer is whole; or an error that says how long the connection had been `idle`, and
 * whom it had been `servedBy`, when it was not a new one.
 */
export function exchange(port, { path = '/', agent = false, body, timeout = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request({
      port,
      host: '127.0.0.1',
      path,
      agent,
      method: body ? 'POST' : 'GET',
      timeout,
    })
    let idle
    asked.once('socket', (socket) => {
      idle = asked.reusedSocket ? performance.now() - (socket.restSince ?? NaN) : undefined
    })
    const fail = (error) => reject(Object.assign(error, { idle, servedBy: asked.socket?.servedBy }))
    asked.once('error', fail)
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${timeout} ms`)))
    asked.once('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => (text += chunk))
      answer.once('error', fail)
      answer.once('close', () => {
        if (!answer.complete) return fail(new Error('the answer was cut'))
        if (answer.statusCode !== 200) return fail(new Error(`status ${answer.statusCode}`))
        asked.socket.restSince = performance.now()
        if (path === '/pid') asked.socket.servedBy = Number(text)
        resolve(text)
      })
    })
    asked.end(body)
  })
}

/** Asks until `stop` is called. `counts` has what each kind had answered, `lost` each failure. */
export class Clients {
  counts = {}
  lost = []
  #running = true
  #agents = []
  #loops = []

  constructor(port, kinds = {}) {
    const { busy = 4, sparse = 8, fresh = 3, uploads = 1, streams = 1, webSockets = 1 } = kinds
    this.port = port
    const kept = () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      this.#agents.push(agent)
      return agent
    }
    this.#start('busy', busy, 1, kept, (agent) => exchange(port, { path: '/pid', agent }))
    this.#start('sparse', sparse, kinds.pause ?? 45, kept, (agent) =>
      exchange(port, { path: '/pid', agent }),
    )
    this.#start(
      'fresh',
      fresh,
      5,
      () => false,
      () => exchange(port, { path: '/pid' }),
    )
    const body = Buffer.alloc(uploadBytes)
    this.#start('upload', uploads, 10, kept, async (agent) => {
      const got = await exchange(port, { path: '/upload', agent, body })
      if (got !== String(uploadBytes)) throw new Error(`of ${uploadBytes} bytes came ${got}`)
    })
    this.#start(
      'stream',
      streams,
      10,
      () => false,
      () => stream(port),
    )
    this.#start(
      'webSocket',
      webSockets,
      10,
      () => false,
      () => webSocket(port),
    )
  }

  #start(kind, number, pause, makeAgent, ask) {
    this.counts[kind] = 0
    for (let each = 0; each < number; each++)
      this.#loops.push(this.#loop(kind, pause, makeAgent(), ask))
  }

  async #loop(kind, pause, agent, ask) {
    while (this.#running) {
      try {
        await ask(agent)
        this.counts[kind]++
      } catch (error) {
        const { code = error.message, idle, servedBy } = error
        this.lost.push({ kind, code, idle, servedBy })
      }
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    }
  }

  get answered() {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0)
  }

  async stop() {
    this.#running = false
    await Promise.all(this.#loops)
    for (const agent of this.#agents) agent.destroy()
  }
}

/** A server-sent stream of events that the server ends within a second, or when it drains. */
async function stream(port) {
  const text = await exchange(port, { path: '/events' })
  if (!text.startsWith('data: ')) throw new Error('no event in the stream')
}

/** A WebSocket that sends one frame, gets it back, and is closed by either side with a close frame. */
function webSocket(port) {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1')
    const bytes = []
    socket.setTimeout(30_000, () => socket.destroy(new Error('no frame within 30000 ms')))
    socket.once('error', reject)
    socket.write(
      'GET /socket HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    socket.on('data', (chunk) => bytes.push(chunk))
    socket.once('close', () => {
      const all = Buffer.concat(bytes)
      const frames = all.subarray(all.indexOf('\r\n\r\n') + 4)
      // The last frame of a WebSocket that was ended in order is a close frame, opcode 8.
      const closed = frames.includes(Buffer.from([0x88]))
      if (closed) resolve()
      else reject(new Error('no close frame'))
    })
  })
}
