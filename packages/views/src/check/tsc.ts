import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Readable } from 'node:stream'

import { ViewsCheckError } from './errors.ts'

/** What the compiler reports; places are counted from 1. */
export interface Diagnostic {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Such as TS2339. */
  readonly code: string
  readonly message: string
}

/**
 * Runs the project's own compiler: TypeScript 7 has no interface but its command.
 *
 * @throws {ViewsCheckError} VIEWS_CHECK when there is none, or it did not check.
 */
export async function runTsc(project: string, config: string): Promise<Diagnostic[]> {
  const child = spawnTsc(project, config)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return checked(said, project, code)
}

/** A compiler that stays and checks again when a file changes, which costs a fraction of a start. */
export interface TscWatch {
  close(): void
}

/**
 * @param round - told what was found, each time.
 * @param failed - told why nothing more will be.
 */
export function watchTsc(
  project: string,
  config: string,
  round: (found: Diagnostic[]) => void,
  failed: (error: Error) => void,
): TscWatch {
  const child = spawnTsc(project, config, '--watch', '--preserveWatchOutput')
  let said = ''
  let isClosed = false
  const read = (chunk: unknown): void => {
    if (isClosed) return
    said += String(chunk)
    for (let end = ROUND.exec(said); end; end = ROUND.exec(said)) {
      const whole = said.slice(0, end.index)
      said = said.slice(end.index + end[0].length)
      try {
        round(checked(whole, project, 0))
      } catch (error) {
        failed(error as Error)
      }
    }
  }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', read)
  child.once('error', failed)
  child.once('close', (code) => {
    if (!isClosed) failed(new ViewsCheckError(`The compiler ended with ${code}: ${said.trim()}`))
  })
  return {
    close: () => {
      isClosed = true
      // The command is a script that starts the compiler: both must end, as one group.
      if (child.pid === undefined || process.platform === 'win32') child.kill()
      else process.kill(-child.pid)
    },
  }
}

/** What ends a round. */
const ROUND = /^.*Found \d+ errors?\. Watching for file changes\.\n/m

function spawnTsc(
  project: string,
  config: string,
  ...more: readonly string[]
): ChildProcessByStdio<null, Readable, Readable> {
  const argv = [tscOf(project), '-p', config, '--pretty', 'false', ...more]
  return spawn(process.execPath, argv, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
}

function checked(said: string, project: string, code: number | null): Diagnostic[] {
  const found = diagnosticsIn(said, project)
  const other = /^(?:\S*\.json\(\d+,\d+\): )?error TS\d+: .*$/m.exec(said)
  if (other) throw new ViewsCheckError(`The compiler did not check: ${other[0]}`)
  if (code !== 0 && found.length === 0) {
    throw new ViewsCheckError(
      `The compiler did not check: ${said.trim() || `it ended with ${code}`}`,
    )
  }
  return found
}

function tscOf(project: string): string {
  try {
    const manifest = createRequire(path.join(project, 'views.js')).resolve(
      'typescript/package.json',
    )
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { tsc: string } }
    return path.join(path.dirname(manifest), bin.tsc)
  } catch (error) {
    throw new ViewsCheckError('Cannot check types: the project has no typescript; install it', {
      cause: error,
    })
  }
}

function diagnosticsIn(said: string, project: string): Diagnostic[] {
  const found: Diagnostic[] = []
  for (const line of said.split('\n')) {
    const match = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line.trimEnd())
    if (match) {
      const [, file = '', row, column, code = '', message = ''] = match
      found.push({
        file: path.resolve(project, file),
        line: Number(row),
        column: Number(column),
        code,
        message,
      })
    } else if (/^\s+\S/.test(line) && found.length > 0) {
      const last = found.pop() as Diagnostic // there is one
      found.push({ ...last, message: `${last.message}\n${line.trimEnd()}` })
    }
  }
  return found
}
