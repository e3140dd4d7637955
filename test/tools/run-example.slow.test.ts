import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { programs, run } from './tools.ts'

const home = mkdtempSync(path.join(tmpdir(), 'run-example-'))
afterAll(() => rmSync(home, { recursive: true }))
let count = 0

/** Runs a program of the docs with what it claims, and gives what was wrong with it. */
async function faultsOf(text: string, ...asks: string[]): Promise<string> {
  const file = path.join(home, `program-${++count}.mjs`)
  writeFileSync(file, programs.withClaims(file, text))
  const faults = await run(
    file,
    asks.map((ask, index) => ({ text: ask, line: index + 1 })),
  )
  return faults.map(({ fault }) => fault).join('\n')
}

const server = `import { createServer } from 'node:http'
createServer((req, res) => {
  res.setHeader('Set-Cookie', 'id=7')
  res.end(req.url + ' ' + (req.headers.cookie ?? 'nobody'))
}).listen(3000)`

describe('a program of the docs', () => {
  it.each([
    ['1 + 1 // → 2'],
    ['({ a: [1] }) // → { a: [1] }'],
    ["'text' // → text"],
    ['Promise.resolve(3) // → 3'],
    ["console.log('text') // → text"],
  ])('may claim what is so: %s', async (text) => {
    expect(await faultsOf(text)).toBe('')
  })

  it.each([
    ['1 + 1 // → 3'],
    ['({ a: [1] }) // → { a: [2] }'],
    ["'text' // → other"],
    ['await Promise.resolve(3) // → 4'],
    ["console.log('text') // → other"],
  ])('is refused for what is not so: %s', async (text) => {
    expect(await faultsOf(text)).toContain('it ends with 1')
  })

  it('is refused where it throws, by the message', async () => {
    expect(await faultsOf("throw new TypeError('no such thing')")).toContain(
      'it ends with 1: TypeError: no such thing',
    )
  })

  it('answers what it is asked, on a port of its own, with the cookies of before', async () => {
    expect(await faultsOf(server, 'ask GET /a → 200 /a nobody', 'ask GET /b → 200 /b id=7')).toBe(
      '',
    )
  })

  it.each([
    ['ask GET /a → 404', 'answers 200'],
    ['ask GET /a → 200 other', 'and not 200 other'],
    ['ask /a → 200', 'is not understood'],
  ])('is refused where it answers otherwise: %s', async (ask, why) => {
    expect(await faultsOf(server, ask)).toContain(why)
  })

  it('is refused where it is asked and does not listen', async () => {
    expect(await faultsOf('setTimeout(() => {}, 100)', 'ask GET / → 200')).toContain(
      'nobody listens',
    )
  })
})
