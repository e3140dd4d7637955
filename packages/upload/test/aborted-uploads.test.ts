import { Buffer } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import upload from '@tokkyu/upload'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder, until } from './server.ts'

const GOOD = 50
const ABORTED = 200

it('200 uploads that break off anywhere disturb none of 50 that do not, and leave nothing', async () => {
  const dest = temporaryFolder()
  const server = await serve(upload({ dest, hash: 'sha256' }).single('f'), ({ file }) => ({
    path: file?.path,
    sha256: file?.sha256,
  }))
  const descriptors = readdirSync('/proc/self/fd').length
  const memory = process.memoryUsage.rss()

  const aborted = Array.from({ length: ABORTED }, async (_, i) => {
    const body = form([
      { name: 'title', body: 'x'.repeat(i) },
      { name: 'f', filename: `aborted ${i}`, body: Buffer.alloc(100_000, i) },
    ])
    const at = Math.floor((body.length * i) / ABORTED)
    await wait(i * 3)
    await server.sendAndDrop(body.subarray(0, at), body.length)
  })
  const good = Array.from({ length: GOOD }, async (_, i) => {
    const content = randomBytes(150_000)
    await wait(i * 12)
    const answer = await server.send(form([{ name: 'f', filename: `good ${i}`, body: content }]))
    return { content, answer }
  })

  await Promise.all(aborted)
  const paths: string[] = []
  for (const { content, answer } of await Promise.all(good)) {
    const path = answer.body['path'] as string
    expect(readFileSync(path).equals(content)).toBe(true)
    expect(answer.body['sha256']).toBe(createHash('sha256').update(content).digest('hex'))
    paths.push(path)
  }
  await until(() => server.outcomes.length === GOOD + ABORTED, 'every upload had ended')

  const failures = server.outcomes.filter((outcome) => outcome !== undefined)
  expect(failures).toHaveLength(ABORTED)
  for (const failure of failures) expect(failure).toMatchObject({ code: 'REQUEST_ABORTED' })
  expect(filesIn(dest).map((name) => `${dest}/${name}`)).toEqual(paths.toSorted())
  // The clients' sockets are in this process too: they are all closed as well.
  await until(
    () => readdirSync('/proc/self/fd').length <= descriptors + 5,
    'no descriptor was open',
  )
  expect(process.memoryUsage.rss() - memory).toBeLessThan(150 * 1024 * 1024)
}, 30_000)

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
