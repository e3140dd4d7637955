import { fork } from 'node:child_process'
import path from 'node:path'
import { Worker } from 'node:worker_threads'

import { describe, expect, it } from 'vitest'

import { type Carrier, connect, createRpcServer, ipcCarrier, portCarrier } from '../src/index.ts'
import { afterwards, all, numbers, upTo } from './numbers.ts'

const other = path.join(import.meta.dirname, 'carriers.worker.mjs')

function thread(): Carrier {
  const worker = new Worker(other)
  afterwards(() => worker.terminate())
  return portCarrier(worker)
}

function child(serialization: 'json' | 'advanced'): Carrier {
  const process = fork(other, { serialization })
  afterwards(() => process.kill())
  return ipcCarrier(process)
}

function clientOver(carrier: Carrier): ReturnType<typeof connect<import('./numbers.ts').Numbers>> {
  const serve = createRpcServer().add(numbers, { double: ({ value }) => ({ value: value + 1 }) })
  const client = connect(numbers, carrier, { serve })
  afterwards(() => client.$channel.destroy())
  return client
}

describe.each([
  ['a thread', thread],
  ['a child process', () => child('json')],
  ['a child process that clones its messages', () => child('advanced')],
])('a connection to %s', { timeout: 30_000 }, (_, carrier) => {
  it('carries calls of every kind', async () => {
    const client = clientOver(carrier())
    expect(await client.double({ value: 4 })).toMatchObject({ value: 8 })
    expect(await client.sum(upTo(4))).toMatchObject({ value: 10 })
    expect((await all(client.count({ value: 300 }))).map(({ value }) => value)).toEqual(
      [...upTo(300)].map(({ value }) => value),
    )
    expect(await all(client.each(upTo(2)))).toMatchObject([{ value: -1 }, { value: -2 }])
  })

  it('carries messages larger than a window, byte for byte', async () => {
    const data = Buffer.from(Array.from({ length: 1_000_000 }, (__, index) => index % 251))
    const answer = await clientOver(carrier()).double({ value: 1, data })
    expect(data.equals(answer.data!)).toBe(true)
  })

  it('carries calls of the other side as well', async () => {
    expect(await clientOver(carrier()).double({ value: 21 })).toMatchObject({ value: 101 })
  })

  it('fails its calls when the other side is gone', async () => {
    const client = clientOver(carrier())
    await client.double({ value: 1 })
    await expect(client.double({ value: 99 }, { idempotent: false })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
  })
})
