import { readFileSync, statSync } from 'node:fs'
import { isRunning } from './process-tag.ts'

/** What an owner's entry says when it has let go of the file. */
export const RELEASED = 'released'
/** The same, but an owner before it may still write to what lies there. */
export const GIVEN_UP = 'given-up'

/** How long an owner that cannot be asked may be silent before it is taken to be gone. */
const LEASE = 10_000
/** By the clock alone, which may have been set meanwhile, only so long a silence is believed. */
const LONG_SILENCE = 60_000

export type OwnerState =
  /** And nothing is on its way to the file any more. */
  | 'released'
  | 'gone'
  /** Ask again. */
  | 'unsure'
  /** It is sure to live. */
  | { readonly holder: string }

/** Finds out whether the owner of a file still lives, by asking the system or by waiting. */
export class OwnerWatch {
  /** What was first seen of which entry, and when. */
  #entry = ''
  #sight = ''
  #since = 0

  stateOf(entry: string): OwnerState {
    const { text, mtimeMs } = read(entry)
    if (text === RELEASED) return RELEASED
    if (text === GIVEN_UP) return 'gone'
    const tag = text?.split(' ', 1)[0] ?? ''
    const runs = isRunning(tag)
    if (runs === true) return { holder: `process ${tag.split('-')[1]}` }
    if (runs === false || Date.now() - mtimeMs > LONG_SILENCE) return 'gone'
    const now = performance.now()
    const sight = `${mtimeMs} ${text}`
    if (this.#entry !== entry) {
      this.#entry = entry
      this.#sight = sight
      this.#since = now
    }
    if (this.#sight !== sight) return { holder: 'a process elsewhere' }
    return now - this.#since > LEASE ? 'gone' : 'unsure'
  }
}

/** Of an entry that was removed meanwhile nothing is known. */
function read(entry: string): { text?: string; mtimeMs: number } {
  try {
    return { text: readFileSync(entry, 'latin1').trim(), mtimeMs: statSync(entry).mtimeMs }
  } catch {
    return { mtimeMs: Infinity }
  }
}
