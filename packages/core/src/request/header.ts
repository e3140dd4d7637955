// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { ArgumentError } from '../errors/argument-error.ts'
import type { DispatchedRequest } from '../types/dispatched.ts'

/** Reads a header of the request. `Referer` is found under either spelling. */
export function get(this: DispatchedRequest, name: string): string | string[] | undefined {
  if (!name) throw new ArgumentError('name argument is required to req.get')
  if (typeof name !== 'string') throw new ArgumentError('name must be a string to req.get')
  const field = name.toLowerCase()
  if (field === 'referer' || field === 'referrer') {
    return this.headers['referrer'] || this.headers.referer
  }
  return this.headers[field]
}

/** Whether a script sent the request, by the header that jQuery made a habit. */
export function xhr(this: DispatchedRequest): boolean {
  return (this.get('X-Requested-With') || '').toLowerCase() === 'xmlhttprequest'
}
