export { openapi } from './openapi.ts'
export type { OpenApiOptions } from './openapi.ts'
export type { ToJsonSchema } from './json-schema.ts'
export type {
  JsonSchema,
  OpenApiContent,
  OpenApiDocument,
  OpenApiInfo,
  OpenApiOperation,
  OpenApiParameter,
} from './types.ts'
