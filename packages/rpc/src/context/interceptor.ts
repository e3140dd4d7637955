/**
 * Stands around a call: what is before `await next()` happens before it, what is after when it has ended.
 * `next()` resolves to the response where there is one, and the interceptor's answer takes its place.
 */
export type Interceptor<Call> = (call: Call, next: () => Promise<unknown>) => unknown

/** Runs a call inside all its interceptors, the first of them outermost. */
export function intercept<Call>(
  interceptors: readonly Interceptor<Call>[],
  call: Call,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const from = async (index: number): Promise<unknown> => {
    const interceptor = interceptors[index]
    return interceptor ? interceptor(call, () => from(index + 1)) : run()
  }
  return from(0)
}
