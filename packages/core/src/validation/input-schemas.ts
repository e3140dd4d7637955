import type { IncomingHttpHeaders } from 'node:http'

import { InputOptionError } from './errors.ts'
import { type InputPlace, PLACES } from './input-place.ts'
import type { OutputOf, StandardSchema } from './standard-schema.ts'

/** A schema for each place that is checked; of any library that speaks Standard Schema v1. */
export interface InputSchemas {
  /** The parameters of the path; converted already where the path has a constraint (`:id<int>`). */
  readonly params?: StandardSchema | undefined
  /** The query as the setting `query parser` reads it: text, and lists of text. */
  readonly query?: StandardSchema | undefined
  /** The headers, by their names in lower case. What the schema does not name stays. */
  readonly headers?: StandardSchema | undefined
  /** What a body parser in front made of the body; `undefined` without one. */
  readonly body?: StandardSchema | undefined
  /** `req.file`, behind an upload. */
  readonly file?: StandardSchema | undefined
}

/** What handlers behind find on the request: the outputs of the schemas. */
export type InputOf<Schemas extends InputSchemas> = {
  -readonly [Place in keyof Schemas & InputPlace]-?: Schemas[Place] extends StandardSchema
    ? Place extends 'headers'
      ? IncomingHttpHeaders & OutputOf<Schemas[Place]>
      : OutputOf<Schemas[Place]>
    : never
}

/** One place and what it is checked with. */
export interface PlaceCheck {
  readonly place: InputPlace
  readonly standard: StandardSchema['~standard']
}

/** @throws {InputOptionError} `INPUT_BAD_OPTION` for a place or a schema that is none. */
export function checksOf(schemas: InputSchemas): readonly PlaceCheck[] {
  for (const [name, schema] of Object.entries(schemas) as [string, StandardSchema | undefined][]) {
    if (!(PLACES as readonly string[]).includes(name)) {
      throw new InputOptionError(
        `Cannot validate "${name}": a request has input in ${PLACES.join(', ')}`,
      )
    }
    if (schema !== undefined && typeof schema?.['~standard']?.validate !== 'function') {
      throw new InputOptionError(
        `Cannot validate ${name}: what is given is no Standard Schema (v1)`,
      )
    }
  }
  return PLACES.flatMap((place) => {
    const standard = schemas[place]?.['~standard']
    return standard === undefined ? [] : [{ place, standard }]
  })
}
