import type { UploadRequest } from '../types.ts'
import type { Limits } from './limits.ts'

/**
 * What an app says of uploads as a whole: `req.app.limits.uploads`, an object of the shape of the option
 * `limits`. The app of `@tokkyu/core` has it; a program under Express may set it:
 *
 * @example
 * app.limits = { uploads: { fileSize: 1_000_000 } }
 */
export function limitsByApp(req: UploadRequest): Limits | undefined {
  const { app } = req as { readonly app?: { readonly limits?: { readonly uploads?: unknown } } }
  const uploads = app?.limits?.uploads
  if (typeof uploads !== 'object' || uploads === null) return undefined
  return Object.keys(uploads).length === 0 ? undefined : uploads
}
