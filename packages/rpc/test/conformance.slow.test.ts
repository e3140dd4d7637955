import { execFile, spawnSync } from 'node:child_process'
import path from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { loadService } from '../src/index.ts'
import { descriptorsIn } from '../src/schema/file-descriptors.ts'
import { rootOf } from '../src/schema/load-service.ts'
import { drawnSchemas } from './schemas.ts'

const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import google.protobuf']).status === 0,
)
if (!python && !process.env['CI']) {
  console.warn('No Python with protobuf here: what protobuf itself reads and writes is NOT tested')
}

interface Judged {
  readonly json: object
  readonly bytes: string
  readonly unknown: number
}

/** What protobuf's own library makes of some cases. */
async function judged(cases: object[]): Promise<Judged[][]> {
  const script = path.join(import.meta.dirname, 'conformance.fixture.py')
  const text = await new Promise<string>((resolve, reject) => {
    const options = { maxBuffer: 2 ** 28 }
    const child = execFile(python!, [script], options, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
    child.stdin!.end(JSON.stringify(cases))
  })
  return JSON.parse(text) as Judged[][]
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

describe('a message of a schema drawn by lot', { timeout: 120_000 }, () => {
  it.skipIf(!python && !process.env['CI'])(
    'is read by protobuf as it was meant, and read here as protobuf writes it',
    async () => {
      const drawn = fc.sample(drawnSchemas, { seed: 20_261_126, numRuns: 150 })
      const services = await Promise.all(
        drawn.map(({ source }) => loadService({ source }, 'test.Service')),
      )
      const codecs = services.map((service) => service.methods.get('call')!.request)
      const answers = await judged(
        drawn.map(({ messages }, index) => ({
          file: base64(descriptorsIn(rootOf(services[index]!)!)[0]!.bytes),
          messages: messages.map((message) => base64(codecs[index]!.protobuf.encode(message))),
        })),
      )
      for (const [index, { source, messages }] of drawn.entries()) {
        const { protobuf, json } = codecs[index]!
        for (const [at, message] of messages.entries()) {
          const own = protobuf.decode(protobuf.encode(message))
          const { json: read, bytes, unknown } = answers[index]![at]!
          // With its schema, so that a failure can be read.
          expect({ source, own }).toMatchObject({ source, own: message })
          const byJson = json.decode(Buffer.from(JSON.stringify(read)))
          expect({ source, read, byJson }).toEqual({ source, read, byJson: own })
          const byBytes = protobuf.decode(Buffer.from(bytes, 'base64'))
          expect({ source, unknown, byBytes }).toEqual({ source, unknown: 0, byBytes: own })
        }
      }
    },
  )
})
