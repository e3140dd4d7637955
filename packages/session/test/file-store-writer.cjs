// A process that writes sessions without end, until it is killed. It says on its standard output
// what it is about to destroy, and what has been acknowledged; a pipe survives its writer.
const { writeSync } = require('node:fs')
const { FileStore } = require('@tokkyu/session')

const store = new FileStore({ path: process.argv[2] })
const cookie = { originalMaxAge: 3_600_000, expires: new Date(Date.now() + 3_600_000), path: '/' }
let n = 0

for (let writer = 0; writer < 8; writer++) void write(writer)
if (process.argv[3] === 'compact') void compact()

async function write(writer) {
  for (;;) {
    const id = `${writer}-${Math.floor(Math.random() * 20)}`
    const mine = ++n
    if (mine % 10 === 0) {
      writeSync(1, `destroying ${id} ${mine}\n`)
      await store.destroy(id)
      writeSync(1, `destroyed ${id} ${mine}\n`)
    } else {
      await store.set(id, { n: mine, text: 'é'.repeat(Math.random() * 300), cookie })
      writeSync(1, `stored ${id} ${mine}\n`)
    }
  }
}

async function compact() {
  for (;;) await store.compact()
}
