import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { connect, createRpcServer } from '../src/index.ts'
import { afterwards, type Numbers, numbers } from './numbers.ts'

let folder: string
let identity: { key: string; cert: string }

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rpc-tls-'))
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    ...kind,
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ])
  identity = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
})
afterAll(() => rm(folder, { recursive: true }))

/** A server that lets in only clients whose certificate it knows, and a client with some options. */
async function securePair(client: object): Promise<ReturnType<typeof connect<Numbers>>> {
  const server = createRpcServer().add(numbers, { double: ({ value }) => ({ value: value * 2 }) })
  const tls = { ...identity, ca: identity.cert, requestCert: true, rejectUnauthorized: true }
  const { port } = (await server.listen({ port: 0, host: 'localhost', tls })) as { port: number }
  afterwards(() => server.close(0))
  const connected = connect(numbers, `localhost:${port}`, { tls: client })
  afterwards(() => connected.$channel.destroy())
  return connected
}

describe('a connection by TLS', () => {
  it('is made when both sides show who they are', async () => {
    const client = await securePair({ ...identity, ca: identity.cert })
    expect(await client.double({ value: 4 })).toMatchObject({ value: 8 })
  })

  it('is not made to a server that nobody vouches for', async () => {
    const client = await securePair(identity)
    await expect(client.double({ value: 4 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: expect.stringContaining('self-signed'),
      reached: false,
    })
  })

  it('is not made by a client without a certificate', async () => {
    const client = await securePair({ ca: identity.cert })
    await expect(client.double({ value: 4 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})

/** A gRPC server that lets in only clients whose certificate it knows, and a client with some options. */
async function secureGrpc(tls: object): Promise<ReturnType<typeof connect<Numbers>>> {
  const server = createRpcServer().add(numbers, { double: ({ value }) => ({ value: value * 2 }) })
  const own = { ...identity, ca: identity.cert }
  const { port } = await server.listenGrpc({ port: 0, host: 'localhost', tls: own })
  afterwards(() => server.close(0))
  const connected = connect(numbers, `grpc://localhost:${port}`, { tls, retry: { attempts: 1 } })
  afterwards(() => connected.$channel.destroy())
  return connected
}

describe('a connection by TLS to a gRPC server', { timeout: 30_000 }, () => {
  it('is made when both sides show who they are', async () => {
    const client = await secureGrpc({ ...identity, ca: identity.cert })
    expect(await client.double({ value: 4 })).toMatchObject({ value: 8 })
  })

  it('is not made to a server that nobody vouches for', async () => {
    const client = await secureGrpc(identity)
    await expect(client.double({ value: 4 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reached: false,
    })
  })
})
