/** A JSON Schema of draft 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What a document says of the whole; `title` and `version` are required by OpenAPI. */
export interface OpenApiInfo {
  /** What the API is called. */
  readonly title: string
  /** The version of the API, not of OpenAPI. */
  readonly version: string
  readonly [more: string]: unknown
}

/** One parameter of an operation. */
export interface OpenApiParameter {
  /** Its name in the path, the query or the header. */
  readonly name: string
  /** Where it is sent. */
  readonly in: 'path' | 'query' | 'header'
  /** Whether it must be sent; those of the path must. */
  readonly required: boolean
  /** More about it. */
  readonly description?: string | undefined
  /** What its value may be. */
  readonly schema: JsonSchema
}

/** Schemas by media type. */
export interface OpenApiContent {
  readonly [mediaType: string]: { readonly schema: JsonSchema }
}

/** What a document says of one method of a path. */
export interface OpenApiOperation {
  /** A name for generators of clients: the name of the route. */
  readonly operationId?: string | undefined
  /** A line about it. */
  readonly summary?: string | undefined
  /** More about it; Markdown is allowed. */
  readonly description?: string | undefined
  /** The groups it is shown in. */
  readonly tags?: readonly string[] | undefined
  /** Whether it should not be used any more. */
  readonly deprecated?: boolean | undefined
  /** What path, query and headers carry. */
  readonly parameters?: readonly OpenApiParameter[] | undefined
  /** The body it takes. */
  readonly requestBody?: { readonly required: true; readonly content: OpenApiContent } | undefined
  /** The answers, by status or `default`. */
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: OpenApiContent }>
  >
}

/** An OpenAPI 3.1 document: plain data, to be sent as JSON or extended by hand. */
export interface OpenApiDocument {
  /** The version of OpenAPI. */
  readonly openapi: '3.1.1'
  /** What was said of the whole. */
  readonly info: OpenApiInfo
  /** Operations by path and method. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  /** Schemas that are referred to by name. */
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}
