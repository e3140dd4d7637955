import { uploadError } from './errors.ts'
import type { Field } from './types.ts'

/** Which file fields a request may have, and how many files are left for each. */
export class ExpectedFiles {
  readonly #left: Map<string, number> | undefined

  /** @param fields - nothing when any field is welcome. */
  constructor(fields: readonly Field[] | undefined) {
    this.#left =
      fields && new Map(fields.map(({ name, maxCount }) => [name, maxCount ?? Infinity] as const))
  }

  /**
   * Takes a place for a file before anything slow is asked about it, so that files that come
   * together cannot share the last one.
   *
   * @throws {MulterError} `LIMIT_UNEXPECTED_FILE`.
   */
  take(field: string, filename: string): void {
    if (this.#left === undefined) return
    const left = this.#left.get(field) ?? 0
    if (left <= 0) throw uploadError('LIMIT_UNEXPECTED_FILE', { field, filename })
    this.#left.set(field, left - 1)
  }

  /** The file was passed over: its place is free again. */
  giveBack(field: string): void {
    const left = this.#left?.get(field)
    if (left !== undefined) this.#left?.set(field, left + 1)
  }
}
