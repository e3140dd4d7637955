import type { Layer } from '../table/layer.ts'
import type { RouterState } from '../table/router-state.ts'
import type { RoutingRequest } from './routing-request.ts'
import { isTraced } from './tracing.ts'
import type { Step } from './next-step.ts'
import type { ServerResponse } from 'node:http'

/** Hands an error, or nothing, to whoever comes after a router. */
export type Callback = (error?: unknown) => unknown

/** A layer, and the path that it matched. */
export interface Match {
  readonly layer: Layer
  readonly path: string
}

interface Failure {
  readonly error: unknown
  readonly from: Step | undefined
  readonly deliver: Callback
}

/**
 * The way of one request through a router and all that are nested in it: who called whom, and
 * which error is still on its way.
 */
export class Journey {
  readonly res: ServerResponse
  /** The last handler's turn; whoever calls `next()` is taken to be this one. */
  last: Step | undefined = undefined
  /** Handlers on the call stack right now. */
  running = 0
  /** Methods that routes of the path have, where the one asked for had none. */
  allowed: string[] | undefined = undefined
  /** Some route had the method asked for. */
  hadMethod = false
  /** Somebody listened on the diagnostics channel when the request came. */
  readonly isTraced = isTraced()
  /** What matched last. Kept for those who listen. */
  match: Match | undefined = undefined
  /** The URL as the handler got it whose turn it is: another one is its doing. */
  url: string | undefined
  // Options of the outermost router, if there is one, for those inside that do not say otherwise.
  readonly canonicalTarget: ((url: string) => string) | undefined
  readonly methodNotAllowed: boolean
  private failures: Failure[] | undefined = undefined
  private delivered: { readonly error: unknown } | undefined = undefined
  private end: Promise<void> | undefined = undefined

  constructor(req: RoutingRequest, res: ServerResponse, router: RouterState | undefined) {
    this.res = res
    this.url = req.url
    this.canonicalTarget = router?.canonicalTarget
    this.methodNotAllowed = router?.methodNotAllowed ?? false
  }

  /** The path that matched last, as registered: of several the one that did. */
  pattern(): unknown {
    const { match } = this
    if (match === undefined) return undefined
    const { layer, path } = match
    if (!Array.isArray(layer.rawPath)) return layer.rawPath
    const found = layer.match(path)
    return found ? found.pattern : undefined
  }

  /**
   * No error handler took `error`: it goes to the nearest caller that awaits `next()`, and if
   * there is none to `deliver`.
   *
   * Who awaits is known only when the handlers on the stack have returned: `await next()` reads
   * the thenable after `next()` has returned it.
   */
  fail(error: unknown, from: Step | undefined, deliver: Callback): void {
    this.failures ??= []
    this.failures.push({ error, from, deliver })
    if (this.running === 0) this.decideFailures()
  }

  get hasFailures(): boolean {
    return this.failures !== undefined
  }

  /** Called when no handler of this request is on the stack any more. */
  decideFailures(): void {
    const failures = this.failures
    if (failures === undefined) return
    if (failures.some(({ from }) => mayBeAwaited(from))) {
      // `await` calls `then` a microtask after it was reached.
      queueMicrotask(() => this.decide())
    } else {
      this.decide()
    }
  }

  /** Resolves when no error is waiting to find out who takes it. */
  async decided(): Promise<void> {
    while (this.failures !== undefined) await Promise.resolve()
  }

  private decide(): void {
    const failures = this.failures
    this.failures = undefined
    for (const failure of failures ?? []) this.handOver(failure)
  }

  private handOver({ error, from, deliver }: Failure): void {
    let step = from
    while (step !== undefined && !step.isAwaited) step = step.before
    for (let below = from; below !== step; below = below?.before) below?.break(error)
    if (step !== undefined) {
      step.break(error)
      return
    }
    // A caller that waited without taking errors may bring the same one back.
    if (this.delivered !== undefined && this.delivered.error === error) return
    this.delivered = { error }
    deliver(error)
  }

  get isOver(): boolean {
    const { res } = this
    return res.writableFinished || res.destroyed || res.closed || typeof res.once !== 'function'
  }

  /** Resolves when the response is sent or its connection closed. Asked for once per request. */
  responseEnd(): Promise<void> {
    this.end ??= new Promise((resolve) => {
      if (this.isOver) {
        resolve()
        return
      }
      this.res.once('finish', resolve)
      this.res.once('close', resolve)
    })
    return this.end
  }
}

function mayBeAwaited(from: Step | undefined): boolean {
  for (let step = from; step !== undefined; step = step.before) {
    if (step.isAwaited || step.before?.result !== undefined) return true
  }
  return false
}
