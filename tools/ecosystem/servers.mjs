// Runs servers that other people have published: pnpm ecosystem --apps [--only NAME]
//
// Each is installed into a folder of its own, without its scripts, and started three times: on the Express that it brings,
// on Express 5 in its place, and on ours in its place. Each time it is asked the same. On ours it has to answer as on one
// of the two: where they differ, Express 5 may have broken it and ours not, or both answer as Express 5 does.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { findPort } from '../free-port.mjs'
import { servers } from './servers-list.mjs'

const root = path.join(import.meta.dirname, '../..')
const load = createRequire(path.join(root, 'conformance/package.json'))
const { WebSocket } = load('ws')
const standIn = path.join(root, 'conformance/ecosystem/stand-in.cjs')
const express5 = path.dirname(load.resolve('express'))
const makes = { own: undefined, express: express5, ours: path.join(root, 'packages/core') }
const PATIENCE_MS = 60_000

/** Prints a table; false when one of them answers on ours as on no Express. */
export async function runServers(only) {
  const chosen = servers.filter(({ name }) => only === undefined || name === only)
  if (chosen.length === 0) throw new Error(`No server is called "${only}"`)
  const lines = []
  let isWhole = true
  for (const server of chosen) {
    const { row, faults } = await tryServer(server)
    lines.push(`| ${row.join(' | ')} |`)
    for (const fault of faults) console.log(`${server.name}: ${fault}\n`)
    if (faults.length > 0) isWhole = false
  }
  const table = `| server | version | its Express | asked | as on Express ${versionIn(express5)} | as on its own | what differs from its own |
|---|---|---|---|---|---|---|
${lines.join('\n')}
`
  console.log(table)
  return { isWhole, table }
}

async function tryServer(server) {
  const house = mkdtempSync(path.join(tmpdir(), 'ecosystem-'))
  try {
    install(house, server)
    const modules = path.join(house, 'node_modules')
    const from = createRequire(path.join(modules, server.from ?? server.name, 'package.json'))
    const theirs = [
      server.name,
      versionIn(path.join(modules, server.name)),
      versionIn(path.dirname(from.resolve('express'))),
    ]
    const answers = {}
    for (const [make, folder] of Object.entries(makes))
      answers[make] = await answersOf(house, server, make, folder).catch((error) => error)
    if (answers.own instanceof Error) throw answers.own
    const [on5, onOurs] = [answers.express, answers.ours].map((all) => all instanceof Error)
    if (on5 && onOurs) {
      const why = answers.express.message.match(/(?<=Error(?: \[\w+\])?: )[^\n;]*/g)?.at(-1) ?? ''
      return {
        row: [
          ...theirs,
          '',
          'starts on neither',
          '',
          `Express 5: ${why.replaceAll('|', String.raw`\|`)}`,
        ],
        faults: [],
      }
    }
    if (on5) throw answers.express
    if (onOurs) throw answers.ours
    const faults = []
    let [alike, asOwn] = [0, 0]
    for (const [at, ours] of answers.ours.entries()) {
      const [as5, as4] = [answers.express[at], answers.own[at]].map((answer) => same(ours, answer))
      if (as5) alike++
      if (as4) asOwn++
      if (!as5 && !as4)
        faults.push(
          `Express 5 answers ${show(answers.express[at])}\nits own ${show(answers.own[at])}\nours ${show(ours)}`,
        )
      if (!as4 && process.env.ECOSYSTEM_SHOW)
        console.log(`its own ${show(answers.own[at])}\nours ${show(ours)}`)
    }
    const asked = answers.ours.length
    const row = [...theirs, asked, `${alike} of ${asked}`, `${asOwn} of ${asked}`]
    return { row: [...row, server.differs ?? ''], faults }
  } catch (error) {
    return { row: [server.name, '', '', '', 'not tried', '', ''], faults: [error.stack] }
  } finally {
    rmSync(house, { recursive: true, force: true })
  }
}

function install(house, { name, version, adds = {}, files = {} }) {
  const kept =
    process.env.ECOSYSTEM_KEPT &&
    path.join(process.env.ECOSYSTEM_KEPT, `${name}@${version}`.replaceAll(/[/@]/g, '_'))
  const manifest = { private: true, dependencies: { [name]: version, ...adds } }
  writeFileSync(path.join(house, 'package.json'), JSON.stringify(manifest))
  if (kept)
    cpSync(path.join(kept, 'node_modules'), path.join(house, 'node_modules'), { recursive: true })
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent', '--prefer-offline']
  if (!kept) execFileSync('npm', ['install', ...quiet], { cwd: house, stdio: 'inherit' })
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(house, file)), { recursive: true })
    writeFileSync(path.join(house, file), text)
  }
}

