// Streams a page, with CPU time beside rendering it at once and beside a stream written by hand that
// sends the same; then how soon the first byte of a page comes that waits, and what a thousand streams
// hold whose readers are slow.
//   npx tsc -b packages/views && node --expose-gc packages/views/bench/streams.mjs [rounds]
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { createEngine } from '@tokkyu/views'

import { data as pageData, files, rowsFunction, rowsPieces } from './pages.mjs'

const WAITING = `<!doctype html><title>t</title><h1>Now</h1><p><%= await later %></p>`

/** @returns scenarios with CPU nanoseconds of each subject; the first is the floor of the ratios. */
export async function streamResults(root, rounds) {
  const engine = createEngine({ roots: root, cache: true })
  const results = []
  for (const count of [50, 1000, 10_000]) {
    const rows = Array.from({ length: count }, (_, i) => pageData['50 rows'].rows[i % 50])
    const data = { ...pageData['50 rows'], rows }
    const subjects = [
      ['by hand', () => drained(byHand(data))],
      ['function', async () => Buffer.from(rowsFunction(data)).length],
      ['render', async () => Buffer.from(engine.render('rows', data)).length],
      ['stream', () => drained(engine.stream('rows', data))],
    ]
    results.push([
      `${count} rows, streamed`,
      await race(subjects, rounds * 5, Math.ceil(4000 / count)),
    ])
  }
  return results
}

async function race(subjects, rounds, pages) {
  const sizes = new Set()
  const times = subjects.map(() => [])
  // By count, not by time: code must get hot on a busy machine, too.
  for (const [, run] of subjects) for (let i = 0; i < pages * 10; i++) sizes.add(await run())
  if (sizes.size !== 1) throw new Error(`The subjects answer with ${[...sizes].join()} bytes`)
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, run]] of subjects.entries()) {
      const start = process.cpuUsage()
      for (let page = 0; page < pages; page++) await run()
      const { user, system } = process.cpuUsage(start)
      times[i].push(((user + system) * 1000) / pages)
    }
  }
  return subjects.map(([name], i) => ({ name, nanoseconds: median(times[i]) }))
}

async function drained(stream) {
  let bytes = 0
  stream.on('data', (chunk) => (bytes += chunk.length))
  await once(stream, 'end')
  return bytes
}

/** What one would write without an engine: text is put together up to 16 KiB, and pushed. */
function byHand(data) {
  const pieces = rowsPieces(data)
  return new Readable({
    highWaterMark: 16_384,
    read() {
      let text = ''
      for (;;) {
        const { done, value } = pieces.next()
        if (!done) text += value
        if (!done && text.length < 16_384) continue
        if (text !== '') this.push(text)
        if (done) this.push(null)
        return
      }
    },
  })
}

async function firstByte(engine) {
  const times = []
  for (let i = 0; i < 20; i++) {
    const start = performance.now()
    const stream = engine.stream('waiting', { later: delay(100, 'then') })
    await once(stream, 'data')
    times.push(performance.now() - start)
    stream.destroy()
  }
  return median(times)
}

/** Memory of a thousand streams of 6 MB each: after one chunk of each has been read, and after more. */
async function slowReaders(engine) {
  const rows = Array.from({ length: 50_000 }, (_, i) => pageData['50 rows'].rows[i % 50])
  const before = await held()
  const streams = Array.from({ length: 1000 }, () => engine.stream('rows', { title: 't', rows }))
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]())
  const readOne = () => Promise.all(iterators.map((iterator) => iterator.next()))
  const each = []
  for (const chunks of [1, 20, 20]) {
    for (let i = 0; i < chunks; i++) await readOne()
    each.push((((await held()) - before) / streams.length).toFixed(1))
  }
  for (const stream of streams) stream.destroy()
  return each
}

/** KiB in use. What buffers held is given back a little later than the buffers. */
async function held() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await delay(20)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1024
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

if (process.argv[1] === import.meta.filename) {
  const root = mkdtempSync(path.join(tmpdir(), 'views-bench-'))
  process.on('exit', () => rmSync(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text)
  writeFileSync(path.join(root, 'waiting.html'), WAITING)
  for (const [scenario, results] of await streamResults(root, Number(process.argv[2] ?? 12))) {
    const render = results.find(({ name }) => name === 'render')
    const stream = results.find(({ name }) => name === 'stream')
    const toRender = (stream.nanoseconds / render.nanoseconds).toFixed(2)
    console.log(`${scenario}: ${toRender} of rendering at once`)
    for (const { name, nanoseconds } of results) {
      const ratio = (nanoseconds / results[0].nanoseconds).toFixed(2)
      console.log(
        `  ${name.padEnd(10)} ${(nanoseconds / 1000).toFixed(1).padStart(9)} µs  ${ratio}`,
      )
    }
  }
  const engine = createEngine({ roots: root, cache: true })
  console.log(`first byte of a page that waits 100 ms: ${(await firstByte(engine)).toFixed(2)} ms`)
  const each = await slowReaders(engine)
  console.log(`a thousand slow readers hold ${each.join(', ')} KiB each after 1, 21 and 41 chunks`)
}
