import { describe, expect, it } from 'vitest'
import upload, { type Quota } from '@tokkyu/upload'
import { form } from './form.ts'
import { serve, until } from './server.ts'

const large = form([{ name: 'f', filename: 'large', body: 'x'.repeat(3_000_000) }])
const two = form([
  { name: 'f', filename: 'a', body: '1' },
  { name: 'g', filename: 'b', body: '22' },
])

describe('a quota', () => {
  it('is drawn on by files, until it is used up', async () => {
    const quota = budget(4)
    const server = await serve(upload({ quota }).any())
    expect((await server.send(two)).status).toBe(200)
    expect(quota.left).toBe(1)
    const answer = await server.send(two)
    expect(answer).toMatchObject({ status: 413, body: { code: 'LIMIT_QUOTA', field: 'g' } })
  })

  it('gets back what a request took that failed', async () => {
    const quota = budget(1_000_000)
    const server = await serve(upload({ quota, limits: { fields: 0 } }).any())
    await server.send(
      form([{ name: 'f', filename: 'a', body: 'x'.repeat(1000) }, { name: 'too many' }]),
    )
    await server.sendAndDrop(large.subarray(0, 300_000), large.length)
    await until(() => server.outcomes.length === 2, 'the abort was seen')
    expect(quota.left).toBe(1_000_000)
  })
})

function budget(bytes: number): Quota & { left: number } {
  return {
    left: bytes,
    take(_req, count) {
      if (count > this.left) return false
      this.left -= count
      return true
    },
    giveBack(_req, count) {
      this.left += count
    },
  }
}
