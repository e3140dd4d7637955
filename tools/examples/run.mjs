// Runs programs of the docs, and asks them what the page says they answer.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const PATIENCE = 60_000
const inside = path.join(import.meta.dirname, 'inside.mjs')

/** Runs one program to its end. Resolves with what went wrong, a line each. */
export async function run(file, asks) {
  const child = fork(inside, [file], {
    cwd: path.dirname(file),
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, SECRET: 'a secret of the docs, 32 bytes long', NO_COLOR: '1' },
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  child.stdout.on('data', (chunk) => (said += chunk))
  const faults = []
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, PATIENCE)
  child.once('message', async ({ port }) => {
    const jar = new Map()
    for (const { text, line } of asks) {
      const fault = await askOne(port, text, jar).catch(
        (error) => `${text}: ${error.cause ?? error}`,
      )
      if (fault) faults.push({ line, fault })
    }
    // Who had nothing left to do may be gone by now.
    if (child.connected) child.send('stop', () => {})
  })
  const [code, signal] = await once(child, 'close')
  clearTimeout(timer)
  if (isLate) faults.push({ fault: 'it does not end' })
  else if (code !== 0) faults.push({ fault: `it ends with ${code ?? signal}: ${gist(said)}` })
  else if (faults.length > 0 && said) faults.push({ fault: `it said: ${gist(said)}` })
  return faults
}

/** The message of what was thrown, without the source lines before it and the stack behind it. */
function gist(said) {
  const lines = said.trim().split('\n')
  const at = lines.findIndex((line) => /^(\w*Error\b|Uncaught|  \[?cause)/.test(line))
  return lines
    .slice(Math.max(at, 0), Math.max(at, 0) + 12)
    .filter((line) => !/^\s+at /.test(line))
    .join('\n')
}

/** `ask METHOD PATH [Name: value,] [BODY] → STATUS [TEXT]`, with the cookies of the asks before it. */
async function askOne(port, line, jar) {
  const parts = /^ask ([A-Z]+) (\S+)((?: [\w-]+: [^,]+,)*)(?: (.+?))? → (\d+)(?: (.+))?$/.exec(line)
  if (!parts) return `is not understood: ${line}`
  if (!port) return 'nobody listens'
  const [, method, target, fields, body, status, text] = parts
  const headers = new Headers()
  for (const [, name, value] of fields.matchAll(/ ([\w-]+): ([^,]+),/g)) headers.set(name, value)
  if (jar.size > 0) headers.set('Cookie', [...jar].map((pair) => pair.join('=')).join('; '))
  if (body && !headers.has('Content-Type'))
    headers.set(
      'Content-Type',
      /^[[{]/.test(body) ? 'application/json' : 'application/x-www-form-urlencoded',
    )
  const answer = await fetch(`http://127.0.0.1:${port}${target}`, {
    method,
    headers,
    body: body ?? null,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
  for (const cookie of answer.headers.getSetCookie()) {
    const [pair] = cookie.split(';')
    jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
  }
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream')
  const found = isStream ? await firstOf(answer, text ?? '') : await answer.text()
  if (answer.status === Number(status) && (!text || found.includes(text))) return undefined
  return `${method} ${target} answers ${answer.status} ${found.slice(0, 300)}\n  and not ${status} ${text ?? ''}`
}

/** What comes of an answer that does not end, until the wanted text has come. */
async function firstOf({ body }, wanted) {
  const decoder = new TextDecoder()
  let found = ''
  for await (const chunk of body) {
    found += decoder.decode(chunk, { stream: true })
    if (found.includes(wanted)) break
  }
  return found
}
