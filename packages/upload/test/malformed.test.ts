import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import upload from '@tokkyu/upload'
import { BOUNDARY, form } from './form.ts'
import { filesIn, serve, temporaryFolder } from './server.ts'

const CRLF = '\r\n'
const FIELD = 'Content-Disposition: form-data; name="a"'
const FILE = 'Content-Disposition: form-data; name="f"; filename="x.txt"'

/** One part with exactly this head and body. */
function part(head: string, body: string | Buffer = 'text'): Buffer {
  return form([{ head, body }])
}

/** Lines joined by CRLF, for bodies that no form writer would write. */
function lines(...text: string[]): string {
  return text.join(CRLF)
}

interface Refused {
  what: string
  body: Buffer | string
  type?: string
  status: number
  code: string
}

const refused: Refused[] = [
  // RFC 2046 §5.1.1: the boundary is 1 to 70 characters and does not end in a space.
  {
    what: 'no boundary',
    type: 'multipart/form-data',
    body: 'x',
    status: 400,
    code: 'MISSING_BOUNDARY',
  },
  {
    what: 'an empty boundary',
    type: 'multipart/form-data; boundary=""',
    body: '--\r\n',
    status: 400,
    code: 'MISSING_BOUNDARY',
  },
  {
    what: 'a boundary of 71 characters',
    type: `multipart/form-data; boundary=${'b'.repeat(71)}`,
    body: 'x',
    status: 400,
    code: 'INVALID_BOUNDARY',
  },
  // CVE-2026-19484: 252 bytes made a fork of busboy loop for ever.
  {
    what: 'a boundary of 252 characters',
    type: `multipart/form-data; boundary=${'b'.repeat(252)}`,
    body: 'x',
    status: 400,
    code: 'INVALID_BOUNDARY',
  },
  {
    what: 'a boundary that ends in a space',
    type: 'multipart/form-data; boundary="b "',
    body: 'x',
    status: 400,
    code: 'INVALID_BOUNDARY',
  },
  {
    what: 'two boundaries',
    type: 'multipart/form-data; boundary=b; boundary=c',
    body: 'x',
    status: 400,
    code: 'INVALID_BOUNDARY',
  },
  {
    what: 'an unclosed quote in the content type',
    type: 'multipart/form-data; boundary="b',
    body: 'x',
    status: 400,
    code: 'MALFORMED_CONTENT_TYPE',
  },
  {
    what: 'text after the content type',
    type: 'multipart/form-data boundary=b',
    body: 'x',
    status: 400,
    code: 'MALFORMED_CONTENT_TYPE',
  },
  {
    what: 'a content type without a subtype',
    type: 'multipart/; boundary=b',
    body: 'x',
    status: 400,
    code: 'MALFORMED_CONTENT_TYPE',
  },
  {
    what: 'another kind of multipart',
    type: `multipart/mixed; boundary=${BOUNDARY}`,
    body: part(FIELD),
    status: 415,
    code: 'UNSUPPORTED_CONTENT_TYPE',
  },
  // Delimiters.
  { what: 'an empty body', body: '', status: 400, code: 'UNEXPECTED_END' },
  { what: 'a body without any delimiter', body: 'hello', status: 400, code: 'UNEXPECTED_END' },
  {
    what: 'no closing delimiter',
    body: lines(`--${BOUNDARY}`, FIELD, '', 'text', ''),
    status: 400,
    code: 'UNEXPECTED_END',
  },
  {
    what: 'a closing delimiter without its last dash',
    body: lines(`--${BOUNDARY}`, FIELD, '', 'text', `--${BOUNDARY}-`),
    status: 400,
    code: 'UNEXPECTED_END',
  },
  {
    what: 'a delimiter with a letter too many',
    body: lines(`--${BOUNDARY}`, FIELD, '', 'text', `--${BOUNDARY}y`, 'more', `--${BOUNDARY}--`),
    status: 400,
    code: 'MALFORMED_DELIMITER',
  },
  {
    what: 'lines that end in LF alone',
    body: part(FIELD).toString().replaceAll(CRLF, '\n'),
    status: 400,
    code: 'MALFORMED_DELIMITER',
  },
  {
    what: 'a delimiter line that never ends',
    body: `--${BOUNDARY}${' '.repeat(20_000)}`,
    status: 400,
    code: 'MALFORMED_DELIMITER',
  },
  {
    what: 'a delimiter right after the empty line',
    body: lines(`--${BOUNDARY}`, FILE, '', `--${BOUNDARY}--`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'a body that ends inside a head',
    body: lines(`--${BOUNDARY}`, FIELD, ''),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  // Heads. A part that busboy would pass over in silence is a part that somebody meant to send.
  {
    what: 'a head without any line',
    body: lines(`--${BOUNDARY}`, '', 'text', `--${BOUNDARY}--`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'a header without a colon',
    body: part(`${FIELD}${CRLF}nonsense`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  // CVE-2022-24434: a header that starts with a space crashed dicer.
  {
    what: 'a header that starts with a space',
    body: part(` ${FIELD}`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'a NUL in a head',
    body: part(`${FIELD}${CRLF}X-Nul: \0`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'a lone LF in a file name',
    body: part('Content-Disposition: form-data; name="f"; filename="a\nb"'),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'no Content-Disposition',
    body: part('Content-Type: text/plain'),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'two Content-Dispositions',
    body: part(`${FIELD}${CRLF}${FILE}`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'another disposition',
    body: part('Content-Disposition: attachment; name="a"'),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'two names',
    body: part(`${FIELD}; name="b"`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'two file names',
    body: part(`${FILE}; filename="y.txt"`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'text after the quoted file name',
    body: part(`${FILE}.html`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'a quote that is not closed',
    body: part('Content-Disposition: form-data; name="a'),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'no name',
    body: part('Content-Disposition: form-data'),
    status: 400,
    code: 'MISSING_FIELD_NAME',
  },
  // CVE-2025-48997: an empty name crashed multer.
  {
    what: 'an empty name',
    body: part('Content-Disposition: form-data; name=""'),
    status: 400,
    code: 'MISSING_FIELD_NAME',
  },
  {
    what: 'a file with an empty name',
    body: part('Content-Disposition: form-data; name=""; filename="x"'),
    status: 400,
    code: 'MISSING_FIELD_NAME',
  },
  {
    what: 'a head of 100 kB',
    body: part(`${FIELD}${CRLF}X-Long: ${'x'.repeat(100_000)}`),
    status: 400,
    code: 'LIMIT_HEADER_SIZE',
  },
  {
    what: 'a head of 100 lines',
    body: part(FIELD + `${CRLF}X-Many: 1`.repeat(100)),
    status: 400,
    code: 'LIMIT_HEADER_PAIRS',
  },
  // File names.
  {
    what: 'a bad percent escape in filename*',
    body: part(`${FILE}; filename*=UTF-8''%zz`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'an unknown charset in filename*',
    body: part(`${FILE}; filename*=klingon''%41`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'a filename* without its quotes',
    body: part(`${FILE}; filename*=x.txt`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'an empty filename*',
    body: part(`${FILE}; filename*=UTF-8''`),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'an empty filename* before another parameter',
    body: part('Content-Disposition: form-data; filename*=UTF-8\'\'; name="f"; filename="x"'),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: 'a filename* of 8 kB',
    body: part(`${FILE}; filename*=UTF-8''${'a'.repeat(8_000)}`),
    status: 400,
    code: 'LIMIT_FILE_NAME',
  },
  {
    what: 'a file name of 2 kB',
    body: part(`Content-Disposition: form-data; name="f"; filename="${'a'.repeat(2_000)}"`),
    status: 400,
    code: 'LIMIT_FILE_NAME',
  },
  {
    what: 'text without a file name',
    body: part('Content-Disposition: form-data; name="f"; filename=""'),
    status: 400,
    code: 'MISSING_FILE_NAME',
  },
  // Fields.
  {
    what: 'a field in an unknown charset',
    body: part(`${FIELD}${CRLF}Content-Type: text/plain; charset=klingon`),
    status: 415,
    code: 'UNSUPPORTED_CHARSET',
  },
  {
    what: 'a field called __proto__',
    body: form([{ name: '__proto__', body: 'x' }]),
    status: 400,
    code: 'INVALID_FIELD_NAME',
  },
  {
    what: 'a path through __proto__',
    body: form([{ name: 'a[__proto__][x]', body: 'x' }]),
    status: 400,
    code: 'INVALID_FIELD_NAME',
  },
  {
    what: 'a path through constructor',
    body: form([{ name: 'a[constructor][prototype][x]', body: 'x' }]),
    status: 400,
    code: 'INVALID_FIELD_NAME',
  },
  // CVE-2026-5079: depth without end.
  {
    what: 'a path of 50 levels',
    body: form([{ name: `a${'[b]'.repeat(50)}`, body: 'x' }]),
    status: 400,
    code: 'LIMIT_FIELD_NESTING',
  },
  {
    what: 'an array index of a thousand million',
    body: form([{ name: 'a[999999999]', body: 'x' }]),
    status: 400,
    code: 'LIMIT_FIELD_ARRAY_INDEX',
  },
  {
    what: 'a field name of 300 bytes',
    body: form([{ name: 'n'.repeat(300), body: 'x' }]),
    status: 400,
    code: 'LIMIT_FIELD_KEY',
  },
  {
    what: 'a field of more than 1 MiB',
    body: form([{ name: 'a', body: 'x'.repeat(1024 * 1024 + 1) }]),
    status: 413,
    code: 'LIMIT_FIELD_VALUE',
  },
  // CVE-2023-25576: parts without end.
  {
    what: '2000 fields',
    body: form(Array.from({ length: 2000 }, (_, i) => ({ name: `n${i}` }))),
    status: 413,
    code: 'LIMIT_PART_COUNT',
  },
  {
    what: '20000 empty parts',
    body: `--${BOUNDARY}${CRLF}${CRLF}`.repeat(20_000),
    status: 400,
    code: 'MALFORMED_PART_HEADER',
  },
  {
    what: '21 files',
    body: form(Array.from({ length: 21 }, () => ({ name: 'f', filename: 'x' }))),
    status: 413,
    code: 'LIMIT_FILE_COUNT',
  },
]

describe('a malformed body', () => {
  it.each(refused)('is refused for $what', async ({ body, type, status, code }) => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest }).any())
    const answer = await server.send(body, type === undefined ? {} : { 'Content-Type': type })
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code })
    expect(filesIn(dest)).toEqual([])
  })
})

const accepted: { what: string; body: Buffer | string; type?: string; read: object }[] = [
  { what: 'a form without parts', body: `--${BOUNDARY}--`, read: { body: {}, files: [] } },
  {
    what: 'a preamble and an epilogue',
    body: Buffer.concat([Buffer.from(`hello${CRLF}`), part(FIELD), Buffer.from('bye')]),
    read: { body: { a: 'text' } },
  },
  {
    what: 'padding after a delimiter',
    body: part(FIELD).toString().replace(BOUNDARY, `${BOUNDARY} \t `),
    read: { body: { a: 'text' } },
  },
  {
    what: 'a boundary of 70 characters',
    body: form([{ name: 'a', body: 'text' }], 'b'.repeat(70)),
    type: `multipart/form-data; boundary=${'b'.repeat(70)}`,
    read: { body: { a: 'text' } },
  },
  {
    what: 'a quoted boundary with a space inside',
    body: form([{ name: 'a', body: 'text' }], 'b (1)'),
    type: 'Multipart/Form-Data ; BOUNDARY="b (1)"; x=y',
    read: { body: { a: 'text' } },
  },
  {
    what: 'a boundary that has to be escaped',
    body: form([{ name: 'a', body: 'text' }], 'b"\\'),
    type: 'multipart/form-data; boundary="b\\"\\\\"',
    read: { body: { a: 'text' } },
  },
  {
    what: 'text that looks like a delimiter but starts no line',
    body: part(FIELD, `x--${BOUNDARY}--`.repeat(1000)),
    read: { body: { a: `x--${BOUNDARY}--`.repeat(1000) } },
  },
  {
    what: 'text that is almost a delimiter',
    body: part(FIELD, `${CRLF}--${BOUNDARY.slice(0, -1)}`.repeat(1000)),
    read: { body: { a: `${CRLF}--${BOUNDARY.slice(0, -1)}`.repeat(1000) } },
  },
  {
    what: 'an empty file input',
    body: form([{ name: 'f', filename: '', type: 'application/octet-stream' }]),
    read: { body: {}, files: [] },
  },
  {
    what: 'an empty file',
    body: form([{ name: 'f', filename: 'x' }]),
    read: { files: [expect.objectContaining({ size: 0 })] },
  },
  {
    what: 'a nested multipart/mixed, as the text it is',
    body: part(`${FIELD}${CRLF}Content-Type: multipart/mixed; boundary=q`, '--q--'),
    read: { body: { a: '--q--' } },
  },
  // RFC 7578 §4.7: the header is deprecated and means nothing.
  {
    what: 'a Content-Transfer-Encoding',
    body: part(`${FILE}${CRLF}Content-Transfer-Encoding: BASE64`, 'aGk='),
    read: { files: [expect.objectContaining({ encoding: 'base64', text: 'aGk=' })] },
  },
  {
    what: 'a header that is folded',
    body: part(FILE.replace('; filename', `;${CRLF} filename`)),
    read: { files: [expect.objectContaining({ originalname: 'x.txt' })] },
  },
  // CVE-2026-19481: such names broke a fork of busboy.
  {
    what: 'headers with names of the prototype',
    body: part(`${FIELD}${CRLF}__proto__: x${CRLF}constructor: y`),
    read: { body: { a: 'text' } },
  },
  // CVE-2026-8161: `toString` crashed multiparty.
  {
    what: 'fields called like methods',
    body: form([
      { name: 'toString', body: '1' },
      { name: 'constructor', body: '2' },
      { name: 'hasOwnProperty', body: '3' },
    ]),
    read: { body: { toString: '1', constructor: '2', hasOwnProperty: '3' } },
  },
  {
    what: 'a field in its own charset',
    body: part(`${FIELD}${CRLF}Content-Type: text/plain; charset=iso-8859-1`, Buffer.from([0xe9])),
    read: { body: { a: 'é' } },
  },
  {
    what: 'a field whose name says filename',
    body: form([{ name: 'filename', body: 'x' }]),
    read: { body: { filename: 'x' } },
  },
]

describe('an unusual but well-formed body', () => {
  it.each(accepted)('is read exactly: $what', async ({ body, type, read }) => {
    const server = await serve(upload().any())
    const answer = await server.send(body, type === undefined ? {} : { 'Content-Type': type })
    expect(answer).toMatchObject({ status: 200, body: read })
  })
})
