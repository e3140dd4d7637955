// Runs one app on one make of Express and prints what it answers: node serve-app.cjs NAME express|tokkyu
const http = require('node:http')
const Module = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const apps = require('./apps/index.cjs')

const [name, make] = process.argv.slice(2)

if (make === 'tokkyu') {
  // Whoever asks for express, the packages under test included, gets ours.
  const own = path.join(__dirname, '../../packages/core')
  // oxlint-disable-next-line no-underscore-dangle -- node's name
  const resolve = Module._resolveFilename
  // oxlint-disable-next-line no-underscore-dangle -- node's name
  Module._resolveFilename = function resolveFilename(request, ...rest) {
    return resolve.call(this, request === 'express' ? own : request, ...rest)
  }
  const entry = JSON.stringify(pathToFileURL(path.join(own, 'entry/index.mjs')).href)
  const hook = `export const resolve = (name, context, next) => next(name === 'express' ? ${entry} : name, context)`
  Module.register(`data:text/javascript,${encodeURIComponent(hook)}`)
}

void main(apps[name])

async function main({ app: build, requests }) {
  const app = await build(require('express'))
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const answers = []
  let cookies = {}
  for (const request of requests) {
    const answer = await ask(server.address().port, request, cookies)
    cookies = { ...cookies, ...answer.cookies }
    answers.push(answer.shown)
  }
  // A module that imports Express by itself would have Express's answers counted as ours.
  const theirs = Object.keys(require.cache).find((file) =>
    /[/\\]node_modules[/\\]express[/\\]/.test(file),
  )
  if (make === 'tokkyu' && theirs) throw new Error(`${name} was run on Express itself: ${theirs}`)
  process.stdout.write(JSON.stringify(answers), () => process.exit(0))
}

/** Sends one request, with the cookies that earlier answers have set. */
function ask(port, { method = 'GET', path: target = '/', headers = {}, body }, cookies) {
  const cookie = Object.entries(cookies)
    .map(([key, value]) => `${key}=${value}`)
    .join('; ')
  return new Promise((resolve, reject) => {
    const all = { host: 'localhost', connection: 'close', ...headers }
    if (cookie !== '') all.cookie = cookie
    if (body !== undefined) all['content-length'] = Buffer.byteLength(body)
    const where = { port, host: '127.0.0.1', path: target, agent: false }
    const request = http.request({ ...where, method, headers: all })
    request.on('error', reject).on('response', async (response) => {
      const chunks = await collect(response)
      const bytes = Buffer.concat(chunks)
      const set = response.headers['set-cookie'] ?? []
      resolve({
        cookies: Object.fromEntries(set.map((line) => /^([^=]+)=([^;]*)/.exec(line).slice(1))),
        shown: {
          request: `${method} ${target}`,
          status: response.statusCode,
          headers: shownHeaders(response.rawHeaders),
          body: bytes.toString('latin1'),
        },
      })
    })
    request.end(body)
  })
}

async function collect(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

/** Names, spelling and values; sorted, as their order says nothing. Random and passing values have a name only. */
function shownHeaders(raw) {
  const lines = []
  for (let at = 0; at < raw.length; at += 2) {
    const isPassing = /^(date|x-response-time|ratelimit-reset|x-ratelimit-reset)$/i.test(raw[at])
    const value = raw[at + 1].replace(/(Expires=)[^;]+/, '$1…').replace(RANDOM_COOKIE, '$1=…')
    lines.push(`${raw[at]}: ${isPassing ? '…' : value}`)
  }
  return lines.toSorted()
}

/** Cookies whose value is made of random bytes. */
const RANDOM_COOKIE = /^(connect\.sid|x-csrf)=[^;]*/
