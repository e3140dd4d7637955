/** Reads a port, 0 for any free one. */
export function readPort(env, variable, otherwise) {
  const text = env[variable] || String(otherwise)
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new RangeError(`Cannot use ${variable}: "${text}" is not a whole number from 0 to 65535`)
}

/** Reads a switch: 1 is on, 0 is off. */
export function readSwitch(env, variable) {
  const text = env[variable] || '0'
  if (text === '1' || text === '0') return text === '1'
  throw new RangeError(`Cannot use ${variable}: "${text}" is neither 1 (on) nor 0 (off)`)
}
