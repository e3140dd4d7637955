// Runs one program of the docs in a process of its own: its servers take free ports of the loopback, what the
// text claims is compared, and when it was asked everything it is stopped.
import assert from 'node:assert'
import net from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect, stripVTControlCharacters } from 'node:util'
import { runInThisContext } from 'node:vm'

const ports = new Map()
const servers = []
const opened = []

// oxlint-disable-next-line typescript/unbound-method -- called with its server below
const { listen } = net.Server.prototype
net.Server.prototype.listen = function (...args) {
  const [first] = args
  const isPort = typeof first === 'number' || /^\d+$/.test(first)
  const wanted = Number(isPort ? first : first?.port)
  if (isPort) args[0] = 0
  else if (Number.isInteger(wanted)) args[0] = { ...first, port: 0, host: '127.0.0.1' }
  if (isPort && typeof args[1] === 'string') args[1] = '127.0.0.1'
  else if (isPort) args.splice(1, 0, '127.0.0.1')
  servers.push(this)
  const heard = new Promise((done) => this.once('listening', done).once('error', done))
  opened.push(heard.then(() => this.address()?.port))
  this.once('listening', () => ports.set(wanted, this.address().port))
  return listen.apply(this, args)
}

// oxlint-disable-next-line typescript/unbound-method -- called with its socket below
const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0]
  if (typeof options === 'object' && ports.has(Number(options.port)))
    Object.assign(options, { port: ports.get(Number(options.port)), host: '127.0.0.1' })
  return connect.apply(this, args)
}

globalThis.claimed = (isPrint, claim, value) => {
  const check = (found) => {
    const printed = typeof found === 'string' ? found : inspect(found)
    if (isPrint) assert.equal(stripVTControlCharacters(printed).trimEnd(), claim)
    else if (String(found) !== claim) assert.deepEqual(found, evaluated(claim, found))
    return found
  }
  return typeof value?.then === 'function' ? value.then(check) : check(value)
}

function evaluated(claim, found) {
  try {
    return runInThisContext(`(${claim})`)
  } catch {
    throw new assert.AssertionError({ actual: found, expected: claim, operator: 'deepEqual' })
  }
}

await import(pathToFileURL(path.resolve(process.argv[2])))
const port = (await Promise.all(opened)).at(-1)
// What serves by now would serve for ever; what is opened later, by a test, is closed by who opened it.
const isServing = servers.some((server) => server.listening)
process.once('message', () => {
  if (isServing) process.exit()
})
process.send({ port })
process.channel.unref()
