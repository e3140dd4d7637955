/** Units of gRPC's `grpc-timeout`, in milliseconds. */
const units: Record<string, number> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
}

/** The longest that the wire can say in milliseconds: eight digits. */
const LARGEST = 99_999_999

/** What is left of a deadline, as the wire says it: a duration, since no two clocks agree. */
export function timeoutText(milliseconds: number): string {
  const left = Math.max(0, Math.ceil(milliseconds))
  return left <= LARGEST ? `${left}m` : `${Math.min(LARGEST, Math.ceil(left / 1000))}S`
}

/** Milliseconds that a caller waits; nothing when it is not said in a way that gRPC knows. */
export function timeoutOf(text: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text ?? '') ?? []
  return digits === undefined || unit === undefined ? undefined : Number(digits) * units[unit]!
}