/** Starts it on one make of Express, with a folder of its own for what it keeps, and asks it. */
async function answersOf(house, { run, requests, ready, env = {}, mask = [], name }, make, folder) {
  const port = await findPort()
  const data = path.join(house, 'data')
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data)
  const own = Object.fromEntries(
    Object.entries(env).map(([key, value]) => [key, value.replace('$PORT', port)]),
  )
  const more =
    folder === undefined ? {} : { STAND_IN: folder, NODE_OPTIONS: `--require ${standIn}` }
  const child = spawn(
    process.execPath,
    run.map((part) => part.replace('$PORT', port).replace('$DATA', data)),
    {
      cwd: house,
      // An error page of production shows no stack, which is never the same.
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NODE_NO_WARNINGS: '1',
        PORT: String(port),
        DATA: data,
        ...own,
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  try {
    await untilThere(port, child, () => `${name} on ${make}: ${said.slice(-3000)}`)
    // Some listen before their routes are there.
    if (ready) while ((await ask(port, { path: ready })).status === 404) await wait(100)
    const hide = (text) =>
      [[String(port), 'PORT'], [house, 'FOLDER'], ...mask].reduce(
        (all, [from, to]) => all.replaceAll(from, to),
        text,
      )
    const answers = []
    for (const request of requests) {
      const { ws } = request
      const answer = ws ? await converse(port, request) : await ask(port, request)
      answers.push({
        request: `${ws ? 'WS' : (request.method ?? 'GET')} ${request.path ?? ws}`,
        ...hidden(answer, hide),
      })
    }
    return answers
  } finally {
    child.kill('SIGTERM')
    const gone = child.exitCode === null && child.signalCode === null && once(child, 'exit')
    if (gone) await Promise.race([gone, wait(5000).then(() => child.kill('SIGKILL'))])
  }
}

function hidden({ status, headers = [], body }, hide) {
  return { status, headers: headers.map(hide), body: hide(body) }
}

async function untilThere(port, child, describe) {
  const until = Date.now() + PATIENCE_MS
  while (!(await isThere(port))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}. ${describe()}`)
    if (Date.now() > until) throw new Error(`it does not listen. ${describe()}`)
    await wait(100)
  }
}

function isThere(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

function ask(port, { method = 'GET', path: target = '/', headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const all = { host: 'localhost', connection: 'close', ...headers }
    if (body !== undefined) all['content-length'] = Buffer.byteLength(body)
    const request = http.request({
      port,
      host: '127.0.0.1',
      path: target,
      method,
      headers: all,
      agent: false,
    })
    request.setTimeout(30_000, () => request.destroy(new Error(`${target} is not answered`)))
    request.on('error', reject).on('response', async (response) => {
      const chunks = []
      for await (const chunk of response) chunks.push(chunk)
      const bytes = Buffer.concat(chunks).toString('latin1')
      resolve({ status: response.statusCode, headers: shown(response.rawHeaders), body: bytes })
    })
    request.end(body)
  })
}

/** Names, spelling and values; sorted, as their order says nothing. */
function shown(raw) {
  const lines = []
  for (let at = 0; at < raw.length; at += 2) {
    const isPassing = /^(?:date|last-modified|x-response-time)$/i.test(raw[at])
    // The time of a file that was written a moment ago is in a weak tag of it.
    const value = raw[at + 1]
      .replace(/^W\/"([\da-f]+)-[\da-f]{11}"$/, 'W/"$1-…"')
      .replace(/(Expires=)[^;]+/, '$1…')
    lines.push(`${raw[at]}: ${isPassing ? '…' : value}`)
  }
  return lines.toSorted()
}

/** Sends messages over a WebSocket and waits for as many as are said. */
async function converse(port, { ws: target, protocols, send = [], receive }) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${target}`, protocols)
  const got = []
  const done = new Promise((resolve, reject) => {
    socket
      .on('error', reject)
      .on('close', resolve)
      .on('message', (bytes) => {
        got.push(String(bytes))
        if (got.length >= receive) resolve()
      })
    socket.on('open', () => send.forEach((message) => socket.send(message)))
  })
  await Promise.race([done, wait(20_000)])
  socket.terminate()
  return { status: 101, body: got.join('\n') }
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other)
}

function show(answer) {
  return JSON.stringify(answer && { ...answer, body: answer.body.slice(0, 600) }, null, 2)
}

function versionIn(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version
}
