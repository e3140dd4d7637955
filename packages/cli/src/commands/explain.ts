import { METHODS } from 'node:http'

import { type Arguments, type Command, UsageError } from '../command.ts'
import { inspect } from '../inspect/inspect.ts'
import { findEntry } from '../program/entry.ts'
import { printable } from '../terminal/columns.ts'
import { paintFor } from '../terminal/paint.ts'

export const explain: Command = {
  summary: 'say what each layer would do with a request',
  help: `Usage: tokkyu explain <method> <url> [entry] [options]
       tokkyu explain <url> [entry]         (the method is GET)

  --json              for programs

Runs no handler; middlewares are taken to call next(). The application is found as by tokkyu routes.
Ends with 1 when no route answers.`,
  options: { json: { type: 'boolean' } },
  async run({ values, positionals }: Arguments): Promise<number> {
    const { method, url, entry } = requestOf(positionals)
    const answer = await inspect(findEntry(entry), { ask: 'explain', method, url })
    if (!('explained' in answer)) return 1
    const { text, ...explained } = answer.explained
    if (values['json'])
      console.log(JSON.stringify({ ...explained, answer: explained.answer ?? null }, undefined, 2))
    else {
      const paint = paintFor(process.stdout)
      const lines = printable(text).split('\n')
      const last = lines.pop() ?? ''
      console.log([...lines, paint(explained.answer ? 'green' : 'yellow', last)].join('\n'))
    }
    return explained.answer ? 0 : 1
  },
}

function requestOf(positionals: readonly string[]): {
  method: string
  url: string
  entry: string | undefined
} {
  const [first = '', ...rest] = positionals
  const hasMethod = METHODS.includes(first.toUpperCase())
  const [url, entry] = hasMethod ? rest : positionals
  if (url === undefined || !url.startsWith('/'))
    throw new UsageError(`Which request? A method and a URL that starts with /.\n\n${explain.help}`)
  return { method: hasMethod ? first.toUpperCase() : 'GET', url, entry }
}
