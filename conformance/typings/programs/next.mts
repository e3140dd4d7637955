// What the results that `next` might be typed with do to those who call it and those who make one.
// docs/decisions/016-type-of-next.md tells of it. Never run.
import type { AwaitableNext, NextFunction, Response } from '@tokkyu/core'

type Thenable = () => PromiseLike<void>

// @ts-expect-error a thenable is not nothing
export const returnsThenable = (next: Thenable): void => next()
export const returnsNothing = (next: NextFunction): void => next()
export const returnsBoth = (next: AwaitableNext): void => next()

// @ts-expect-error nothing is no thenable
export const thenable: Thenable = () => {}
export const mock: NextFunction = () => {}
// @ts-expect-error neither is it both
export const awaitable: AwaitableNext = () => {}

// @ts-expect-error a thenable is neither a response nor nothing
export const mayReturnThenable = (next: Thenable): Response | void => next()
export const mayReturnNothing = (next: NextFunction): Response | void => next()
export const mayReturnBoth = (next: AwaitableNext): Response | void => next()

// @ts-expect-error nothing has no `then`
export const whenNothing = (next: NextFunction) => next().then(() => {})
export const whenBoth = (next: AwaitableNext) => next().then(() => {})
export const awaits = async (next: NextFunction) => {
  await next()
}
