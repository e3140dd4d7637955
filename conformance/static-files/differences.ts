import { TAG, BEFORE, type StaticCase } from './cases.ts'
import type { Answer } from './exchange.ts'

/** A request that we answer otherwise than serve-static does, and why. */
export interface Difference {
  /** The entry in docs/differences.md. */
  readonly id: string
  readonly because: string
  readonly one: StaticCase
  /** What of serve-static's answer is other than ours. */
  readonly peers: Partial<Answer>
  readonly ours: Partial<Answer>
}

const served = { status: 200 }
const passedOn = { status: 404, body: 'passed on' }

export const differences: readonly Difference[] = [
  {
    id: 'file-names',
    because: 'an encoded slash is part of a name, and guards read it as one (CVE-2026-29045)',
    one: { path: '/users%2ftobi.txt' },
    peers: served,
    ours: passedOn,
  },
  {
    id: 'file-names',
    because: 'a control character is in no name that anybody serves on purpose',
    one: { path: '/todo.txt%0a', options: { fallthrough: false } },
    peers: { body: error('ENOENT', 404, false) },
    ours: { body: error('BadRequestError', 400, true) },
  },
  {
    id: 'symlinks',
    because: 'a symbolic link is no way out of the root',
    one: { path: '/link-outside.txt' },
    peers: { ...served, body: 'secret' },
    ours: passedOn,
  },
  {
    id: 'symlinks',
    because: 'nor is one to a folder',
    one: { path: '/link-to-parent/secret.txt' },
    peers: { ...served, body: 'secret' },
    ours: passedOn,
  },
  {
    id: 'symlinks',
    because: 'a symbolic link to a folder outside has no index and no slash to be sent to',
    one: { path: '/link-to-parent' },
    peers: { status: 301 },
    ours: passedOn,
  },
  {
    id: 'multiple-ranges',
    because: 'several ranges are worth an answer of several parts (RFC 9110 §15.3.7.2)',
    one: { path: '/nums.txt', headers: { range: 'bytes=0-1,4-5' } },
    peers: served,
    ours: { status: 206 },
  },
  {
    id: 'suffix-ranges',
    because: 'a suffix longer than the file means all of it (RFC 9110 §14.1.2)',
    one: { path: '/nums.txt', headers: { range: 'bytes=-50' } },
    peers: { body: error('RangeNotSatisfiableError', 416, true, { 'Content-Range': 'bytes */9' }) },
    ours: { status: 206, body: '123456789' },
  },
  {
    id: 'head-ranges',
    because: 'Range is defined for GET alone (RFC 9110 §14.2)',
    one: { method: 'HEAD', path: '/nums.txt', headers: { range: 'bytes=0-1' } },
    peers: { status: 206 },
    ours: served,
  },
  {
    id: 'if-range',
    because: 'If-Range compares strongly, and the tag of a file is weak (RFC 9110 §13.1.5)',
    one: { path: '/nums.txt', headers: { range: 'bytes=0-1', 'if-range': TAG } },
    peers: { status: 206 },
    ours: served,
  },
  {
    id: 'if-range',
    because: 'a date in If-Range has to be the very date (RFC 9110 §13.1.5)',
    one: {
      path: '/nums.txt',
      headers: { range: 'bytes=0-1', 'if-range': new Date().toUTCString() },
    },
    peers: { status: 206 },
    ours: served,
  },
  {
    id: 'file-conditions',
    because: 'If-Match compares strongly as well (RFC 9110 §13.1.1)',
    one: { path: '/nums.txt', headers: { 'if-match': TAG } },
    peers: served,
    ours: { body: error('PreconditionFailedError', 412, true) },
  },
  {
    id: 'file-conditions',
    because: 'If-Match: * asks whether there is a file, not whether it has a tag',
    one: { path: '/nums.txt', options: { etag: false }, headers: { 'if-match': '*' } },
    peers: { body: error('PreconditionFailedError', 412, true) },
    ours: served,
  },
  {
    id: 'file-conditions',
    because: 'without a date there is nothing to compare (RFC 9110 §13.1.4)',
    one: {
      path: '/nums.txt',
      options: { lastModified: false },
      headers: { 'if-unmodified-since': BEFORE },
    },
    peers: { body: error('PreconditionFailedError', 412, true) },
    ours: served,
  },
]

/** What of the file stays on serve-static's 412 and 416, for caches to keep with the error. */
export const LEFT_ON_ERRORS = ['cache-control', 'content-type', 'etag', 'last-modified']

/** Options that serve-static takes for 0. */
export const refusedOptions: readonly (readonly [object, string])[] = [
  [{ maxAge: 'a while' }, 'TypeError: option maxAge "a while" is invalid: expected a time'],
  [{ maxAge: '1 fortnight' }, 'TypeError: option maxAge "1 fortnight" is invalid: expected a time'],
]

function error(named: string, status: number, expose: boolean, headers?: object): string {
  return JSON.stringify({ named, status, statusCode: status, expose, headers })
}
