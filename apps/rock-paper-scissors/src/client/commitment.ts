import type { Reveal, Seat } from '../server/duel/view.ts'

/** The same as on the server: SHA-256, in hex, of duel, match, round, seat, move and nonce. */
export async function commitmentTo(
  { action, nonce }: Reveal,
  { id, match, round, seat }: { id: string; match: number; round: number; seat: Seat },
): Promise<string> {
  const text = [id, match, round, seat, action, nonce].join(':')
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return hex(new Uint8Array(digest))
}

/** 128 random bits: nobody finds the move by trying. */
export function newNonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
