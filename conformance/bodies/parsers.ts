import { createRequire } from 'node:module'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json, raw, text, urlencoded } from '@tokkyu/core'

/** A middleware that reads a body. */
export type Parser = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

export type ParserName = 'json' | 'urlencoded' | 'text' | 'raw'

/** A factory per kind of body; what options mean is the question, so any may be asked. */
export type Parsers = Readonly<Record<ParserName, (options?: object) => Parser>>

export const ours: Parsers = { json, raw, text, urlencoded }

/** body-parser as npm has it. */
export const peers = createRequire(import.meta.url)('body-parser') as Parsers
