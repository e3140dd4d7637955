import { Buffer } from 'node:buffer'
import busboy from 'busboy'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DelimiterScanner } from '../src/multipart/delimiter-scanner.ts'
import { BOUNDARY, form } from './form.ts'

interface Found {
  head: string
  body: string
}

/** Runs the scanner over chunks; the parts it finds, or the code it fails with. */
function scan(chunks: readonly Buffer[], boundary = BOUNDARY): Found[] | string {
  const found: Found[] = []
  let body: Buffer[] = []
  const scanner = new DelimiterScanner(boundary, 16_384, {
    head: (head) => found.push({ head: head.toString('latin1'), body: '' }),
    data: (bytes) => body.push(Buffer.from(bytes)),
    partEnd: () => {
      ;(found.at(-1) as Found).body = Buffer.concat(body).toString('latin1')
      body = []
    },
  })
  try {
    for (const chunk of chunks) scanner.push(chunk)
    scanner.end()
    return found
  } catch (error) {
    return (error as { code: string }).code
  }
}

function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const at = [...places.map((place) => place % (body.length + 1)), body.length].toSorted(
    (a, b) => a - b,
  )
  return at.map((end, index) => body.subarray(at[index - 1] ?? 0, end))
}

// Text made of what delimiters are made of, so that almost-delimiters are common.
const trickyText = fc
  .array(
    fc.constantFrom('\r', '\n', '-', '--', BOUNDARY, BOUNDARY.slice(0, 3), 'x', '\r\n--', ' '),
    {
      maxLength: 30,
    },
  )
  .map((pieces) => pieces.join(''))

describe('the delimiter scanner', () => {
  it('finds the parts of a form', () => {
    const body = form([
      { name: 'a', body: '1' },
      { name: 'b', body: '\r\n--' },
    ])
    expect(scan([body])).toEqual([
      { head: 'Content-Disposition: form-data; name="a"', body: '1' },
      { head: 'Content-Disposition: form-data; name="b"', body: '\r\n--' },
    ])
  })

  it('finds the same parts however the form is chunked', { timeout: 90_000 }, () => {
    const property = fc.property(
      fc.array(trickyText, { maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (bodies, places) => {
        const whole = form(bodies.map((body, i) => ({ name: `n${i}`, body })))
        expect(scan(cut(whole, places))).toEqual(scan([whole]))
      },
    )
    fc.assert(property, { numRuns: 400 })
  })

  it('finds the same parts as busboy', { timeout: 90_000 }, async () => {
    const property = fc.asyncProperty(fc.array(trickyText, { maxLength: 4 }), async (bodies) => {
      const whole = form(bodies.map((body, i) => ({ name: `n${i}`, body })))
      // A body that holds a delimiter line is another form: busboy drops its bytes in silence.
      fc.pre(!bodies.some((body) => `\r\n${body}`.includes(`\r\n--${BOUNDARY}`)))
      const found = scan([whole]) as Found[]
      expect(found.map(({ body }) => body)).toEqual(await busboyFields(whole))
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('never fails otherwise than with a code, whatever the bytes', { timeout: 90_000 }, () => {
    const property = fc.property(
      trickyText,
      fc.array(fc.nat(), { maxLength: 5 }),
      (text, places) => {
        const outcome = scan(cut(Buffer.from(text, 'latin1'), places))
        expect(Array.isArray(outcome) || /^[A-Z_]+$/.test(outcome)).toBe(true)
      },
    )
    fc.assert(property, { numRuns: 1_000 })
  })

  it('takes time in proportion to what it reads, also when every byte could be a delimiter', () => {
    cost(20_000)
    expect(cost(160_000)).toBeLessThan(40 * Math.max(cost(20_000), 1_000))
  })
})

function busboyFields(body: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const values: string[] = []
    busboy({
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      defCharset: 'latin1',
    })
      .on('field', (_name, value) => values.push(value))
      .on('error', reject)
      .on('close', () => resolve(values))
      .end(body)
  })
}

/** Microseconds of CPU time. */
function cost(length: number): number {
  const body = form([{ name: 'a', body: `\r\n--${BOUNDARY.slice(0, -1)}`.repeat(length) }])
  const start = process.cpuUsage().user
  for (let i = 0; i < 5; i++) scan([body])
  return process.cpuUsage().user - start
}
