import { Buffer } from 'node:buffer'
import crypto from 'node:crypto'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import upload, { diskStorage } from '@tokkyu/upload'
import { ownTag } from '../src/storages/process-tag.ts'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder } from './server.ts'

// So that the test knows the name nobody can know.
const { randomBytes } = crypto
beforeAll(() => {
  crypto.randomBytes = (size: number) => Buffer.alloc(size, 0xab)
  syncBuiltinESMExports()
})
afterAll(() => {
  crypto.randomBytes = randomBytes
  syncBuiltinESMExports()
})

it('a temporary file is never written through a link somebody has put there (CWE-59)', async () => {
  const destination = temporaryFolder()
  const outside = join(temporaryFolder(), 'target')
  writeFileSync(outside, 'untouched')
  symlinkSync(outside, join(destination, `.upload-${'ab'.repeat(16)}-${ownTag()}.part`))
  const storage = diskStorage({ destination, filename: (_req, _file, done) => done(null, 'x') })
  const server = await serve(upload({ storage }).any())
  const answer = await server.send(form([{ name: 'f', filename: 'x', body: 'attack' }]))
  expect(answer).toMatchObject({ status: 500, body: { code: 'EEXIST' } })
  expect(readFileSync(outside, 'utf8')).toBe('untouched')
  expect(filesIn(destination)).not.toContain('x')
})
