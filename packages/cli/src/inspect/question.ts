import type { ExplainedLayer, Explanation, RouteNode } from '../program/application.ts'

/** What a command wants to know of an application. */
export type Question =
  | { readonly ask: 'routes' }
  | { readonly ask: 'explain'; readonly method: string; readonly url: string }

interface ExplainedRequest {
  readonly method: string
  readonly url: string
  readonly answer: Explanation['answer']
  readonly layers: readonly ExplainedLayer[]
  /** The same for a terminal. */
  readonly text: string
}

/** What the process says in which the application was loaded. */
export type Answer =
  | { readonly routes: readonly RouteNode[] }
  | { readonly explained: ExplainedRequest }
  | { readonly missing: string }
  | { readonly failed: string }
