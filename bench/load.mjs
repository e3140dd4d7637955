// The load: as much as a server takes from 64 connections, or a fixed number of requests.
import autocannon from 'autocannon'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const CONNECTIONS = 64
const SLOW_CONNECTIONS = 8 // a megabyte each

/**
 * For a short answer wrk takes 3.6 µs of CPU where the floor takes 9.9, autocannon 12.1, and the floor then
 * 12.9: it waits for the load, and what is measured is waking up, too.
 */
export const generator = spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error ? 'autocannon' : 'wrk'

/**
 * Sends as much as the server takes.
 *
 * @returns how many `requests` were answered, and the `seconds` that took.
 * @throws {Error} when one was not answered well.
 */
export function saturate(server, prepared, seconds) {
  return generator === 'wrk'
    ? withWrk(server, prepared, seconds)
    : withAutocannon(server, prepared, { duration: seconds })
}

/** Sends a fixed number. */
export function sendAll(server, prepared, amount) {
  return withAutocannon(server, prepared, { amount })
}

async function withAutocannon(server, prepared, how) {
  const began = performance.now()
  const { errors, timeouts, ...result } = await autocannon({
    url: `http://127.0.0.1:${server.port}`,
    connections: connectionsOf(prepared),
    requests: (prepared.mix ?? [prepared]).map(({ path: at, method = 'GET', headers, body }) => ({
      path: at,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })),
    ...how,
    sampleInt: 10,
  })
  const failed = errors + timeouts + result['4xx'] + result['5xx']
  if (failed > 0) throw new Error(`${server.subject}: ${failed} requests failed`)
  return { requests: result.requests.total, seconds: (performance.now() - began) / 1000 }
}

async function withWrk(server, prepared, duration) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-wrk-'))
  try {
    const script = path.join(folder, 'request.lua')
    writeFileSync(script, scriptOf(prepared, folder))
    const load = [
      '-t1',
      '--timeout',
      '60s',
      `-c${connectionsOf(prepared)}`,
      `-d${duration}s`,
      '-s',
      script,
    ]
    const url = `http://127.0.0.1:${server.port}/`
    const { stdout } = await promisify(execFile)('wrk', [...load, url])
    if (/Socket errors|Non-2xx/.test(stdout)) throw new Error(`${server.subject}: ${stdout}`)
    const [, requests, seconds, unit] = /(\d+) requests in ([\d.]+)(ms|s|m)/.exec(stdout)
    return {
      requests: Number(requests),
      seconds: Number(seconds) * { ms: 0.001, s: 1, m: 60 }[unit],
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What wrk shall send, one after the other, in the language that it reads. */
function scriptOf(prepared, folder) {
  const lines = (prepared.mix ?? [prepared]).map(
    ({ path: at, method = 'GET', headers, body }, i) => {
      const fields = Object.entries(headers ?? {}).map((field) => {
        const [name, value] = field.map((text) => JSON.stringify(text))
        return `[${name}] = ${value}`
      })
      const file = path.join(folder, `body-${i}`)
      if (body !== undefined) writeFileSync(file, body)
      const sent =
        body === undefined ? 'nil' : `assert(io.open(${JSON.stringify(file)}, 'rb')):read('*a')`
      return `{ '${method}', ${JSON.stringify(at)}, { ${fields.join(', ')} }, ${sent} },`
    },
  )
  return `local all, made, at = {
${lines.join('\n')}
}, {}, 0
function init() for i, each in ipairs(all) do made[i] = wrk.format(unpack(each, 1, 4)) end end
function request() at = at % #made + 1 return made[at] end
`
}

/** So many at once. */
export const connectionsOf = ({ slow }) => (slow ? SLOW_CONNECTIONS : CONNECTIONS)
