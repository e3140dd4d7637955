/**
 * The sixteen ways in which a call fails, as gRPC names and numbers them, each with the HTTP status
 * that stands for it.
 *
 * Source: gRPC's status codes; the HTTP column is that of google.rpc.Code.
 */
export const statusCodes = {
  CANCELLED: { number: 1, status: 499 },
  UNKNOWN: { number: 2, status: 500 },
  INVALID_ARGUMENT: { number: 3, status: 400 },
  DEADLINE_EXCEEDED: { number: 4, status: 504 },
  NOT_FOUND: { number: 5, status: 404 },
  ALREADY_EXISTS: { number: 6, status: 409 },
  PERMISSION_DENIED: { number: 7, status: 403 },
  RESOURCE_EXHAUSTED: { number: 8, status: 429 },
  FAILED_PRECONDITION: { number: 9, status: 400 },
  ABORTED: { number: 10, status: 409 },
  OUT_OF_RANGE: { number: 11, status: 400 },
  UNIMPLEMENTED: { number: 12, status: 501 },
  INTERNAL: { number: 13, status: 500 },
  UNAVAILABLE: { number: 14, status: 503 },
  DATA_LOSS: { number: 15, status: 500 },
  UNAUTHENTICATED: { number: 16, status: 401 },
} as const

/** The name of a way to fail. */
export type StatusCode = keyof typeof statusCodes

const names = new Map<number, StatusCode>(
  Object.entries(statusCodes).map(([name, { number }]) => [number, name as StatusCode]),
)

/** The name behind a number from the wire; what nobody has defined is UNKNOWN, as gRPC asks. */
export function statusCodeOf(number: number): StatusCode {
  return names.get(number) ?? 'UNKNOWN'
}
