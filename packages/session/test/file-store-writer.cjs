// A process that writes sessions into several files without end, until it is killed. It says on its
// standard output what it is about to destroy, and what has been acknowledged; a pipe survives its
// writer.
const { writeSync } = require('node:fs')
const { FileStore } = require('@tokkyu/session')

const [, , ...files] = process.argv
const cookie = { originalMaxAge: 3_600_000, expires: new Date(Date.now() + 3_600_000), path: '/' }
let n = 0

files.forEach((path, at) => {
  const store = new FileStore({ path })
  for (let writer = 0; writer < 4; writer++) void write(store, at, writer)
  if (at % 2 === 0) void compact(store)
})

async function write(store, at, writer) {
  for (;;) {
    const id = `${writer}-${Math.floor(Math.random() * 20)}`
    const mine = ++n
    if (mine % 10 === 0) {
      writeSync(1, `${at} destroying ${id} ${mine}\n`)
      await store.destroy(id)
      writeSync(1, `${at} destroyed ${id} ${mine}\n`)
    } else {
      await store.set(id, { n: mine, text: 'é'.repeat(Math.random() * 300), cookie })
      writeSync(1, `${at} stored ${id} ${mine}\n`)
    }
  }
}

async function compact(store) {
  for (;;) await store.compact()
}
