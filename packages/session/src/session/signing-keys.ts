import { createHmac, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Secret, Secrets } from '../cookie/signature.ts'
import { SessionOptionError } from '../option-error.ts'

/**
 * Keys as `KeyObject`s, which sign faster than text.
 *
 * @param boundTo - the cookie's name, to derive keys that sign nothing else: a value signed for
 *   another cookie with the same secret then proves nothing here.
 */
export function signingKeys(
  secret: Secrets | undefined,
  boundTo: string | undefined,
): readonly Secret[] | undefined {
  if (Array.isArray(secret) && secret.length === 0) {
    throw new SessionOptionError('secret', 'secret option array must contain one or more strings')
  }
  if (!secret) {
    if (boundTo === undefined) return undefined
    throw new SessionOptionError('secret', 'secret option required for hardened sessions')
  }
  const list = (Array.isArray(secret) ? secret : [secret]) as readonly Secret[]
  return list.map((one) => {
    const key = keyOf(one)
    if (boundTo === undefined) return key
    if ((key.symmetricKeySize ?? 0) < HARDENED_KEY_BYTES) {
      throw new SessionOptionError(
        'secret',
        `secret option must have at least ${HARDENED_KEY_BYTES} bytes for hardened sessions`,
      )
    }
    return createSecretKey(createHmac('sha256', key).update(`session cookie ${boundTo}`).digest())
  })
}

const HARDENED_KEY_BYTES = 32

function keyOf(secret: Secret): KeyObject {
  if (typeof secret === 'string' && secret !== '') return createSecretKey(secret, 'utf8')
  if (ArrayBuffer.isView(secret)) return createSecretKey(secret)
  if (secret && typeof secret === 'object') return secret
  throw new SessionOptionError(
    'secret',
    'secret option must hold text, bytes or key objects, and none empty',
  )
}
