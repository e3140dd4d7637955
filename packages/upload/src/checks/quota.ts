import type { UploadRequest } from '../types.ts'

/**
 * A budget that uploads draw on while their bytes arrive, so that two requests at the same time
 * cannot both spend what is left.
 *
 * @example
 * const left = new Map<string, number>()
 * upload({
 *   quota: {
 *     take(req, bytes) {
 *       const rest = (left.get(req.user.id) ?? 1e9) - bytes
 *       if (rest >= 0) left.set(req.user.id, rest)
 *       return rest >= 0
 *     },
 *     giveBack: (req, bytes) => left.set(req.user.id, left.get(req.user.id) + bytes),
 *   },
 * })
 */
export interface Quota {
  /** Asked before `bytes` of a file are stored. `false` refuses the request: `LIMIT_QUOTA`, 413. */
  take(req: UploadRequest, bytes: number): boolean
  /** Told once, when a request failed, how much of what it took is free again. */
  giveBack?(req: UploadRequest, bytes: number): void
}

/** What one request has drawn on a quota. */
export class QuotaMeter {
  readonly #quota: Quota
  readonly #req: UploadRequest
  #taken = 0

  constructor(quota: Quota, req: UploadRequest) {
    this.#quota = quota
    this.#req = req
  }

  take(bytes: number): boolean {
    if (!this.#quota.take(this.#req, bytes)) return false
    this.#taken += bytes
    return true
  }

  giveBack(): void {
    if (this.#taken > 0) this.#quota.giveBack?.(this.#req, this.#taken)
    this.#taken = 0
  }
}
