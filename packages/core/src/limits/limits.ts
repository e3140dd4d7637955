import { parseByteSize } from './byte-size.ts'
import { ArgumentError, ArgumentRangeError } from '../errors/argument-error.ts'
import { ownOptions } from '../own-options.ts'
import type { Application } from '../types/application.ts'
import type { Limits, LimitValues } from '../types/limits.ts'
import { LEDGER } from './ledger.ts'

type Name = keyof LimitValues

/** Whether any app limits its URLs: else no request pays for the question. */
export let urlsAreLimited = false

const NAMES = Object.keys(LEDGER) as Name[]

/** `uploadFileSize` is `fileSize` to whoever keeps it. */
const OF_UPLOADS = NAMES.filter((name) => name.startsWith('upload')).map((name) => {
  const own = name.slice('upload'.length)
  return [name, own[0]!.toLowerCase() + own.slice(1)] as const
})

/** The limits of one app; what it does not set, the app it is mounted on says. */
class AppLimits {
  readonly #app: Application
  /** Undefined as long as nothing is set: each request that has a body asks. */
  #own: Partial<Record<Name, number>> | undefined
  #isListening = false

  constructor(app: Application) {
    this.#app = app
  }

  set(given: { readonly [Key in Name]?: number | string | undefined }): void {
    if (this.#own !== undefined)
      throw new ArgumentError('Cannot set limits twice: they were set before')
    if (this.#isListening)
      throw new ArgumentError('Cannot set limits: the app is listening with those it had')
    const values = Object.entries(ownOptions(given)).map(
      ([name, value]) => [name as Name, readLimit(name, value)] as const,
    )
    const own: Partial<Record<Name, number>> = Object.create(null)
    for (const [name, value] of values) if (value !== undefined) own[name] = value
    urlsAreLimited ||= own.url !== undefined
    this.#own = Object.freeze(own)
  }

  /** From now on a server stands by the values. */
  listen(): void {
    this.#isListening = true
  }

  /** What the app, or one that it is mounted on, has set. */
  find(name: Name): number | undefined {
    const { parent } = this.#app
    return this.#own?.[name] ?? (parent && limitsOf(parent).find(name))
  }

  /** Only what was set: which default another limit gives rise to, the package that keeps them knows. */
  get uploads(): Record<string, number> {
    const set: Record<string, number> = {}
    for (const [name, own] of OF_UPLOADS) {
      const value = this.find(name)
      if (value !== undefined) set[own] = value
    }
    return set
  }

  toString(): string {
    const rows = NAMES.map((name) => {
      const { value, unit, bounds, source } = LEDGER[name]
      const set = this.find(name)
      return [
        name,
        String(set ?? value),
        unit,
        bounds,
        set === undefined ? source : 'set by the app',
      ]
    })
    const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]!.length)))
    return rows
      .map((row) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  '))
      .join('\n')
  }
}

for (const name of NAMES) {
  Object.defineProperty(AppLimits.prototype, name, {
    enumerable: true,
    get(this: AppLimits) {
      return this.find(name) ?? LEDGER[name].value
    },
  })
}

const limits = new WeakMap<object, AppLimits>()

function limitsOf(app: Application): AppLimits {
  const known = limits.get(app)
  if (known !== undefined) return known
  const own = new AppLimits(app)
  limits.set(app, own)
  return own
}

/** `app.limits`. */
export function publicLimitsOf(app: Application): Limits {
  return limitsOf(app) as unknown as Limits
}

/** The limit that was set for an app which begins to listen; undefined where the default holds. */
export function limitsToListen(app: Application): (name: Name) => number | undefined {
  const own = limitsOf(app)
  own.listen()
  return (name) => own.find(name)
}

/** A limit as it holds for a request or an answer, by the app that handles it; elsewhere the default. */
export function limitFor(message: object, name: Name): number {
  const { app } = message as { readonly app?: { readonly limits?: Partial<LimitValues> } }
  const set = app?.limits
  // What an app of this module has is asked without its getters, which are a third of the price.
  return (set instanceof AppLimits ? set.find(name) : set?.[name]) ?? LEDGER[name].value
}

/** @throws {ArgumentError | ArgumentRangeError} */
function readLimit(name: string, given: number | string | undefined): number | undefined {
  if (!Object.hasOwn(LEDGER, name)) {
    throw new ArgumentError(
      `Cannot set the limit ${JSON.stringify(name)}: there are ${NAMES.join(', ')}`,
    )
  }
  if (given === undefined) return undefined
  const { unit, least, most } = LEDGER[name as Name]
  const value = unit === 'bytes' ? parseByteSize(given) : given
  const isWhole = Number.isSafeInteger(value) || value === Infinity
  if (isWhole && (value as number) >= least && (value as number) <= most) return value as number
  throw new ArgumentRangeError(
    `Cannot set the limit ${name} to ${String(given)}: a whole number of ${unit} from ${least} to ${most} is needed`,
  )
}
