import { createInterface } from 'node:readline'

import { type Choices, faultInName, type Kind, KINDS, LANGUAGES, nameOf } from './choices.ts'
import type { CommandLine } from './command-line.ts'
import { CancelledError } from './errors.ts'
import type { Terminal } from './terminal.ts'

/** What stands where nobody says otherwise. */
const USUAL = { name: 'tokkyu-app', language: 'ts', kind: 'site' } as const

/** Completes what the command line says without asking. */
export function takeUsual({ folder, name, language, kind }: CommandLine): Choices {
  const chosen = name ?? (folder === undefined ? USUAL.name : nameOf(folder))
  return {
    folder: folder ?? folderFor(chosen),
    name: chosen,
    language: language ?? USUAL.language,
    kind: kind ?? USUAL.kind,
  }
}

/**
 * Completes what the command line says by asking for the rest: the name, the language, the kind.
 *
 * @throws {CancelledError} `CREATE_CANCELLED` when the input ends first.
 */
export async function ask(line: CommandLine, { input, output }: Terminal): Promise<Choices> {
  const usual = takeUsual(line)
  const reader = createInterface({ input, output })
  reader.once('SIGINT', () => reader.close())
  // Not `question()`: lines that are there before it would be lost.
  const lines = reader[Symbol.asyncIterator]()

  /** Asks until the answer has no fault; an empty one is the usual. */
  async function question(text: string, otherwise: string, faultIn: FaultFinder): Promise<string> {
    reader.setPrompt(`${text} (${otherwise}) `)
    reader.prompt()
    const { value, done } = await lines.next()
    if (done) throw new CancelledError()
    const answer = value.trim() || otherwise
    const fault = faultIn(answer)
    if (fault === undefined) return answer
    output.write(`  Not ${JSON.stringify(answer)}: ${fault}.\n`)
    return question(text, otherwise, faultIn)
  }
  async function choice<Word extends string>(
    text: string,
    words: Readonly<Record<Word, string>>,
    otherwise: Word,
  ): Promise<Word> {
    for (const [word, meaning] of Object.entries<string>(words))
      output.write(`  ${word}: ${meaning}\n`)
    const isKnown = (answer: string) => Object.hasOwn(words, answer)
    return (await question(text, otherwise, (answer) =>
      isKnown(answer) ? undefined : `one of ${Object.keys(words).join(', ')}`,
    )) as Word
  }

  try {
    const name = line.name ?? (await question('Name of the package?', usual.name, faultInName))
    const language = line.language ?? (await choice('Language?', LANGUAGES, usual.language))
    const kind = line.kind ?? (await choice<Kind>('What is it?', KINDS, usual.kind))
    return { folder: line.folder ?? folderFor(name), name, language, kind }
  } finally {
    reader.close()
  }
}

type FaultFinder = (answer: string) => string | undefined

/** A scope is no folder. */
function folderFor(name: string): string {
  return name.replace(/^@[^/]*\//, '')
}
