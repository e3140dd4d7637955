import type { UploadedFile, UploadRequest } from '../types.ts'

/**
 * multer's contract for a place to put files, and one optional step more.
 *
 * Each method may be `async`: a promise that rejects is a failure like an error that is called back
 * with. One that resolves says nothing, as the callback may still come.
 */
export interface StorageEngine {
  /**
   * Reads `file.stream` to its end and calls back with what to add to the file.
   *
   * The stream always ends. When the request fails meanwhile, by a limit or because the client has
   * gone, it ends early with `truncated` set (a file that outgrew its limit also emits `limit`): call
   * back as ever, and `_removeFile` is called.
   */
  _handleFile(
    req: UploadRequest,
    file: UploadedFile,
    callback: (error?: unknown, info?: Partial<UploadedFile>) => void,
  ): void | PromiseLike<unknown>
  /**
   * Removes what `_handleFile` stored, because the request failed. Called for one file after the
   * other, with what that had called back with; also for a file that is not finished two seconds
   * after the failure, if the engine has set its `path` by then, and for one that is finished later.
   */
  _removeFile(
    req: UploadRequest,
    file: UploadedFile,
    callback: (error: Error | null) => void,
  ): void | PromiseLike<unknown>
  /** Moves a file to its final place. Called for each one when the whole request has succeeded. */
  _publishFile?(
    req: UploadRequest,
    file: UploadedFile,
    callback: (error: Error | null) => void,
  ): void | PromiseLike<unknown>
}
