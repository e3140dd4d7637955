// Counts the source files that one warm request runs through, by V8's block coverage and the bundles'
// source maps, and compares them with the figures in docs/request-lifecycle.md. `--list` names the files.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { createRequire, SourceMap } from 'node:module'
import { Session } from 'node:inspector/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { root } from './sources.mjs'

process.env['NODE_ENV'] = 'production' // as it is deployed: no warnings, templates kept

const require = createRequire(path.join(root, 'apps/rock-paper-scissors/package.json'))
const express = require('@tokkyu/core')
const session = require('@tokkyu/session')

/** What is asked, and the figure of the page it must keep. */
const requests = [
  {
    name: 'a plain answer',
    atMost: 17,
    app: () => express().get('/', (req, res) => void res.send('Hello')),
  },
  {
    name: 'a page with a session',
    atMost: 36,
    app: () =>
      express()
        .set('views', path.join(root, 'tools/views'))
        .use(session({ secret: 'of the count', resave: false, saveUninitialized: true }))
        .get('/', (req, res) => {
          req.session.visits = (req.session.visits ?? 0) + 1
          res.render('visits.html', { visits: req.session.visits })
        }),
  },
]

const agent = new http.Agent({ keepAlive: true })
const page = readFileSync(path.join(root, 'docs/request-lifecycle.md'), 'utf8')
const faults = []
for (const { name, atMost, app } of requests) {
  const files = await filesOf(app())
  const told = new RegExp(String.raw`${name}[^.|]*?\b(\d+) files`, 'i').exec(page)?.[1]
  if (process.argv.includes('--list')) console.log(files.map((file) => `  ${file}`).join('\n'))
  console.log(`${name}: ${files.length} files, at most ${atMost}`)
  if (files.length > atMost)
    faults.push(`${name} runs through ${files.length} files; ${atMost} are allowed`)
  if (Number(told) !== files.length)
    faults.push(
      `docs/request-lifecycle.md says ${told ?? 'nothing'} of ${name}; it is ${files.length} files`,
    )
}
agent.destroy()
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1

/** The files of which at least one function runs between a request's arrival and its answer. */
async function filesOf(app) {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const inspector = new Session()
  inspector.connect()
  try {
    let cookie
    for (let warm = 0; warm < 20; warm++) cookie = await ask(server.address().port, cookie)
    await inspector.post('Profiler.enable')
    await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    await inspector.post('Profiler.takePreciseCoverage') // what ran until now
    await ask(server.address().port, cookie)
    const { result } = await inspector.post('Profiler.takePreciseCoverage')
    return [...new Set(result.flatMap(sourcesRun))].toSorted((a, b) => a.localeCompare(b))
  } finally {
    inspector.disconnect()
    server.closeAllConnections()
    server.close()
  }
}

function sourcesRun({ url, functions }) {
  if (!url.startsWith('file:') || !/\/dist\/bundle[^/]*\.cjs$/.test(url)) return []
  const bundle = fileURLToPath(url)
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')))
  const starts = lineStarts(readFileSync(bundle, 'utf8'))
  return functions
    .filter(
      ({ functionName, ranges }) =>
        ranges[0].count > 0 && ranges[0].startOffset > 0 && functionName !== '__require',
    )
    .flatMap(({ ranges: [{ startOffset }] }) => {
      const line = starts.findLastIndex((start) => start <= startOffset)
      const { originalSource } = map.findEntry(line, startOffset - starts[line])
      return originalSource ? path.relative(root, path.resolve(bundle, '..', originalSource)) : []
    })
}

function lineStarts(text) {
  return [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)]
}

async function ask(port, cookie) {
  const headers = cookie ? { cookie } : {}
  const request = http.get({ port, host: '127.0.0.1', headers, agent })
  const [response] = await once(request, 'response')
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`)
  response.resume()
  await once(response, 'end')
  return response.headers['set-cookie']?.[0].split(';')[0] ?? cookie
}
