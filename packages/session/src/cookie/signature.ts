import { SessionOptionError } from '../option-error.ts'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** A key for HMAC-SHA-256: text, bytes, or a `KeyObject` (the fastest). */
export type Secret = string | NodeJS.ArrayBufferView | KeyObject

/** One key, or a list of which the first signs and all verify. */
export type Secrets = Secret | readonly Secret[]

/**
 * Appends an HMAC-SHA-256 to a value, in the format of `cookie-signature`: `value.mac`.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, when the value is no text or there is no key.
 * @example signCookie('ada', secret) // 'ada.' and 43 characters
 */
export function signCookie(value: string, secrets: Secrets): string {
  if (typeof value !== 'string') {
    throw new SessionOptionError(
      'value',
      `Cookie value must be provided as a string, not ${typeof value}.`,
    )
  }
  return `${value}.${macOf(value, first(secrets))}`
}

/**
 * Gives back the value that {@link signCookie} signed, or `false`.
 *
 * The MAC is compared as text, in constant time: of the several base64 spellings of one MAC only the
 * canonical one passes.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, when the input is no text or there is no key.
 * @example unsignCookie(signCookie('ada', secret), secret) // 'ada'
 */
export function unsignCookie(signed: string, secrets: Secrets): string | false {
  if (typeof signed !== 'string') {
    throw new SessionOptionError(
      'signed',
      `Signed cookie string must be provided, not ${typeof signed}.`,
    )
  }
  const dot = signed.lastIndexOf('.')
  if (!isList(secrets)) return opens(signed, dot, present(secrets)) ? signed.slice(0, dot) : false
  first(secrets)
  for (const secret of secrets) if (opens(signed, dot, present(secret))) return signed.slice(0, dot)
  return false
}

/**
 * A key that signs one cookie only: what was signed for another with the same secret proves nothing
 * under this name.
 */
export function secretFor(name: string, secret: Secret): Buffer {
  return createHmac('sha256', secret).update(`cookie ${name}`).digest()
}

/** 32 bytes of MAC in base64 without padding. */
const MAC_LENGTH = 43

function opens(signed: string, dot: number, secret: Secret): boolean {
  if (dot === -1 || signed.length - dot - 1 !== MAC_LENGTH) return false
  const given = Buffer.from(signed.slice(dot + 1))
  const expected = Buffer.from(macOf(signed.slice(0, dot), secret))
  // A character outside ASCII makes the bytes longer than the text.
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function macOf(value: string, secret: Secret): string {
  return createHmac('sha256', secret).update(value).digest('base64').slice(0, MAC_LENGTH)
}

function isList(secrets: Secrets): secrets is readonly Secret[] {
  return Array.isArray(secrets)
}

function first(secrets: Secrets): Secret {
  return present(isList(secrets) ? secrets[0] : secrets)
}

function present(secret: Secret | null | undefined): Secret {
  if (secret === undefined || secret === null)
    throw new SessionOptionError('secret', 'Secret key must be provided.')
  return secret
}
