// What one small unary call costs, in CPU of client and server together, next to bare protobuf messages
// on a socket (no metadata, deadlines, cancellation or flow control) and to @grpc/grpc-js.
// `node packages/rpc/bench/run.mjs [rounds] [calls]` after `pnpm build`.
//
// Each subject is a server process and a client process of its own. They take turns, so that what else
// the machine does hits all of them; the figure is the median of user + system time by process.cpuUsage().
// Calls are counted, not timed: a busy machine makes a timed run of slow code much slower than it is.
import { fork } from 'node:child_process'
import { createServer, connect as connectSocket } from 'node:net'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const protobuf = require('protobufjs')

const AT_ONCE = 100
const source = `
  syntax = "proto3";
  package bench;
  message Book { int32 id = 1; string title = 2; }
  service Catalog { rpc GetBook(Book) returns (Book); }
`
const subjects = {
  'bare protobuf on a socket': bare,
  '@tokkyu/rpc': tokkyu,
  '@grpc/grpc-js': grpcJs,
}

if (process.send) await work(...process.argv.slice(2))
else await compare(Number(process.argv[2] ?? 7), Number(process.argv[3] ?? 10_000))

async function compare(rounds, calls) {
  console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`)
  console.log(`${rounds} rounds of ${calls} calls each, ${AT_ONCE} at once, CPU of both ends`)
  const costs = new Map()
  const teams = []
  for (const name of Object.keys(subjects)) {
    const server = fork(fileURLToPath(import.meta.url), ['server', name])
    const { port } = await answerOf(server)
    const client = fork(fileURLToPath(import.meta.url), ['client', name, String(port)])
    await answerOf(client)
    teams.push({ name, server, client })
    costs.set(name, [])
  }
  const right = await Promise.all(teams.map(({ client }) => ask(client, { check: true })))
  if (new Set(right.map(({ title }) => title)).size !== 1) throw new Error('not the same answers')
  for (let round = -1; round < rounds; round++) {
    for (const { name, server, client } of teams) {
      // The first round is not counted, and long: code is compiled once, not all day.
      const count = round < 0 ? 3 * calls : calls
      const before = await Promise.all([ask(server, { cpu: true }), ask(client, { cpu: true })])
      await ask(client, { count })
      const after = await Promise.all([ask(server, { cpu: true }), ask(client, { cpu: true })])
      const spent = after.map(({ cpu }, index) => cpu - before[index].cpu)
      if (round >= 0) costs.get(name).push((spent[0] + spent[1]) / count)
    }
  }
  for (const { server, client } of teams) {
    server.kill()
    client.kill()
  }
  const floor = median(costs.get('bare protobuf on a socket'))
  for (const [name, list] of costs) {
    const cost = median(list)
    console.log(
      `${name.padEnd(28)} ${cost.toFixed(1).padStart(7)} µs a call ${(cost / floor).toFixed(2).padStart(7)} × bare`,
    )
  }
  const ours = median(costs.get('@tokkyu/rpc'))
  console.log(
    `a call by gRPC costs ${(median(costs.get('@grpc/grpc-js')) / ours).toFixed(1)} of ours`,
  )
}

async function work(role, name, port) {
  process.on('disconnect', () => process.exit())
  const { serve, client } = subjects[name]()
  if (role === 'server') process.send({ port: await serve() })
  const getBook = role === 'client' ? await client(Number(port)) : undefined
  if (role === 'client') process.send({})
  process.on('message', async ({ check, cpu, count }) => {
    if (cpu) {
      const { user, system } = process.cpuUsage()
      process.send({ cpu: user + system })
    } else if (check) process.send({ title: (await getBook({ id: 7, title: '' })).title })
    else {
      let left = count
      const callOn = async () => {
        while (left-- > 0) await getBook({ id: left, title: 'a title' })
      }
      await Promise.all(Array.from({ length: AT_ONCE }, callOn))
      process.send({})
    }
  })
}

function answer({ id }) {
  return { id, title: `The book of number ${id}` }
}

function tokkyu() {
  const { connect, createRpcServer, loadService } = require('../entry/index.cjs')
  const service = loadService({ source }, 'bench.Catalog')
  return {
    async serve() {
      const server = createRpcServer().add(await service, { getBook: answer })
      return (await server.listen({ port: 0, host: '127.0.0.1' })).port
    },
    async client(port) {
      return connect(await service, { host: '127.0.0.1', port }).getBook
    },
  }
}

/** The least that can be: a length, a number and a message each way, all of a tick in one write. */
function bare() {
  const Book = protobuf.parse(source).root.lookupType('bench.Book')
  return {
    serve: () =>
      new Promise((resolve) => {
        const server = createServer({ noDelay: true }, (socket) => {
          const send = sender(socket)
          receive(socket, (id, bytes) => send(id, Book.encode(answer(Book.decode(bytes))).finish()))
        })
        server.listen(0, '127.0.0.1', () => resolve(server.address().port))
      }),
    client: (port) =>
      new Promise((resolve) => {
        const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true })
        const waiting = new Map()
        const send = sender(socket)
        let last = 0
        receive(socket, (id, bytes) => {
          waiting.get(id)(Book.decode(bytes))
          waiting.delete(id)
        })
        const call = (book) =>
          new Promise((done) => {
            waiting.set(++last, done)
            send(last, Book.encode(book).finish())
          })
        socket.on('connect', () => resolve(call))
      }),
  }
}

function sender(socket) {
  let parts = []
  return (id, bytes) => {
    if (parts.length === 0) {
      setImmediate(() => {
        socket.write(Buffer.concat(parts))
        parts = []
      })
    }
    const head = Buffer.allocUnsafe(8)
    head.writeUInt32BE(bytes.length)
    head.writeUInt32BE(id, 4)
    parts.push(head, bytes)
  }
}

function receive(socket, take) {
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    while (bytes.length - at >= 8) {
      const end = at + 8 + bytes.readUInt32BE(at)
      if (end > bytes.length) break
      take(bytes.readUInt32BE(at + 4), bytes.subarray(at + 8, end))
      at = end
    }
    rest = bytes.subarray(at)
  })
}

function grpcJs() {
  const grpc = require('@grpc/grpc-js')
  const Book = protobuf.parse(source).root.lookupType('bench.Book')
  const encode = (book) => Buffer.from(Book.encode(book).finish())
  const decode = (bytes) => Book.decode(bytes)
  const path = '/bench.Catalog/GetBook'
  return {
    serve: () =>
      new Promise((resolve, reject) => {
        const server = new grpc.Server()
        const method = {
          path,
          requestStream: false,
          responseStream: false,
          requestSerialize: encode,
          requestDeserialize: decode,
          responseSerialize: encode,
          responseDeserialize: decode,
        }
        const handlers = { getBook: ({ request }, done) => done(null, answer(request)) }
        server.addService({ getBook: method }, handlers)
        const credentials = grpc.ServerCredentials.createInsecure()
        server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
          error ? reject(error) : resolve(port),
        )
      }),
    async client(port) {
      const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
      return (book) =>
        new Promise((resolve, reject) => {
          client.makeUnaryRequest(path, encode, decode, book, (error, found) =>
            error ? reject(error) : resolve(found),
          )
        })
    },
  }
}

function ask(child, question) {
  child.send(question)
  return answerOf(child)
}

function answerOf(child) {
  return new Promise((resolve, reject) => {
    const died = (code) => reject(new Error(`a process of the bench ended with ${code}`))
    child.once('exit', died)
    child.once('message', (message) => {
      child.off('exit', died)
      resolve(message)
    })
  })
}

function median(list) {
  return list.toSorted((a, b) => a - b)[list.length >> 1]
}
