import type { IncomingHttpHeaders } from 'node:http'
import type express from '@tokkyu/core'

export type Framework = typeof express
export type App = express.Express

/** One behaviour, put to Express and to us in the same words. */
export interface Case {
  /** A sentence about the framework. */
  readonly name: string
  /** Furnishes an app; `note` writes down a side effect, whose order counts. */
  readonly app: (app: App, tools: Tools) => void
  /** What is asked over HTTP, one after the other. */
  readonly ask: Ask | readonly Ask[]
  /** Where we answer otherwise on purpose: what each side says, as far as they differ. */
  readonly differs?: Divergence
}

export interface Tools {
  readonly express: Framework
  readonly note: (effect: string) => void
}

export type Ask = string | Question | ((before: readonly Reply[]) => Question)

export interface Question {
  /** @default 'GET' */
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Whether the reply came whole; `false` when the connection broke in its middle. */
  readonly complete: boolean
}

/** What came of a case: the replies in order, and the side effects in order. */
export interface Outcome {
  readonly replies: readonly Reply[]
  readonly effects: readonly string[]
}

interface Divergence {
  /** Key of the entry in `differences.ts`. */
  readonly id: string
  readonly express: readonly Partial<Reply>[]
  readonly ours: readonly Partial<Reply>[]
}

/** Behaviours that belong together, and a mistake that shows that their cases can fail. */
export interface Family {
  readonly name: string
  readonly cases: readonly Case[]
  /** Makes one small mistake in an app of ours. */
  readonly fault: (app: App) => void
}
