import type { RouteNode } from '@tokkyu/router'

import type { Declaration, InputPlace, StandardSchema } from '../validation/index.ts'
import { Components } from './components.ts'
import { type ToJsonSchema, jsonSchemaOf } from './json-schema.ts'
import { type Operation, operationsOf } from './operations.ts'
import { headerParameters, pathParameters, queryParameters } from './parameters.ts'
import { requestBodyOf } from './request-body.ts'
import { PROBLEM, responsesOf } from './responses.ts'
import type { OpenApiDocument, OpenApiInfo, OpenApiOperation } from './types.ts'

/** What `openapi()` can be told. */
export interface OpenApiOptions {
  /**
   * Writes schemas as JSON Schema: for libraries that cannot do it themselves, and for schemas that they
   * refuse.
   *
   * @example (schema: GenericSchema, side) => toJsonSchema(schema, { typeMode: side }) // @valibot/to-json-schema
   *
   * @default what the library of a schema gives itself
   */
  readonly toJsonSchema?: ToJsonSchema | undefined
}

/**
 * An OpenAPI 3.1 document of the routes of an app, or of a router: the paths and their constraints from
 * `routes()`, input and answers from the `validate()` in front of the handlers.
 *
 * Routes by regular expression have no place in it, nor have methods that OpenAPI does not know. Of two
 * routes that differ in the names of their parameters alone, the first is told.
 *
 * @example app.get('/openapi.json', (req, res) => res.json(openapi(app, { title: 'Shop', version: '1' })))
 * @throws {SchemaConversionError} `OPENAPI_SCHEMA` for a schema that cannot be written as JSON Schema.
 */
export function openapi(
  app: { routes(): readonly RouteNode[] },
  info: OpenApiInfo,
  { toJsonSchema }: OpenApiOptions = {},
): OpenApiDocument {
  const writer = new Writer(toJsonSchema)
  const paths = new Map<string, { path: string; item: Record<string, OpenApiOperation> }>()
  for (const operation of operationsOf(app.routes())) {
    const { method, template, declarations } = operation
    if (declarations.some(({ options }) => options.operation?.hidden === true)) continue
    const known = paths.get(template.key) ?? { path: template.text, item: {} }
    paths.set(template.key, known)
    if (known.item[method] === undefined) {
      known.item[method] = writer.operation(operation, namesIn(known.path))
    }
  }
  return {
    openapi: '3.1.1',
    info,
    paths: Object.fromEntries([...paths.values()].map(({ path, item }) => [path, item])),
    components: { schemas: writer.components.schemas },
  }
}

function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{(.*?)\}/g)].map(([, name]) => name!)
}

/** Writes operations, and keeps what they share. */
class Writer {
  readonly components = new Components()
  readonly #toJsonSchema: ToJsonSchema | undefined
  readonly #ids = new Set<string>()

  constructor(toJsonSchema: ToJsonSchema | undefined) {
    this.#toJsonSchema = toJsonSchema
  }

  /** @param names - those of the path's parameters, where it was told first. */
  operation(
    { declarations, template, name }: Operation,
    names: readonly string[],
  ): OpenApiOperation {
    const { operationId = name, ...told } = Object.assign(
      {},
      ...declarations.map(({ options }) => options.operation),
    ) as Partial<OpenApiOperation>
    const parameters = [
      ...pathParameters(template, this.#input(declarations, 'params') ?? {}, this.components).map(
        (parameter, index) => ({ ...parameter, name: names[index]! }),
      ),
      ...queryParameters(this.#input(declarations, 'query') ?? {}, this.components),
      ...headerParameters(this.#input(declarations, 'headers') ?? {}, this.components),
    ]
    const requestBody = requestBodyOf(
      this.#input(declarations, 'body'),
      declarations.some(({ schemas }) => schemas.file !== undefined),
      Object.assign({}, ...declarations.map(({ options }) => options)) as Declaration['options'],
    )
    const problem = declarations.length > 0 ? this.components.own('InputProblem', PROBLEM) : {}
    return {
      ...(operationId !== undefined && { operationId: this.#unique(operationId) }),
      ...told,
      ...(parameters.length > 0 && { parameters }),
      ...(requestBody && { requestBody }),
      responses: responsesOf(declarations, problem, (schema) => this.#write(schema, 'output')),
    }
  }

  /** Of several, the one nearest to the handler. */
  #input(declarations: readonly Declaration[], place: InputPlace) {
    const nearest = declarations.findLast(({ schemas }) => schemas[place] !== undefined)
    const schema = nearest?.schemas[place]
    return schema && this.#write(schema, 'input')
  }

  #write(schema: StandardSchema, side: 'input' | 'output') {
    return this.components.adopt(jsonSchemaOf(schema, side, this.#toJsonSchema))
  }

  #unique(wanted: string): string {
    let id = wanted
    for (let count = 2; this.#ids.has(id); count++) id = `${wanted}_${count}`
    this.#ids.add(id)
    return id
  }
}
