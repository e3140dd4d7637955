import { createHash } from 'node:crypto'

import type { Reveal, Seat } from './view.ts'

/** Where a move is made: part of what is hashed, so that a commitment is good there alone. */
export interface Place {
  readonly id: string
  readonly match: number
  readonly round: number
  readonly seat: Seat
}

/**
 * The commitment to a move: SHA-256, in hex, of duel, match, round, seat, move and nonce. The nonce
 * keeps others from trying the three moves; the seat keeps an opponent from copying the hash.
 * The browser computes the same.
 */
export function commitmentTo({ action, nonce }: Reveal, { id, match, round, seat }: Place): string {
  return createHash('sha256')
    .update([id, match, round, seat, action, nonce].join(':'))
    .digest('hex')
}

export function isCommitment(value: unknown): value is string {
  return typeof value === 'string' && /^[\da-f]{64}$/.test(value)
}

/** 128 random bits, in hex. */
export function isNonce(value: unknown): value is string {
  return typeof value === 'string' && /^[\da-f]{32}$/.test(value)
}
