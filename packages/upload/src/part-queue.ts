import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { discardBody } from './multipart/discard-body.ts'
import { FieldRequiredFirstError } from './errors/form-errors.ts'
import { FormReader, type FormReaderEvents } from './multipart/form-reader.ts'
import { IncomingFile } from './incoming-file.ts'
import type { FieldPart, FileHead } from './multipart/multipart-parser.ts'
import type { ResolvedOptions } from './options.ts'
import { QuotaMeter } from './checks/quota.ts'
import type { UploadRequest } from './types.ts'

/** A field that is not a file. */
export interface FormField extends FieldPart {
  /** Tells it from a file. */
  readonly kind: 'field'
}

/** A file, whose bytes are still arriving. */
export interface FormFile extends FileHead {
  /** Tells it from a field. */
  readonly kind: 'file'
  /** The client's name for the file, safe to show and to use as a file name. */
  readonly filename: string
  /** What its first bytes say; set when `accept` or `sniff` asked for it. */
  readonly detectedMimetype: string | undefined
  /** The bytes. What nobody has begun to read when the next part is asked for is let go. */
  readonly stream: Readable
  /** Bytes that have arrived; all of them once `stream` has ended. */
  readonly size: number
  /** Hexadecimal, once `stream` has ended; set when `hash` asked for it. */
  readonly sha256: string | undefined
}

/** One part of a form. */
export type Part = FormField | FormFile

interface Waiter {
  readonly resolve: (result: IteratorResult<Part>) => void
  readonly reject: (error: unknown) => void
}

/** Turns what a form reader finds into what a `for await` asks for. */
export class PartQueue implements FormReaderEvents, AsyncIterableIterator<Part> {
  readonly #req: UploadRequest
  readonly #res: ServerResponse | undefined
  readonly #options: ResolvedOptions
  readonly #reader: FormReader
  readonly #quota: QuotaMeter | undefined
  readonly #missing: Set<string>
  readonly #ready: (FieldPart | IncomingFile)[] = []
  readonly #waiting: Waiter[] = []
  // The file that came last, and the one that was handed out last.
  #arriving: IncomingFile | undefined
  #taken: IncomingFile | undefined
  #started = false
  #over = false
  #failure: { error: unknown } | undefined

  constructor(
    req: UploadRequest,
    res: ServerResponse | undefined,
    options: ResolvedOptions,
    needs: readonly string[],
  ) {
    this.#req = req
    this.#res = res
    this.#options = options
    this.#reader = new FormReader(req, options, this)
    this.#quota = options.quota && new QuotaMeter(options.quota, req)
    this.#missing = new Set(needs)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Part>> {
    this.#letGo()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#serve()
      if (!this.#started && !this.#over) {
        this.#started = true
        this.#reader.start()
      }
    })
  }

  /** The loop was left: nothing of the form is wanted any more. */
  return(): Promise<IteratorResult<Part>> {
    if (!this.#over) this.#close()
    this.#taken?.drop()
    this.#failure = undefined
    this.#serve()
    return Promise.resolve({ done: true, value: undefined })
  }

  field(field: FieldPart): void {
    this.#missing.delete(field.name)
    this.#add(field)
  }

  file(head: FileHead): IncomingFile {
    this.#refuseIfMissing()
    const options = this.#options
    const { fileSize } = this.#reader.limits
    const settings = { options, flow: this.#reader, fileSize, quota: this.#quota }
    this.#arriving = new IncomingFile(head, options.accept, settings, {
      ready: (file) => this.#add(file),
      outgrown: ({ tooLarge }) => {
        throw tooLarge
      },
    })
    return this.#arriving.open()
  }

  complete(): void {
    this.#refuseIfMissing()
    this.#over = true
    this.#serve()
  }

  failed(error: unknown): void {
    this.#failure = { error }
    this.#ready.length = 0
    this.#quota?.giveBack()
    if (this.#arriving?.ended === false) this.#arriving.stream.destroy(error as Error)
    this.#close()
    this.#serve()
  }

  #refuseIfMissing(): void {
    const [field] = this.#missing
    if (field !== undefined) throw new FieldRequiredFirstError({ field })
  }

  #add(part: FieldPart | IncomingFile): void {
    this.#ready.push(part)
    this.#serve()
    // One part ahead of who takes them, and of that no more than its stream holds.
    if (this.#ready.length > 0) this.#reader.hold(this)
  }

  /** Gives whoever waits what there is: a part, the error (once), or the end. */
  #serve(): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      const part = this.#ready.shift()
      if (this.#failure) {
        reject(this.#failure.error)
        this.#failure = undefined
      } else if (part !== undefined) {
        if (part instanceof IncomingFile) this.#taken = part
        resolve({ done: false, value: asPart(part) })
      } else if (this.#over) resolve({ done: true, value: undefined })
      else this.#waiting.push({ resolve, reject })
    }
    if (this.#ready.length === 0) this.#reader.release(this)
  }

  /** A file nobody has begun to read is not going to be read. */
  #letGo(): void {
    const file = this.#taken
    this.#taken = undefined
    if (file?.stream.readableFlowing === null && file.stream.listenerCount('readable') === 0) {
      file.drop()
    }
  }

  #close(): void {
    this.#over = true
    this.#reader.stop()
    if (this.#arriving?.ended === false) this.#arriving.drop()
    discardBody(this.#req, this.#res, () => {})
  }
}

function asPart(part: FieldPart | IncomingFile): Part {
  if (!(part instanceof IncomingFile)) return { kind: 'field', ...part }
  const { head, filename, stream, detectedMimetype } = part
  const file: FormFile = {
    kind: 'file',
    ...head,
    filename,
    detectedMimetype,
    stream,
    get size() {
      return part.size
    },
    get sha256() {
      return part.sha256
    },
  }
  return file
}
