import { ownOptions } from '../own-options.ts'
import type { Adds } from '../types/adds.ts'
import type { AwaitableNext } from '../types/handlers.ts'
import type { Response } from '../types/request-response.ts'
import { type ValidateOptions, declare } from './declaration.ts'
import { InputError, InputOptionError } from './errors.ts'
import { issuesIn } from './issues.ts'
import type { InputPlace } from './input-place.ts'
import { type InputOf, type InputSchemas, type PlaceCheck, checksOf } from './input-schemas.ts'
import type { SchemaResult } from './standard-schema.ts'

/**
 * Lets a request through when its input is what the schemas say, and puts what they make of it in its
 * place: `req.params`, `req.query`, `req.body` and `req.file` become the outputs, the output of `headers`
 * is laid over `req.headers`. The handlers behind it in the same call know the types.
 *
 * - Errors: `INPUT_INVALID` (400, or `status`), handed to `next`, with the issues of all places. The
 *   request is unchanged then.
 * - Whatever a schema throws is handed to `next` as it is.
 *
 * @example
 *   const NewUser = z.object({ name: z.string().min(1), age: z.coerce.number().int() })
 *   app.post('/users', express.json(), validate({ body: NewUser }), (req, res) => {
 *     res.status(201).json({ name: req.body.name, nextYear: req.body.age + 1 })
 *   })
 * @throws {InputOptionError} `INPUT_BAD_OPTION` for an unknown place, something that is no schema, and a
 *   status other than 400 and 422.
 */
export function validate<Schemas extends InputSchemas>(
  schemas: Schemas,
  options?: ValidateOptions,
): Validating<Schemas> {
  const checks = checksOf(schemas)
  const own = ownOptions(options)
  const status = own.status ?? 400
  if (status !== 400 && status !== 422) {
    throw new InputOptionError(`Cannot refuse input with status ${String(status)}: 400 and 422 do`)
  }

  function validateInput(req: Input, _res: Response, next: AwaitableNext): unknown {
    // Counted loops, and no list for a single place: what is done here is measured against the library alone.
    if (checks.length === 1) {
      const result = checks[0]!.standard.validate(req[checks[0]!.place])
      return isPending(result) ? settle(req, next, [result]) : passOne(req, next, result)
    }
    const results: Results = []
    let isLater = false
    for (let index = 0; index < checks.length; index++) {
      const { place, standard } = checks[index]!
      const result = standard.validate(req[place])
      isLater ||= isPending(result)
      results.push(result)
    }
    if (isLater) return settle(req, next, results)
    return pass(req, next, results as SchemaResult<unknown>[])
  }

  function settle(req: Input, next: AwaitableNext, results: Results): unknown {
    return Promise.all(results.map(async (result) => result)).then((all) => pass(req, next, all))
  }

  function passOne(req: Input, next: AwaitableNext, result: SchemaResult<unknown>): unknown {
    if (result.issues !== undefined) return next(refusal(req, checks, [result], status))
    replace(req, checks[0]!.place, result.value)
    return next()
  }

  function pass(req: Input, next: AwaitableNext, results: SchemaResult<unknown>[]): unknown {
    if (results.some(isRefusal)) return next(refusal(req, checks, results, status))
    for (let index = 0; index < checks.length; index++) {
      const { value } = results[index] as { readonly value: unknown }
      replace(req, checks[index]!.place, value)
    }
    return next()
  }

  return declare(validateInput, { schemas, options: own }) as unknown as Validating<Schemas>
}

/**
 * `Adds<InputOf<Schemas>>`, out of reach of inference: called where handlers are registered, the compiler
 * would look for the schemas in what is expected there before it looks at what was given.
 */
type Validating<Schemas extends InputSchemas> = [Adds<InputOf<Schemas>>][Schemas extends unknown
  ? 0
  : never]

/** A request, as far as it is looked at here. */
type Input = Record<InputPlace, unknown>

type Results = (SchemaResult<unknown> | Promise<SchemaResult<unknown>>)[]

function isPending(
  result: SchemaResult<unknown> | Promise<SchemaResult<unknown>>,
): result is Promise<SchemaResult<unknown>> {
  return typeof (result as PromiseLike<unknown>).then === 'function'
}

function isRefusal(result: SchemaResult<unknown>): boolean {
  return result.issues !== undefined
}

function refusal(
  req: Input,
  checks: readonly PlaceCheck[],
  results: readonly SchemaResult<unknown>[],
  status: 400 | 422,
): InputError {
  const issues = checks.flatMap(({ place }, index) => {
    const found = results[index]!.issues
    return found === undefined ? [] : issuesIn(place, req[place], found)
  })
  return new InputError(issues, status)
}

/** Everything reads headers, the framework too: those that the schema does not name stay what they are. */
function replace(req: Input, place: InputPlace, value: unknown): void {
  const over = place === 'headers' ? { ...(req.headers as object), ...(value as object) } : value
  req[place] = over
}
