import { Accept } from './accept.ts'
import { UnexpectedFileError } from '../errors/form-errors.ts'

/** One file field of a form. */
export interface Field {
  /** Its name in the form. */
  name: string
  /** @default Infinity, within `limits.files` */
  maxCount?: number | undefined
  /** As the option `accept`, for this field only. */
  accept?: readonly string[] | undefined
}

/** The file fields of a route, checked once. Nothing when any field is welcome. */
export type FileFields = ReadonlyMap<string, { maxCount: number; accept: Accept | undefined }>

export function fileFields(fields: readonly Field[]): FileFields {
  return new Map(
    fields.map((field) => {
      const { name, maxCount, accept } = Object.assign(Object.create(null) as Field, field)
      return [name, { maxCount: maxCount ?? Infinity, accept: accept && new Accept(accept) }]
    }),
  )
}

/** How many files each field of one request may still have. */
export class ExpectedFiles {
  readonly #fields: FileFields | undefined
  readonly #taken = new Map<string, number>()

  constructor(fields: FileFields | undefined) {
    this.#fields = fields
  }

  /**
   * Takes a place for a file before anything slow is asked about it, so that files that come
   * together cannot share the last one.
   *
   * @throws {MulterError} `LIMIT_UNEXPECTED_FILE`.
   */
  take(field: string, filename: string): void {
    if (this.#fields === undefined) return
    const taken = this.#taken.get(field) ?? 0
    if (taken >= (this.#fields.get(field)?.maxCount ?? 0)) {
      throw new UnexpectedFileError({ field, filename })
    }
    this.#taken.set(field, taken + 1)
  }

  /** The file was passed over: its place is free again. */
  giveBack(field: string): void {
    const taken = this.#taken.get(field)
    if (taken !== undefined) this.#taken.set(field, taken - 1)
  }

  /** What the field itself accepts, if it says so. */
  acceptFor(field: string): Accept | undefined {
    return this.#fields?.get(field)?.accept
  }
}
