import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import upload, { safeFileName } from '@tokkyu/upload'
import { form } from './form.ts'
import { serve } from './server.ts'

describe('a safe file name', () => {
  it.each([
    ['an ordinary name', 'holiday 2026.jpg', 'holiday 2026.jpg'],
    ['a name in another script', '日本語.txt', '日本語.txt'],
    ['a decomposed letter, composed (NFC)', 'Zoe\u0308.txt', 'Zoë.txt'],
    ['a Unix path', '../../etc/passwd', 'passwd'],
    ['a Windows path', 'C:\\Users\\me\\photo.png', 'photo.png'],
    ['an absolute path', '/etc/passwd', 'passwd'],
    ['a hidden file', '.htaccess', '.htaccess'],
    ['controls, left out', 'a\0b\r\nc\x1b\x7f\x85.txt', 'abc.txt'],
    // "Right-to-left override": shows as photo_exe.jpg. CVE-2021-42574.
    ['bidirectional overrides, left out', 'photo_\u202egpj.exe', 'photo_gpj.exe'],
    ['what Windows cannot store', 'a<b>c:d"e|f?g*.txt', 'a_b_c_d_e_f_g_.txt'],
    ['an alternate data stream of NTFS', 'x.txt::$DATA', 'x.txt__$DATA'],
    ['dots and spaces at the end, which Windows drops', 'shell.php. . ', 'shell.php'],
    ['spaces at the start', '  a.txt', 'a.txt'],
    ['a device', 'CON', '_CON'],
    ['a device with an extension', 'nul.tar.gz', '_nul.tar.gz'],
    ['a device with a superscript', 'com¹.txt', '_com¹.txt'],
    ['a name that only begins like a device', 'console.log', 'console.log'],
    ['nothing', '', 'unnamed'],
    ['a dot', '.', 'unnamed'],
    ['two dots', '..', 'unnamed'],
    ['a path that ends in a slash', 'folder/', 'unnamed'],
    ['nothing but controls', '\0\0', 'unnamed'],
  ])('is made of %s', (_, name, expected) => expect(safeFileName(name)).toBe(expected))

  it('has at most 255 bytes, keeps its extension and cuts no character', () => {
    const safe = safeFileName(`${'😀'.repeat(100)}.jpeg`)
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255)
    expect(safe).toMatch(/^(?:😀)+\.jpeg$/u)
    expect(safeFileName(`${'a'.repeat(254)} b`)).toBe('a'.repeat(254))
  })

  it('takes time in proportion to the name', () => {
    const start = process.cpuUsage().user
    for (const piece of ['. ', ' ', '.', '/', '\u202e', '😀', 'con'])
      safeFileName(`${piece.repeat(50_000)}x`)
    expect(process.cpuUsage().user - start).toBeLessThan(10_000_000)
  })

  it('keeps folders when told to, but never leads upwards or to a root', () => {
    expect(safeFileName('album/2026/a.jpg', true)).toBe('album/2026/a.jpg')
    expect(safeFileName('/a/../../b\\.\\c.txt', true)).toBe('a/b/c.txt')
    expect(safeFileName('..', true)).toBe('unnamed')
  })

  it('stays as it is when it is made safe again, and is one segment', { timeout: 90_000 }, () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('con', 'nul', 'com¹', '.', ' ', '/', '\\', '..', '\u0308', '😀'.repeat(40)),
    )
    const names = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    const property = fc.property(names, (name) => {
      const safe = safeFileName(name)
      expect(safeFileName(safe)).toBe(safe)
      expect(safe).not.toMatch(/[/\\\p{Cc}]|^\.{1,2}$/u)
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255)
    })
    fc.assert(property, { numRuns: 150 })
  })
})

describe('the name of an uploaded file', () => {
  it('is read as UTF-8, which is what browsers send (RFC 7578 §5.1.2)', async () => {
    expect(await named('filename="Zoë 日本.txt"')).toMatchObject({ name: 'Zoë 日本.txt' })
  })

  it('is read as Latin-1 when it is not UTF-8', async () => {
    expect(await named(Buffer.from('filename="Zoë.txt"', 'latin1'))).toMatchObject({
      name: 'Zoë.txt',
    })
  })

  it('is read in the charset the application names', async () => {
    const shiftJis = Buffer.from('66696c656e616d653d2293fa967b2e74787422', 'hex')
    expect(await named(shiftJis, { defParamCharset: 'shift_jis' })).toMatchObject({
      name: '日本.txt',
    })
    expect(await named('filename="ë"', { defParamCharset: 'latin1' })).toMatchObject({ name: 'Ã«' })
  })

  it('is taken from filename* first (RFC 8187)', async () => {
    expect(
      await named(`filename="fallback.txt"; filename*=UTF-8''%e2%82%ac%20rates.txt`),
    ).toMatchObject({ name: '€ rates.txt' })
    expect(await named(`filename*=iso-8859-1'en'%A3%20rates.txt`)).toMatchObject({
      name: '£ rates.txt',
    })
    // What filename* says is text already: it is not decoded a second time.
    expect(await named(`filename*=UTF-8''%C3%83%C2%AB.txt`)).toMatchObject({ name: 'Ã«.txt' })
  })

  it('has the escapes of browsers undone, and no others (WHATWG HTML)', async () => {
    expect(await named('filename="50%.pdf"')).toMatchObject({ name: '50%.pdf' })
    expect(await named('filename="a%20b%41.txt"')).toMatchObject({ name: 'a%20b%41.txt' })
    expect(await named('filename="a%22b%0D%0Ac.txt"')).toMatchObject({ name: 'a_bc.txt' })
  })

  it('keeps the bytes it came as', async () => {
    expect(await named('filename="../ë"')).toEqual({ name: 'ë', bytes: '2e2e2fc3ab' })
  })

  it('keeps folders with preservePath', async () => {
    expect(await named('filename="a/b.txt"', { preservePath: true })).toMatchObject({
      name: 'a/b.txt',
    })
  })

  it('is not enough to be let in with an unknown charset option', () => {
    expect(() => upload({ defParamCharset: 'klingon' })).toThrow(
      expect.objectContaining({ code: 'UPLOAD_BAD_OPTION', option: 'defParamCharset' }) as Error,
    )
  })
})

/** What becomes of the name in `form-data; name="f"; ‹disposition›`. */
async function named(disposition: string | Buffer, options = {}): Promise<unknown> {
  const server = await serve(upload(options).single('f'), ({ file }) => ({
    name: file?.originalname,
    bytes: file?.originalnameBytes?.toString('hex'),
  }))
  const [before, after] = form([{ head: 'HEAD', body: 'x' }])
    .toString('latin1')
    .split('HEAD')
  const head = Buffer.concat([
    Buffer.from('Content-Disposition: form-data; name="f"; '),
    Buffer.from(disposition),
  ])
  const body = Buffer.concat([Buffer.from(before ?? ''), head, Buffer.from(after ?? '')])
  return (await server.send(body)).body
}
