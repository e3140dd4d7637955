import { createRequire } from 'node:module'

/** npm's qs, as it comes with Express. */
export const qs = createRequire(createRequire(import.meta.url).resolve('express'))('qs') as {
  parse(text: string, options: object): Record<string, string>
}
