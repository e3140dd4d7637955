import { ageOf, fieldOf, type Head } from './head.ts'
import type { Lifetime } from './storable.ts'

/** An answer as it lies in the store. */
export interface KeptAnswer extends Head, Lifetime {
  readonly kind: 'answer'
  readonly body: Buffer
  /** When it was made, in milliseconds since 1970. */
  readonly made: number
  /** How old it was then, in milliseconds: it came from a cache behind us. */
  readonly ageThen: number
}

/** Stands at a key whose answers differ by request headers, and names those. */
export interface KeptVary {
  readonly kind: 'vary'
  readonly names: readonly string[]
}

/** Fields that speak of one connection or one hop (RFC 9110 §7.6.1), or that are made anew for each answer. */
const NOT_KEPT = new Set([
  'age',
  'cache-status',
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

export function keepAnswer(head: Head, lifetime: Lifetime, body: Buffer): KeptAnswer {
  const hop = namesIn(fieldOf(head, 'connection'))
  const headers = head.headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return !NOT_KEPT.has(lower) && !hop.includes(lower)
  })
  return {
    kind: 'answer',
    status: head.status,
    headers,
    body,
    made: Date.now(),
    ageThen: ageOf(head),
    ...lifetime,
  }
}

/** The names of the request headers by which the answer was chosen, sorted. */
export function variesBy(head: Head): readonly string[] {
  return [...new Set(namesIn(fieldOf(head, 'vary')))].toSorted()
}

/** How long the store keeps an answer: as long as it is good for anything. */
export function storeTime({ fresh, staleWhileRevalidate, staleIfError }: Lifetime): number {
  return fresh + Math.max(staleWhileRevalidate, staleIfError)
}

function namesIn(field: string | undefined): string[] {
  return (field ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}
