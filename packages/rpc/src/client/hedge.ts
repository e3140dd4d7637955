import type { Status } from '../wire/frame.ts'
import type { Acquire } from './acquire.ts'
import type { AttemptScope } from './attempt.ts'
import { callOne, type Made } from './call-one.ts'
import type { Stoppable } from './call-scope.ts'

const SUPERFLUOUS: Status = { code: 'CANCELLED', details: 'Another attempt was faster' }

/** When a second attempt is made. */
export interface Hedge {
  /** Milliseconds without an answer. */
  readonly after: number
  /** Whether one more attempt may be made; asked when it is time. */
  readonly allowed: () => boolean
}

/**
 * Makes a call that may be made twice, and a second time, elsewhere, when no answer has come after a while.
 * The first answer counts, and the other attempt is cancelled. The call fails with the error of the last
 * attempt that fails.
 *
 * @param acquire - gives another server each time, where it can
 */
export function hedged(made: Made, acquire: Acquire, { after, allowed }: Hedge): Promise<object> {
  return new Promise((resolve, reject) => {
    const attempts = new Set<Stoppable>()
    let stopped: Status | undefined
    made.scope.onStop({
      stop(status) {
        stopped = status
        clearTimeout(timer)
        for (const each of attempts) each.stop(status)
      },
    })

    const attempt = (): void => {
      let self: Stoppable | undefined
      const scope: AttemptScope = {
        get headers() {
          return made.scope.headers
        },
        onStop(stoppable) {
          self = stoppable
          attempts.add(stoppable)
          if (stopped) stoppable.stop(stopped)
        },
      }
      callOne({ ...made, scope }, acquire).then(
        (response) => {
          end(self)
          resolve(response)
          for (const each of attempts) each.stop(SUPERFLUOUS)
        },
        (error: Error) => {
          end(self)
          if (attempts.size === 0) reject(error)
        },
      )
    }

    const end = (one: Stoppable | undefined): void => {
      clearTimeout(timer)
      if (one) attempts.delete(one)
    }

    const timer = setTimeout(() => {
      if (allowed()) attempt()
    }, after)
    attempt()
  })
}
