import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import upload, { type Options } from '@tokkyu/upload'
import { detectType } from '../src/checks/sniff.ts'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder } from './server.ts'

const bytes = (hex: string, length = 64): Buffer =>
  Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex')], length)
const png = bytes('89504e470d0a1a0a 0000000d49484452')
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

/** A ZIP archive as far as its first entry: PKWARE APPNOTE §4.3.7. */
function zip(name: string, content = '', rest = ''): Buffer {
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, latin1(name + content + rest)])
}

describe("a file's type, by its first bytes,", () => {
  it.each<[string, Buffer, string | undefined]>([
    ['PNG', png, 'image/png'],
    ['JPEG', bytes('ffd8ffe0 00104a464946'), 'image/jpeg'],
    ['GIF', bytes('474946383961'), 'image/gif'],
    ['WebP', bytes('52494646 00000000 57454250'), 'image/webp'],
    ['AVIF', bytes('00000020 66747970 61766966'), 'image/avif'],
    ['HEIC', bytes('00000018 66747970 68656963'), 'image/heif'],
    ['BMP', bytes('424d 46000000 00000000 36000000 28000000'), 'image/bmp'],
    ['TIFF', bytes('49492a00'), 'image/tiff'],
    ['an icon', bytes('00000100 0100'), 'image/x-icon'],
    ['MP4', bytes('00000020 66747970 69736f6d'), 'video/mp4'],
    ['M4A', bytes('00000020 66747970 4d344120'), 'audio/mp4'],
    ['QuickTime', bytes('00000014 66747970 71742020'), 'video/quicktime'],
    ['WebM', bytes('1a45dfa3 9f4286810142f7810142f2810442f381084282847765626d'), 'video/webm'],
    [
      'Matroska',
      bytes('1a45dfa3 a34286810142f7810142f2810442f3810842828 86d6174726f736b61'),
      'video/x-matroska',
    ],
    ['MP3', bytes('494433 0300'), 'audio/mpeg'],
    ['WAV', bytes('52494646 00000000 57415645'), 'audio/x-wav'],
    ['FLAC', bytes('664c6143'), 'audio/flac'],
    ['Ogg', bytes('4f676753 0002'), 'audio/ogg'],
    ['PDF', latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), 'application/pdf'],
    ['a PDF of ASCII alone', latin1('%PDF-1.4\n1 0 obj\n'), 'application/pdf'],
    ['ZIP', zip('a.txt'), 'application/zip'],
    ['an empty ZIP', bytes('504b0506'), 'application/zip'],
    ['a ZIP cut short', latin1('PK\x03\x04'), 'application/zip'],
    [
      'a Word document',
      zip('[Content_Types].xml', 'x', 'PK\x03\x04word/document.xml'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [
      'a spreadsheet',
      zip('[Content_Types].xml', 'x', 'PK\x03\x04xl/workbook.xml'),
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    [
      'an OpenDocument text',
      zip('mimetype', 'application/vnd.oasis.opendocument.textPK'),
      'application/vnd.oasis.opendocument.text',
    ],
    ['an e-book', zip('mimetype', 'application/epub+zipPK'), 'application/epub+zip'],
    ['a Java archive', zip('META-INF/'), 'application/java-archive'],
    ['gzip', bytes('1f8b08'), 'application/gzip'],
    ['xz', bytes('fd377a585a00'), 'application/x-xz'],
    ['7z', bytes('377abcaf271c'), 'application/x-7z-compressed'],
    ['tar', Buffer.concat([Buffer.alloc(257), latin1('ustar\x0000')], 512), 'application/x-tar'],
    ['an old Office file', bytes('d0cf11e0a1b11ae1'), 'application/x-cfb'],
    ['a Windows program', bytes('4d5a90000300000004000000ffff'), 'application/x-msdownload'],
    ['a Linux program', bytes('7f454c46020101'), 'application/x-executable'],
    ['WebAssembly', bytes('0061736d01000000'), 'application/wasm'],
    ['SVG', latin1('<svg xmlns="http://www.w3.org/2000/svg">'), 'image/svg+xml'],
    [
      'SVG after a prologue',
      latin1('<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE svg PUBLIC "a">\n<svg>'),
      'image/svg+xml',
    ],
    ['SVG with a prefix', latin1('<s:svg xmlns:s="http://www.w3.org/2000/svg">'), 'image/svg+xml'],
    ['HTML', latin1('\n <!DOCTYPE html><title>x</title>'), 'text/html'],
    ['HTML that begins with a script', latin1('<script>alert(1)</script>'), 'text/html'],
    ['other XML', latin1('<?xml version="1.0"?><feed/>'), 'application/xml'],
    ['JSON', latin1('{"a":1}'), 'text/plain'],
    ['text', Buffer.from('Zoë wrote this'), 'text/plain'],
    ['text in UTF-16', Buffer.from('\ufeffa;b\r\n', 'utf16le'), 'text/plain'],
    ['text that is cut inside a character', Buffer.from('Zoë').subarray(0, 3), 'text/plain'],
    ['text that begins like a bitmap', latin1('BMW drives well'), 'text/plain'],
    ['text that begins like a font', latin1('PLEASE read'), 'text/plain'],
    ['text that begins like a program', latin1('MZ is how programs begin'), 'text/plain'],
    ['bytes of no known kind', bytes('fefdfcfb00'), undefined],
    ['one zero byte', Buffer.alloc(1), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('is known for %s', (_, content, type) => expect(detectType(content)).toBe(type))
})

async function tryUpload(
  options: Options,
  body: string | Buffer,
  type = 'image/png',
): Promise<unknown> {
  const server = await serve(upload(options).any())
  const answer = await server.send(form([{ name: 'f', filename: 'x', type, body }]))
  return answer.status === 200 ? 200 : answer.body['code']
}

describe('a route that accepts some types', () => {
  const pictures = { accept: ['image/png', 'image/webp'] }
  const html = '<script>alert(1)</script>'

  it('lets them in, whatever the client calls them', async () => {
    expect(await tryUpload(pictures, png, 'text/html')).toBe(200)
  })

  it('refuses others, whatever the client calls them', async () => {
    expect(await tryUpload(pictures, html, 'image/png')).toBe('FILE_TYPE_REFUSED')
    expect(await tryUpload(pictures, bytes('ffd8ffe0'))).toBe('FILE_TYPE_REFUSED')
    expect(await tryUpload(pictures, '')).toBe('FILE_TYPE_REFUSED')
    expect(await tryUpload(pictures, Buffer.alloc(100_000))).toBe('FILE_TYPE_REFUSED')
  })

  it('may accept ranges, from which SVG is left out: it can run scripts', async () => {
    expect(await tryUpload({ accept: ['image/*'] }, png)).toBe(200)
    expect(await tryUpload({ accept: ['image/*'] }, '<svg></svg>')).toBe('FILE_TYPE_REFUSED')
    expect(await tryUpload({ accept: ['image/svg+xml'] }, '<svg></svg>')).toBe(200)
    expect(await tryUpload({ accept: ['*/*'] }, Buffer.from([0xfe, 0]))).toBe(200)
  })

  it('believes the client among formats that are plain text, but not that markup is one', async () => {
    const csv = { accept: ['text/csv'] }
    expect(await tryUpload(csv, 'a,b\n1,2\n', 'text/csv')).toBe(200)
    expect(await tryUpload(csv, 'a,b\n1,2\n', 'text/plain')).toBe('FILE_TYPE_REFUSED')
    expect(await tryUpload(csv, html, 'text/csv')).toBe('FILE_TYPE_REFUSED')
    expect(await tryUpload(csv, png, 'text/csv')).toBe('FILE_TYPE_REFUSED')
    expect(await tryUpload({ accept: ['application/json'] }, '{}', 'application/json')).toBe(200)
    expect(await tryUpload({ accept: ['text/html'] }, 'just text', 'text/html')).toBe(
      'FILE_TYPE_REFUSED',
    )
  })

  it('knows a type by its other names', async () => {
    expect(await tryUpload({ accept: ['image/jpg'] }, bytes('ffd8ffe0'))).toBe(200)
    expect(await tryUpload({ accept: ['application/msword'] }, bytes('d0cf11e0a1b11ae1'))).toBe(200)
  })

  it('says what it is and what was wanted, with 415', async () => {
    const server = await serve(upload(pictures).any())
    await server.send(form([{ name: 'f', filename: 'x.png', body: html }]))
    expect(server.outcomes).toEqual([
      expect.objectContaining({
        status: 415,
        detected: 'text/html',
        accepted: ['image/png', 'image/webp'],
        message:
          'File type not accepted: field "f", file "x.png", it is text/html, not image/png or image/webp',
      }),
    ])
  })

  it('asks neither the filter nor the storage about what it refuses', async () => {
    const dest = temporaryFolder()
    const asked: string[] = []
    const options: Options = {
      ...pictures,
      dest,
      fileFilter: (_req, { originalname }, done) => {
        asked.push(originalname)
        done(null, true)
      },
    }
    expect(await tryUpload(options, html)).toBe('FILE_TYPE_REFUSED')
    expect(asked).toEqual([])
    expect(filesIn(dest)).toEqual([])
  })

  it('may differ from field to field', async () => {
    const fields = [{ name: 'picture', accept: ['image/*'] }, { name: 'notes' }]
    const server = await serve(upload({ accept: ['text/plain'] }).fields(fields))
    const send = async (name: string, body: string | Buffer): Promise<number> =>
      (await server.send(form([{ name, filename: 'x', body }]))).status
    expect(await send('picture', png)).toBe(200)
    expect(await send('picture', 'text')).toBe(415)
    expect(await send('notes', 'text')).toBe(200)
    expect(await send('notes', png)).toBe(415)
  })

  it('lets every byte through that it has looked at', async () => {
    const server = await serve(upload({ accept: ['image/png'], hash: 'sha256' }).single('f'))
    const body = Buffer.concat([png], 200_000)
    const { file } = (await server.send(form([{ name: 'f', filename: 'x', body }]))).body as {
      file: { text: string; size: number; detectedMimetype: string }
    }
    expect(file).toMatchObject({ size: 200_000, detectedMimetype: 'image/png' })
    expect(Buffer.from(file.text, 'latin1').equals(body)).toBe(true)
  })

  it.each(['png', '.png', 'image', 'image/', 'image/png; q=1', ''])(
    'cannot be set to %j',
    (range) => {
      expect(() => upload({ accept: [range] })).toThrow(TypeError)
    },
  )
})
