import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const here = path.join(import.meta.dirname, '..')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rpc-shop-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs a program next to those of the example; its registry is a file in a folder of its own. */
async function run(program: string): Promise<string> {
  const env = { ...process.env, SERVERS: path.join(folder, 'servers.json') }
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(here, program)], {
    env,
  })
  return stdout
}

describe('the shop of three servers', { timeout: 60_000 }, () => {
  it('takes an order, and says why it does not take another', async () => {
    expect(await run('main.mjs')).toBe(
      'Zoë pays 18 for Emma\nFAILED_PRECONDITION: Too few of book 2\n',
    )
  })

  it('tells who watches the stock of what is taken', async () => {
    const program = path.join(folder, 'watch.mjs')
    const from = (name: string): string => JSON.stringify(path.join(here, name))
    await writeFile(
      program,
      `
      import { connect } from ${JSON.stringify(path.join(here, 'node_modules/@tokkyu/rpc/entry/index.mjs'))}
      import { stock } from ${from('services.mjs')}
      import { stockServer } from ${from('stock.mjs')}
      const server = stockServer()
      const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
      const client = connect(stock, { host: '127.0.0.1', port })
      const seen = []
      for await (const { bookId, count } of client.watch({})) {
        seen.push([bookId, count])
        if (seen.length === 2) await client.take([{ bookId: 1, count: 1 }, { bookId: 2, count: 1 }])
        if (seen.length === 4) break
      }
      console.log(JSON.stringify(seen))
      client.$channel.close()
      await server.close()
    `,
    )
    const { stdout } = await promisify(execFile)(process.execPath, [program])
    expect(JSON.parse(stdout)).toEqual([
      [1, 3],
      [2, 1],
      [1, 2],
      [2, 0],
    ])
  })
})
