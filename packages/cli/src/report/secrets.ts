/** What stands where something is not shown. */
export const MASK = '•••'

const SECRET =
  /auth|cookie|token|secret|passw|passphrase|pwd|session|csrf|xsrf|api-?key|signature|credential|jwt|(?:^|[-_.])(?:key|sid|otp|pin|code|sig)(?:$|[-_.])/i

/** Whether what has this name may be a secret. */
export function isSecret(name: string): boolean {
  // `accessKey` as `access-key`.
  return SECRET.test(name.replace(/([a-z])([A-Z])/g, '$1-$2'))
}

/** A URL with the values of its query masked that may be secrets. */
export function maskQuery(url: string): string {
  const at = url.indexOf('?')
  if (at < 0) return url
  const pairs = url.slice(at + 1).split('&')
  const masked = pairs.map((pair) => {
    const name = pair.split('=', 1)[0] ?? ''
    return pair.includes('=') && isSecret(decoded(name)) ? `${name}=${MASK}` : pair
  })
  return `${url.slice(0, at)}?${masked.join('&')}`
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
