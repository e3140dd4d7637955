import type { Buffer } from 'node:buffer'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import upload from '@tokkyu/upload'
import { form } from './form.ts'
import { filesIn, multipart, serve, temporaryFolder, until } from './server.ts'

describe('a form cut at any byte', () => {
  const whole = form([
    { name: 'title', body: 'Trip' },
    { name: 'photo', filename: 'sea.png', type: 'image/png', body: `line\r\n--AaB0line` },
    { name: 'place[city]', body: 'Zoë' },
  ])
  const closed = whole.length - '\r\n'.length

  it('is refused with 400', async () => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest }).single('photo'))
    const descriptors = openDescriptors()
    for (let length = 0; length < closed; length++) {
      const { status, body } = await server.send(whole.subarray(0, length))
      expect({ length, status }).toEqual({ length, status: 400 })
      expect(['UNEXPECTED_END', 'MALFORMED_PART_HEADER']).toContain(body['code'])
      expect(filesIn(dest)).toEqual([])
    }
    await until(() => openDescriptors() <= descriptors + 5, 'all descriptors were closed')
  })

  it('is complete without what follows the closing delimiter', async () => {
    const server = await serve(upload().single('photo'))
    for (const length of [closed, closed + 1]) {
      expect(await server.send(whole.subarray(0, length))).toMatchObject({
        status: 200,
        body: { body: { title: 'Trip', place: { city: 'Zoë' } }, file: { size: 16 } },
      })
    }
  })

  it('leaves nothing behind when the connection drops there', async () => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest }).single('photo'))
    const lengths = Array.from({ length: closed }, (_, length) => length)
    await Promise.all(
      lengths.map((length) => server.sendAndDrop(whole.subarray(0, length), whole.length)),
    )
    await until(() => server.outcomes.length === closed, 'every abort was seen')
    for (const outcome of server.outcomes) expect(outcome).toMatchObject({ status: 400 })
    expect(filesIn(dest)).toEqual([])
  })

  it('is read the same however it is chunked', async () => {
    const server = await serve(upload().single('photo'))
    const expected = (await server.send(whole)).body
    for (let size = 1; size <= 40; size++) {
      expect(await sendInChunks(server.port, whole, size)).toEqual(expected)
    }
  })
})

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** Chunked transfer encoding keeps the pieces apart on their way to the parser. */
async function sendInChunks(port: number, body: Buffer, size: number): Promise<unknown> {
  const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, i) =>
    body.subarray(i * size, (i + 1) * size),
  )
  const stream = new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
  const init = {
    method: 'POST',
    headers: { 'Content-Type': multipart },
    body: stream,
    duplex: 'half' as const,
  }
  const answer = await fetch(`http://127.0.0.1:${port}`, init)
  return answer.json()
}
