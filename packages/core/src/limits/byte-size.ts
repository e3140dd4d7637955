const UNITS: Record<string, number> = {
  b: 1,
  kb: 2 ** 10,
  mb: 2 ** 20,
  gb: 2 ** 30,
  tb: 2 ** 40,
  pb: 2 ** 50,
}

/**
 * Reads an amount of bytes: a number of them, or text such as `'100kb'`, `'1.5 mb'` or `'2048'`.
 * A kilobyte is 1024 bytes.
 *
 * @returns whole bytes, or `undefined` for what states no amount: NaN, a negative number, a unit
 *   nobody knows. A limit must never be lost to a slip of the pen (CVE-2026-12590).
 */
export function parseByteSize(size: unknown): number | undefined {
  if (typeof size === 'number') return size >= 0 ? size : undefined
  if (typeof size !== 'string') return undefined
  const [, amount, unit = 'b'] = /^\s*\+?(\d+(?:\.\d+)?) *([kmgtp]?b)?\s*$/i.exec(size) ?? []
  if (amount === undefined) return undefined
  return Math.floor(Number(amount) * (UNITS[unit.toLowerCase()] as number))
}
