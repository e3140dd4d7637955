import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import type { Secret, Secrets } from '../cookie/signature.ts'
import { SessionOptionError } from '../option-error.ts'

/** Makes text into a cookie value that only the holder of a key can make, and reads it back. */
export interface Sealer {
  /** @param name - of the cookie; the value proves nothing under another name. */
  seal(text: string, name: string): string
  /** @returns `undefined` for everything that was not sealed with one of the keys for this name. */
  open(token: string, name: string): string | undefined
}

/** Anybody can read the text, nobody can change it: HMAC-SHA-256. */
export function signing(secrets: Secrets): Sealer {
  const keys = deriveKeys(secrets, 'tokkyu session cookie, signed')
  return {
    seal(text, name) {
      const [key] = keys
      const payload = Buffer.from(text).toString('base64url')
      return `s1.${key.id}.${payload}.${mac(key, name, payload).toString('base64url')}`
    },
    open(token, name) {
      const [kind, id, payload, given, more] = token.split('.')
      const key = keys.find((one) => one.id === id)
      if (
        kind !== 's1' ||
        !key ||
        payload === undefined ||
        given === undefined ||
        more !== undefined
      ) {
        return undefined
      }
      // Compared as text, so that of several base64 spellings only the canonical one passes.
      const expected = Buffer.from(mac(key, name, payload).toString('base64url'))
      const actual = Buffer.from(given)
      if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined
      return Buffer.from(payload, 'base64url').toString()
    },
  }
}

/**
 * Nobody can read or change the text: AES-256-GCM with a random 96-bit nonce.
 *
 * One key may seal 2^32 times before two equal nonces become likely (NIST SP 800-38D §8.3).
 */
export function encrypting(secrets: Secrets): Sealer {
  const keys = deriveKeys(secrets, 'tokkyu session cookie, encrypted')
  return {
    seal(text, name) {
      const [key] = keys
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce)
      cipher.setAAD(Buffer.from(`${key.id}.${name}`))
      const sealed = Buffer.concat([
        nonce,
        cipher.update(text, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return `e1.${key.id}.${sealed.toString('base64url')}`
    },
    open(token, name) {
      const [kind, id, payload, more] = token.split('.')
      const key = keys.find((one) => one.id === id)
      if (kind !== 'e1' || !key || payload === undefined || more !== undefined) return undefined
      const sealed = Buffer.from(payload, 'base64url')
      if (sealed.length < NONCE + TAG || sealed.toString('base64url') !== payload) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, NONCE), {
        authTagLength: TAG,
      })
      decipher.setAAD(Buffer.from(`${key.id}.${name}`))
      decipher.setAuthTag(sealed.subarray(-TAG))
      try {
        return (
          decipher.update(sealed.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8')
        )
      } catch {
        return undefined // not authentic
      }
    },
  }
}

const NONCE = 12
const TAG = 16
const LEAST_SECRET = 32

interface Key {
  /** Names the key in a token without telling anything about it. */
  readonly id: string
  readonly bytes: Buffer
}

/** Signing and encrypting never share a key, nor does either use the secret itself. */
function deriveKeys(secrets: Secrets, purpose: string): [Key, ...Key[]] {
  const list = (Array.isArray(secrets) ? secrets : [secrets]) as readonly Secret[]
  const keys = list.map((secret) => {
    const bytes = bytesOf(secret)
    if (bytes.length < LEAST_SECRET) {
      throw new SessionOptionError(
        'secret',
        `secret option must have at least ${LEAST_SECRET} bytes for sessions in cookies, not ${bytes.length}`,
      )
    }
    const key = Buffer.from(hkdfSync('sha256', bytes, '', purpose, 32))
    return { bytes: key, id: createHash('sha256').update(key).digest('base64url').slice(0, 6) }
  })
  if (keys.length === 0) {
    throw new SessionOptionError('secret', 'secret option array must contain one or more strings')
  }
  return keys as [Key, ...Key[]]
}

function bytesOf(secret: Secret | undefined): Uint8Array {
  if (typeof secret === 'string') return Buffer.from(secret)
  if (ArrayBuffer.isView(secret))
    return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
  return secret ? secret.export() : new Uint8Array()
}

function mac(key: Key, name: string, payload: string): Buffer {
  return createHmac('sha256', key.bytes).update(`${name}\0${payload}`).digest()
}
