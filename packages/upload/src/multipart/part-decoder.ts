import { Buffer } from 'node:buffer'
import busboy from 'busboy'
import { MalformedFormError } from '../errors/form-errors.ts'
import type { MulterError } from '../errors/multer-error.ts'

/** The head of a file as busboy reads it. Names are still bytes, one per character. */
export interface DecodedHead {
  readonly name: string | undefined
  readonly filename: string | undefined
  readonly encoding: string
  readonly mimetype: string
}

export interface DecodedField {
  readonly name: string | undefined
  readonly value: string
  readonly encoding: string
  readonly mimetype: string
}

const CRLF = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Lets busboy read the heads of parts and the values of fields, and nothing else: file bytes never
 * go through its search, which takes half of an upload's time.
 *
 * busboy answers within `write`, so each step here is a question and its answer.
 */
export class PartDecoder {
  readonly #busboy: busboy.Busboy
  readonly #delimiter: Buffer
  #head: Buffer = HEAD_END
  #file: DecodedHead | undefined
  #field: DecodedField | undefined
  #error: MulterError | undefined

  constructor(boundary: string, defCharset: string | undefined) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
    const config: busboy.BusboyConfig = {
      headers: { 'content-type': `multipart/form-data; boundary="${quoted(boundary)}"` },
      defParamCharset: 'latin1',
      preservePath: true,
      limits: Object.assign(Object.create(null) as object, { fieldSize: Infinity }),
    }
    if (defCharset !== undefined) config.defCharset = defCharset
    // busboy reads options it was not given: without a prototype it finds none.
    this.#busboy = busboy(Object.assign(Object.create(null) as busboy.BusboyConfig, config))
    this.#busboy.on('file', (name, stream, { filename, encoding, mimeType }) => {
      stream.resume()
      this.#file = { name, filename, encoding, mimetype: mimeType }
    })
    this.#busboy.on('field', (name, value, { encoding, mimeType }) => {
      this.#field = { name, value, encoding, mimetype: mimeType }
    })
    this.#busboy.on('error', (cause) => {
      this.#error = new MalformedFormError('MALFORMED_PART_HEADER', { cause })
    })
    this.#busboy.write(this.#delimiter.subarray(CRLF.length))
  }

  /**
   * Reads the head of a part.
   *
   * @param text - the same as Latin-1.
   * @returns what it says of a file; nothing for a field, which is read together with its value.
   */
  open(head: Buffer, text: string): DecodedHead | undefined {
    this.#head = head
    // busboy takes a part for a file by one of these two words, and only after its whole head and
    // the bytes that follow. So it is shown the head with an empty body.
    if (!/filename|octet-stream/i.test(text)) return undefined
    this.#file = undefined
    this.#write([CRLF, head, HEAD_END, this.#delimiter])
    return this.#file
  }

  /**
   * Reads the value of the field whose head was opened last.
   *
   * @returns nothing when that head named no field.
   */
  close(value: readonly Buffer[]): DecodedField | undefined {
    this.#field = undefined
    this.#write([CRLF, this.#head, HEAD_END, ...value, this.#delimiter])
    return this.#field
  }

  destroy(): void {
    // With an error of ours, for it would make one: it has not seen the end of the form.
    this.#busboy
      .removeAllListeners()
      .on('error', () => {})
      .destroy(done)
  }

  /**
   * What is written ends with a delimiter: busboy then has nothing left to hold back and compare with
   * what comes next.
   */
  #write(pieces: readonly Buffer[]): void {
    this.#busboy.write(Buffer.concat(pieces))
    if (this.#error !== undefined) throw this.#error
  }
}

const done = new MalformedFormError('UNEXPECTED_END')

function quoted(boundary: string): string {
  return boundary.replace(/["\\]/g, '\\$&')
}
