import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { FileStore } from '@tokkyu/session'

const program = fileURLToPath(new URL('file-owner.fixture.mjs', import.meta.url))
const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']

/**
 * Why no process can be put into a PID namespace of its own here; nothing when one can.
 *
 * Whether it can is found out by doing it, so a test that depends on it is left out exactly where the
 * system forbids it, in CI as elsewhere.
 */
export function noNamespaces(): string | undefined {
  const [command = '', ...options] = UNSHARE
  const { status, error, stderr } = spawnSync(command, [...options, 'true'], { encoding: 'utf8' })
  if (status === 0) return undefined
  return (error?.message ?? stderr).trim() || `unshare ended with ${status}`
}

/** A process that wants the file, alone in a PID namespace if asked for. */
export class Contender {
  readonly child: ChildProcess
  /** What it has been told is stored. */
  readonly acknowledged: string[] = []
  readonly #said: string[] = []
  #told: (() => void) | undefined

  constructor(file: string, { isolated = false } = {}) {
    const [command, ...given] = [...(isolated ? UNSHARE : []), process.execPath, program, file]
    this.child = spawn(command, given, {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: path.join(import.meta.dirname, '..'),
    })
    createInterface({ input: this.child.stdout as never }).on('line', (line) => {
      if (line.startsWith('stored ')) this.acknowledged.push(line.slice(7))
      else this.#said.push(line)
      this.#told?.()
    })
  }

  /** The next thing it says besides what it stored. */
  async says(): Promise<string> {
    while (this.#said.length === 0) await this.#news()
    return this.#said.shift() as string
  }

  async hasStored(count: number): Promise<void> {
    while (this.acknowledged.length < count) await this.#news()
  }

  open(name: string): void {
    this.child.stdin?.write(`${name}\n`)
  }

  /** With SIGKILL; resolves when it is gone and everything it said was heard. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.child.once('close', resolve))
    this.child.kill('SIGKILL')
    await closed
  }

  #news(): Promise<void> {
    return new Promise((resolve) => (this.#told = resolve))
  }
}

/**
 * Lets all of them ask for the file at once, and kills the one that got it while it writes: it
 * leaves the file as a power cut would.
 *
 * @returns what is wrong with how it went.
 */
export async function round(
  name: string,
  contenders: readonly Contender[],
): Promise<{ winner: Contender | undefined; problems: string[] }> {
  for (const [at, contender] of contenders.entries()) contender.open(`${name}-${at}`)
  const answers = await Promise.all(contenders.map((contender) => contender.says()))
  const winners = contenders.filter((_, at) => answers[at] === 'owns')
  const refused = answers.filter((answer) => answer === 'refused SESSION_FILE_LOCKED')
  const isWrong = winners.length !== 1 || refused.length !== contenders.length - 1
  for (const winner of winners) {
    await winner.hasStored(10)
    await winner.kill()
  }
  return { winner: winners[0], problems: isWrong ? [`${name}: ${answers.join(', ')}`] : [] }
}

/** What was acknowledged and is not in the file. */
export async function missing(file: string, acknowledged: readonly string[]): Promise<string[]> {
  age(file)
  const store = new FileStore({ path: file })
  const { sessions } = store
  await store.close()
  return acknowledged.filter((id) => sessions[id] === undefined)
}

/** Lets the last owner of a file have been silent for long. */
export function age(file: string): void {
  const folder = `${file}.owner`
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), 0, 0)
}

/** Several processes ask for one file, round after round, each over what the round before left. */
export async function sixProcesses(file: string, rounds: number): Promise<string[]> {
  const problems: string[] = []
  const acknowledged: string[] = []
  const contenders: Contender[] = []
  for (let n = 0; n < rounds; n++) {
    while (contenders.length < 6) {
      const contender = new Contender(file)
      await contender.says()
      contenders.push(contender)
    }
    const { winner, problems: found } = await round(String(n), contenders)
    problems.push(...found)
    if (!winner) break
    acknowledged.push(...winner.acknowledged)
    contenders.splice(contenders.indexOf(winner), 1)
  }
  await Promise.all(contenders.map((contender) => contender.kill()))
  problems.push(...(await missing(file, acknowledged)).map((id) => `${id} is missing`))
  return problems
}

/** Two processes that cannot see each other, each of them number 1, ask for one file. */
export async function twoNamespaces(
  file: string,
  rounds: number,
  isAged: (round: number) => boolean,
): Promise<string[]> {
  const problems: string[] = []
  const acknowledged: string[] = []
  for (let n = 0; n < rounds; n++) {
    const contenders = [1, 2].map(() => new Contender(file, { isolated: true }))
    for (const contender of contenders) await contender.says()
    const { winner, problems: found } = await round(String(n), contenders)
    problems.push(...found)
    acknowledged.push(...(winner?.acknowledged ?? []))
    await Promise.all(
      contenders.filter((each) => each !== winner).map((contender) => contender.kill()),
    )
    if (isAged(n)) age(file)
  }
  problems.push(...(await missing(file, acknowledged)).map((id) => `${id} is missing`))
  return problems
}

/** The process behind an isolated contender, by its number out here. */
export function innerProcess(contender: Contender): number {
  const pid = String(contender.child.pid)
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim())
}
