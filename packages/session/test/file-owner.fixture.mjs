// A process that opens one session file when it is told to, says whether it got it, and then writes
// until it is killed. It says what is acknowledged after it is; a pipe survives its writer.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { FileStore } from '@tokkyu/session'

const [file] = process.argv.slice(2)
const cookie = { originalMaxAge: 3_600_000, expires: new Date(Date.now() + 3_600_000), path: '/' }
const say = (text) => writeSync(1, `${text}\n`)

createInterface({ input: process.stdin }).on('line', (name) => {
  try {
    void write(new FileStore({ path: file }), name)
  } catch (error) {
    say(`refused ${error.code}`)
  }
})
say('ready')

async function write(store, name) {
  say('owns')
  for (let n = 0; ; n++) {
    const id = `${name}-${n}`
    try {
      await store.set(id, { name, cookie })
    } catch (error) {
      return say(`stopped ${error.code} ${error.cause?.code}`)
    }
    say(`stored ${id}`)
    await new Promise((resolve) => setTimeout(resolve, n < 20 ? 0 : 20))
  }
}
