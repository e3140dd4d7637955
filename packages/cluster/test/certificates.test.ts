import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect, createServer, type Server, type TlsOptions } from 'node:tls'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { watchCertificates } from '../src/worker/certificates.ts'

let folder: string
const file = (name: string): string => path.join(folder, name)
const pem = (name: string): { key: Buffer; cert: Buffer } => ({
  key: readFileSync(file(`${name}.key`)),
  cert: readFileSync(file(`${name}.cert`)),
})

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'certificates-'))
  for (const name of ['first', 'second', 'ours', 'stranger']) {
    const kind = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'.split(' ')
    const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.cert`)]
    execFileSync('openssl', ['req', '-x509', ...kind, ...files, '-subj', `/CN=${name}`], {
      stdio: 'ignore',
    })
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

let cleanUp = (): void => {}
afterEach(() => cleanUp())

/** The port of a server made with `options`, whose certificate was replaced since. */
async function renewed(
  options: TlsOptions,
  prepare: (server: Server) => void = () => {},
): Promise<number> {
  const files = { key: file('served.key'), cert: file('served.cert') }
  const serve = (name: string): void => {
    copyFileSync(file(`${name}.key`), files.key)
    copyFileSync(file(`${name}.cert`), files.cert)
  }
  serve('first')
  const server = createServer({ ...pem('first'), ...options }, (socket) => socket.end('let in'))
  server.on('tlsClientError', () => {})
  const end = watchCertificates(server, files, () => {}, 20)
  cleanUp = () => {
    end()
    server.close()
  }
  prepare(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  serve('second')
  await expect.poll(() => shown(port, pem('ours')), { timeout: 60_000 }).toBe('second')
  return port
}

/** Whose certificate the server shows. */
function shown(port: number, options: object): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ...options, rejectUnauthorized: false }, () =>
      resolve(String(socket.getPeerCertificate().subject.CN)),
    )
    socket.on('error', ({ message }) => resolve(message))
    socket.resume()
  })
}

/** What the server says to a client, or how it refuses it. */
function said(port: number, options: object): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ...options, rejectUnauthorized: false })
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    socket.on('error', ({ message }) => resolve(message))
    socket.on('close', () => resolve(text))
  })
}

describe('a server whose certificates are watched', { timeout: 120_000 }, () => {
  it('lets in the clients of its own CA, and no others, after a new certificate', async () => {
    const port = await renewed({ requestCert: true, ca: pem('ours').cert })
    expect(await said(port, pem('ours'))).toBe('let in')
    expect(await said(port, pem('stranger'))).not.toContain('let in')
  })

  it('speaks no older version and no other cipher after a new certificate', async () => {
    const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384'
    const port = await renewed({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers })
    expect(await said(port, { ciphers })).toBe('let in')
    expect(await said(port, { minVersion: 'TLSv1.3' })).toContain('alert')
    expect(await said(port, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).toContain('alert')
  })

  it('takes a certificate that is replaced in the moment in which the watch begins', async () => {
    const files = { key: file('moment.key'), cert: file('moment.cert') }
    copyFileSync(file('first.key'), files.key)
    copyFileSync(file('first.cert'), files.cert)
    const taken: unknown[] = []
    const server = {
      setSecureContext: ({ cert }: TlsOptions) => void taken.push(cert),
      getTicketKeys: () => Buffer.alloc(48),
    }
    cleanUp = watchCertificates(server, files, () => {}, 5)
    copyFileSync(file('second.key'), files.key)
    copyFileSync(file('second.cert'), files.cert)
    await expect.poll(() => taken, { timeout: 60_000 }).toEqual([String(pem('second').cert)])
  })

  it('tells once of files that are gone, and takes them when they are there', async () => {
    const files = { key: file('late.key'), cert: file('late.cert') }
    const errors: unknown[] = []
    const taken: unknown[] = []
    const server = {
      setSecureContext: ({ cert }: TlsOptions) => void taken.push(cert),
      getTicketKeys: () => Buffer.alloc(48),
    }
    cleanUp = watchCertificates(server, files, (error) => errors.push(error), 5)
    copyFileSync(file('second.key'), files.key)
    copyFileSync(file('second.cert'), files.cert)
    await expect.poll(() => taken, { timeout: 60_000 }).toEqual([String(pem('second').cert)])
    expect(errors).toMatchObject([{ code: 'ENOENT' }])
  })

  it('knows the ticket keys it was given since after a new certificate', async () => {
    const keys = Buffer.alloc(48, 7)
    let server: Server | undefined
    await renewed({ ticketKeys: Buffer.alloc(48, 1) }, (made) => {
      server = made
      made.setTicketKeys(keys)
    })
    expect(server?.getTicketKeys()).toEqual(keys)
  })
})
