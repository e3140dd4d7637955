import { Buffer } from 'node:buffer'
import { DelimiterScanner, type ScannerEvents } from './delimiter-scanner.ts'
import {
  MalformedFormError,
  MissingFieldNameError,
  MissingFileNameError,
  UnsupportedFormError,
} from '../errors/form-errors.ts'
import {
  FieldNameTooLongError,
  FieldTooLongError,
  FileNameTooLongError,
  TooManyFieldsError,
  TooManyFilesError,
  TooManyPartsError,
} from '../errors/limit-errors.ts'
import type { ResolvedLimits } from '../checks/limits.ts'
import { type ParamDecoder, unescapeParam } from './param-text.ts'
import { type DecodedHead, PartDecoder } from './part-decoder.ts'
import { type HeadFacts, inspectHead } from './part-head.ts'

export interface FieldPart {
  /** The name of the field. */
  readonly name: string
  /** Its text. */
  readonly value: string
  /** The part's `Content-Transfer-Encoding`. */
  readonly encoding: string
  /** The part's media type. */
  readonly mimetype: string
}

export interface FileHead {
  /** The name of the form field. */
  readonly name: string
  /** As the client wrote it: may be a path, may hold anything. */
  readonly filename: string
  /** The client's name for the file, as it came over the wire. */
  readonly filenameBytes: Buffer
  /** The part's `Content-Transfer-Encoding`. */
  readonly encoding: string
  /** What the client says the file is. */
  readonly mimetype: string
}

/** Where the bytes of one file go. */
export interface FileSink {
  write(bytes: Buffer): void
  end(): void
}

/** What a form is made of, in wire order. A handler that throws ends the parsing. */
export interface FormEvents {
  field(field: FieldPart): void
  file(head: FileHead): FileSink
}

export interface ParserOptions {
  readonly boundary: string
  readonly limits: ResolvedLimits
  readonly decodeParam: ParamDecoder
  readonly defCharset: string | undefined
}

/** What becomes of the bytes of the part that is open. */
interface OpenPart {
  data(bytes: Buffer): void
  end(): void
}

/**
 * A multipart/form-data body (RFC 7578), read as it arrives.
 *
 * Three readers share the work: {@link DelimiterScanner} finds the parts, busboy reads their heads
 * and the values of fields, and what busboy would pass over in silence is an error here.
 */
export class MultipartParser implements ScannerEvents {
  readonly #scanner: DelimiterScanner
  readonly #decoder: PartDecoder
  readonly #options: ParserOptions
  readonly #events: FormEvents
  #part: OpenPart | undefined
  #parts = 0
  #fields = 0
  #files = 0

  constructor(options: ParserOptions, events: FormEvents) {
    this.#options = options
    this.#events = events
    this.#scanner = new DelimiterScanner(options.boundary, options.limits.headerSize, this)
    this.#decoder = new PartDecoder(options.boundary, options.defCharset)
  }

  /** @throws {MulterError} at the first byte that cannot be right, and what the handlers throw. */
  push(chunk: Buffer): void {
    this.#scanner.push(chunk)
  }

  /** @throws {MulterError} when the form is not complete. */
  end(): void {
    this.#scanner.end()
  }

  /** Nothing more is found, not even in the chunk that is being read. */
  destroy(): void {
    this.#part = undefined
    this.#scanner.stop()
    this.#decoder.destroy()
  }

  head(bytes: Buffer): void {
    const { parts, headerPairs } = this.#options.limits
    if (++this.#parts > parts) throw new TooManyPartsError({ limit: parts })
    const text = bytes.toString('latin1')
    const facts = inspectHead(text, headerPairs)
    const file = this.#decoder.open(bytes, text)
    if (file?.filename) this.#part = this.#openFile(file, file.filename, facts)
    else if (file || facts.namesFile) this.#part = this.#namelessFile(file)
    else this.#part = this.#openField()
  }

  data(bytes: Buffer): void {
    this.#part?.data(bytes)
  }

  partEnd(): void {
    this.#part?.end()
    this.#part = undefined
  }

  #openField(): OpenPart {
    const { fieldSize, fields } = this.#options.limits
    if (++this.#fields > fields) throw new TooManyFieldsError({ limit: fields })
    const value: Buffer[] = []
    let size = 0
    return {
      data: (bytes) => {
        size += bytes.length
        if (size <= fieldSize) value.push(bytes)
        else this.#closeField([], true)
      },
      end: () => this.#closeField(value, false),
    }
  }

  /** busboy tells a field's name only at its end, so a value that is too long is ended as well. */
  #closeField(bytes: Buffer[], tooLong: boolean): void {
    const field = this.#decoder.close(bytes)
    if (field === undefined) throw new MalformedFormError('MALFORMED_PART_HEADER')
    const name = this.#fieldName(field.name)
    if (tooLong) {
      throw new FieldTooLongError({ field: name, limit: this.#options.limits.fieldSize })
    }
    // busboy found no decoder for the charset the part names.
    if (field.value === undefined)
      throw new UnsupportedFormError('UNSUPPORTED_CHARSET', { field: name })
    this.#events.field({ ...field, name })
  }

  #openFile(head: DecodedHead, rawName: string, facts: HeadFacts): OpenPart {
    const name = this.#fieldName(head.name)
    const { files, fileNameSize } = this.#options.limits
    if (++this.#files > files) throw new TooManyFilesError({ limit: files })
    const filenameBytes = Buffer.from(rawName, facts.extendedFileName ? 'utf8' : 'latin1')
    if (filenameBytes.length > fileNameSize) {
      throw new FileNameTooLongError({ field: name, limit: fileNameSize })
    }
    const filename = facts.extendedFileName
      ? rawName
      : unescapeParam(this.#options.decodeParam(filenameBytes))
    const { encoding, mimetype } = head
    const sink = this.#events.file({ name, filename, filenameBytes, encoding, mimetype })
    return { data: (bytes) => sink.write(bytes), end: () => sink.end() }
  }

  #fieldName(latin1: string | undefined): string {
    if (!latin1) throw new MissingFieldNameError()
    const { fieldNameSize } = this.#options.limits
    if (latin1.length > fieldNameSize) throw new FieldNameTooLongError({ limit: fieldNameSize })
    // Nearly every name: nothing to decode, and the same in every charset there is a form in.
    if (/^[\w.[\]-]+$/.test(latin1)) return latin1
    return unescapeParam(this.#options.decodeParam(Buffer.from(latin1, 'latin1')))
  }

  /**
   * What a browser sends for a file input nobody touched: no name, no bytes. It is passed over, and so
   * is `application/octet-stream` without a file's name, whatever it holds, as multer does.
   */
  #namelessFile(head: DecodedHead | undefined): OpenPart {
    const part = head ?? this.#decoder.close([])
    if (part === undefined) throw new MalformedFormError('MALFORMED_PART_HEADER')
    const field = this.#fieldName(part.name)
    const data = (): void => {
      // Of any other type it would be a field to busboy, and to the next reader a file.
      if (head === undefined) throw new MissingFileNameError({ field })
    }
    return { data, end: () => {} }
  }
}
