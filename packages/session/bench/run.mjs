// Cookies, signatures, entity tags and stores in process: ours and the peers interleaved, CPU time.
//   npx tsc -b packages/session && node --expose-gc packages/session/bench/run.mjs [rounds]
// A whole request with a session is measured over HTTP: scenario s9 of bench/ in the root.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'

import cookie from 'cookie'
import signature from 'cookie-signature'
import etagPeer from 'etag'
import freshPeer from 'fresh'

import session, { FileStore, MemoryStore } from '@tokkyu/session'

import { fileStoreRates, memoryPerSession } from './stores.mjs'

const rounds = Number(process.argv[2] ?? 15)
let sink = 0

const header =
  'theme=dark; connect.sid=s%3AabcdefghijklmnopqrstuvwxyzABCDEF.MAC; lang=en; consent=1'
const plain = 'theme=dark; connect.sid=abcdefghijklmnopqrstuvwxyzABCDEF; lang=en; consent=1'
const secret = 'a secret of the bench, long enough'
const key = session.signCookie('abcdefghijklmnopqrstuvwxyzABCDEF', secret)
const options = { path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAge: 3600 }
const text = randomBytes(768).toString('base64')
const validators = [{ 'if-none-match': 'W/"a", "b"' }, { etag: '"b"' }]

/** Each pair gives the same, which is checked before anything is timed. */
const pairs = {
  'parse 4 cookies, 1 encoded': [() => session.parseCookies(header), () => cookie.parse(header)],
  'parse 4 plain cookies': [() => session.parseCookies(plain), () => cookie.parse(plain)],
  'serialize with 5 attributes': [
    () => session.serializeCookie('id', 'a value', options),
    () => cookie.serialize('id', 'a value', options),
  ],
  sign: [() => session.signCookie('abcdef', secret), () => signature.sign('abcdef', secret)],
  unsign: [() => session.unsignCookie(key, secret), () => signature.unsign(key, secret)],
  'etag of 1 KiB text': [() => session.etag(text), () => etagPeer(text)],
  fresh: [() => session.fresh(...validators), () => freshPeer(...validators)],
}

console.log(`${cpus()[0].model} × ${cpus().length}, Node ${process.version}, ${rounds} rounds\n`)
const table = {}
for (const [name, [ours, theirs]] of Object.entries(pairs)) {
  if (JSON.stringify(ours()) !== JSON.stringify(theirs()))
    throw new Error(`${name}: answers differ`)
  const [mine, other] = compare(ours, theirs)
  table[name] = {
    'ours, ns': Math.round(mine),
    'peer, ns': Math.round(other),
    ratio: round(mine / other),
  }
}
console.table(table)

const folder = mkdtempSync(path.join(tmpdir(), 'session-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
console.log('FileStore, session writes per second, 512 at a time')
console.table({
  'acknowledged by the system': await fileStoreRates(
    new FileStore({ path: path.join(folder, 'a') }),
  ),
  'acknowledged by the disk': await fileStoreRates(
    new FileStore({ path: path.join(folder, 'b'), fsync: 'always' }),
  ),
})
console.log('MemoryStore')
console.table(memoryPerSession(MemoryStore))

/** Median CPU time of each over interleaved rounds, in ns per call. */
function compare(...subjects) {
  const calls = 20_000
  const times = subjects.map(() => [])
  for (let at = 0; at <= rounds; at++) {
    for (const [index, subject] of subjects.entries()) {
      const before = process.cpuUsage()
      for (let n = 0; n < calls; n++) sink += subject() ? 1 : 0
      const { user, system } = process.cpuUsage(before)
      if (at > 0) times[index].push(((user + system) * 1000) / calls) // the first round warms up
    }
  }
  return times.map((list) => list.toSorted((a, b) => a - b)[list.length >> 1])
}

function round(value) {
  return Math.round(value * 100) / 100
}

if (sink === 0) throw new Error('nothing was called')
