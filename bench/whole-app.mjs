// node bench/whole-app.mjs [--node 20,24] [--rounds 10] [--seconds 1] [--only json,page,mix] [--compare <commit>]
//
// An app as people deploy it, on Express 5 unchanged, on ours with the same middleware, on ours with our
// session, views and upload, and in its nearest form on Fastify: server CPU per request, relative to Express.
// Answers are compared with Express's before anything is timed.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { ask } from './answer.mjs'
import { checkOut } from './earlier.mjs'
import { saturate } from './load.mjs'
import { cpuOf, warmUp } from './measure.mjs'
import { describeProgram, programOf } from './node-line.mjs'
import { pinLoad, start } from './process.mjs'
import { median, paired } from './statistics.mjs'
import { requests } from './whole-app/parts.mjs'

const { values: flags } = parseArgs({
  options: {
    node: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '1' },
    compare: { type: 'string' },
  },
})
const REFERENCE = 'whole-express5'
/** The last two have no framework: below the chain none can go with this middleware, below the replay none at all. */
const SUBJECTS = [
  REFERENCE,
  'whole-tokkyu',
  'whole-tokkyu-own',
  'whole-fastify',
  'whole-chain',
  'whole-replay',
]
const earlier = flags.compare && checkOut(flags.compare)

pinLoad()
const lines = []
for (const line of flags.node?.split(',') ?? [undefined]) {
  const node = programOf(line)
  const release = describeProgram(node)
  console.log(`\n── Node ${release.node}: CPU µs per request (× Express 5)`)
  const kinds = await measureAll(node)
  console.table(tableOf(kinds))
  lines.push({ ...release, kinds })
}
if (!flags.only && !flags.compare) {
  const folder = path.join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'whole-app.json'), `${JSON.stringify({ lines }, null, 2)}\n`)
}

async function measureAll(node) {
  const servers = []
  try {
    for (const subject of SUBJECTS) servers.push(await start(subject, 'whole', { node }))
    if (earlier) {
      const env = { TOKKYU_ROOT: earlier }
      for (const name of ['whole-tokkyu', 'whole-tokkyu-own']) {
        const server = await start(name, 'whole', { node, env })
        servers.push(Object.assign(server, { subject: `${name} at ${flags.compare}` }))
      }
    }
    for (const server of servers) server.prepared = await prepareAll(server, servers[0])
    // Or the first kind is measured while V8 still compiles what all have in common.
    for (const server of servers)
      for (let i = 0; i < 3; i++) await warmUp(server, server.prepared.mix)
    const kinds = { ...requests, mix: { name: 'the mix' } }
    const found = {}
    for (const [kind, { name }] of Object.entries(kinds)) {
      if (flags.only && !flags.only.split(',').includes(kind)) continue
      found[kind] = { name, subjects: await measureKind(servers, kind) }
    }
    return found
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function measureKind(servers, kind) {
  const cpu = servers.map(() => [])
  for (const server of servers) await warmUp(server, server.prepared[kind])
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (let i = 0; i < servers.length; i++) {
      const at = (i + round) % servers.length
      const server = servers[at]
      const load = () => saturate(server, server.prepared[kind], Number(flags.seconds))
      cpu[at].push((await cpuOf(server, load)).cpu)
    }
  }
  return servers.map(({ subject }, i) => {
    const { median: middle } = paired(cpu[i], cpu[0])
    return { subject, microseconds: rounded(median(cpu[i])), ratio: rounded(middle) }
  })
}

/** Each request with the session's cookie, once its answer has been found to be Express's. */
async function prepareAll(server, reference) {
  const { headers } = await ask(server.port, requests.session)
  const cookie = headers['set-cookie'].map((each) => each.split(';')[0]).join('; ')
  const prepared = {}
  for (const [kind, request] of Object.entries(requests)) {
    prepared[kind] = { ...request, headers: { ...request.headers, cookie } }
    const answer = shapeOf(await ask(server.port, prepared[kind]), server.subject)
    const expected =
      server === reference
        ? answer
        : shapeOf(await ask(reference.port, reference.prepared[kind]), server.subject)
    if (answer !== expected) {
      throw new Error(`${server.subject} answers ${kind} otherwise:\n${answer}\n\n${expected}`)
    }
  }
  const mix = Object.entries(requests).flatMap(([kind, { weight }]) =>
    Array.from({ length: weight }, () => prepared[kind]),
  )
  return { ...prepared, mix: { mix } }
}

/**
 * What has to be alike. Bodies but for white space and the spelling of entities; of an unchanged app the
 * headers, too, but for those that name a moment, a file or a session.
 */
function shapeOf({ status, headers, body }, subject) {
  const isZipped = headers['content-encoding'] !== undefined
  const text = isZipped
    ? 'compressed'
    : body.replaceAll(/\s+/g, ' ').replaceAll(/"n":\d+/g, '"n":…')
  const names = subject === 'whole-tokkyu' ? Object.keys(headers).filter(isSteady).toSorted() : []
  return JSON.stringify({ status, text, headers: names.map((name) => [name, headers[name]]) })
}

function isSteady(name) {
  return !/^(?:date|etag|last-modified|set-cookie|ratelimit|content-length|keep-alive)$/.test(name)
}

function tableOf(kinds) {
  return Object.fromEntries(
    Object.values(kinds).map(({ name, subjects }) => [
      name,
      Object.fromEntries(
        subjects.map(({ subject, microseconds, ratio }) => [
          subject.replace('whole-', ''),
          `${microseconds} (${ratio})`,
        ]),
      ),
    ]),
  )
}

function rounded(value) {
  return Math.round(value * 100) / 100
}
