import { isAction } from '../game/rules.ts'
import { isCommitment, isNonce } from './commitment.ts'
import type { ClientMessage } from './view.ts'

/** Reads what came from a browser, or from whoever says to be one; nothing when it is no message. */
export function readMessage(text: unknown): ClientMessage | undefined {
  const { type, commitment, action, nonce } = readObject(text)
  if (type === 'commit') return isCommitment(commitment) ? { type, commitment } : undefined
  if (type === 'reveal') {
    return isAction(action) && isNonce(nonce) ? { type, action, nonce } : undefined
  }
  return type === 'rematch' || type === 'leave' ? { type } : undefined
}

function readObject(text: unknown): Record<string, unknown> {
  if (typeof text !== 'string') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
