import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { FileStore } from '@tokkyu/session'

import { type Config, ConfigError } from './config.ts'

/** A name that was chosen is kept: a hundred years. */
const FOR_EVER_MS = 100 * 365 * 24 * 60 * 60 * 1000

/** What the processes of a machine share on its disk. */
export interface DataDirectory {
  readonly sessionSecret: string
  readonly avatarDirectory: string
}

/** What one process keeps on the disk, where there is no Redis. */
export interface FileStores {
  readonly sessionStore: FileStore
  readonly profileStore: FileStore
}

/**
 * Opens the data directory, and makes it when it is not there, for nobody but its owner.
 *
 * @throws {ConfigError} `BAD_CONFIG`, when it cannot be used.
 */
export function openDataDirectory({ dataDirectory, sessionSecret }: Config): DataDirectory {
  return orBadDirectory(() => {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
    return {
      sessionSecret: sessionSecret ?? keepSecret(path.join(dataDirectory, 'session-secret')),
      avatarDirectory: path.join(dataDirectory, 'avatars'),
    }
  })
}

/**
 * Opens what lies in an open data directory. One process has it at a time.
 *
 * @throws {ConfigError} `BAD_CONFIG`, when another has it.
 */
export function openFileStores({ dataDirectory }: Config): FileStores {
  return orBadDirectory(() => ({
    sessionStore: new FileStore({ path: path.join(dataDirectory, 'sessions.log') }),
    profileStore: new FileStore({
      path: path.join(dataDirectory, 'profiles.log'),
      ttl: FOR_EVER_MS,
    }),
  }))
}

function orBadDirectory<T>(open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError('DATA_DIR', error instanceof Error ? error.message : String(error))
  }
}

/** Reads the secret of an earlier start, or makes one; nobody else may read it. */
function keepSecret(file: string): string {
  const secret = readIfThere(file) ?? makeSecret(file)
  if (secret.length < 32) {
    throw new ConfigError(
      'DATA_DIR',
      `${file} holds ${secret.length} characters, and 32 are needed`,
    )
  }
  chmodSync(file, 0o600) // a copy of the folder may have lost it
  return secret
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The file is whole as soon as it has its name: a process that is killed leaves no half of it. */
function makeSecret(file: string): string {
  const draft = `${file}.${randomUUID()}`
  const secret = randomBytes(32).toString('base64url')
  try {
    writeFileSync(draft, `${secret}\n`, { flag: 'wx', mode: 0o600, flush: true })
    linkSync(draft, file)
  } catch (error) {
    // Another process of the game was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(file, 'utf8').trim()
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return secret
}
