import { METHODS } from 'node:http'

/** The verbs of node:http as Express spells its functions: `get`, `post`, `m-search` … */
export const VERBS: readonly string[] = METHODS.map((method) => method.toLowerCase())

const LOWER_CASE = new Map(METHODS.map((method) => [method, method.toLowerCase()]))

/** Requests without a method (made by hand, in tests) have none here either. */
export function verbOf(method: unknown): string {
  // Most requests are one of these, and comparing is cheaper than looking up.
  if (method === 'GET') return 'get'
  if (method === 'POST') return 'post'
  if (typeof method !== 'string') return ''
  return LOWER_CASE.get(method) ?? method.toLowerCase()
}
