import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { IMAGE_TYPES } from './avatar-limits.ts'

/** An image that has been checked and stored. */
export interface Avatar {
  readonly path: string
  /** The type that its first bytes show, never the one its sender claimed. */
  readonly type: string
}

/** The address of an avatar, which nobody can guess. */
export function avatarUrl(name: string): string {
  return `/avatars/${encodeURIComponent(name)}`
}

/** How many avatars are kept; the oldest goes when one more comes, so that the disk cannot fill up. */
const CAPACITY = 200

/** What has no name of an avatar after so long is an upload that nobody will finish. */
const UNFINISHED_MS = 10 * 60 * 1000

const NAME = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.([a-z]+)$/

/**
 * The avatars of all players, as files of one folder. The name of each is all there is to know of it, so
 * that every process that has the folder finds what another has taken in.
 */
export class AvatarGallery {
  readonly #directory: string

  /**
   * Removes uploads that an earlier process did not finish.
   *
   * @param directory - made when it is not there. @default one in the temporary folder
   */
  constructor(directory: string = path.join(tmpdir(), `rock-paper-scissors-${randomUUID()}`)) {
    this.#directory = directory
    for (const name of namesIn(directory).filter((each) => typeOf(each) === undefined)) {
      const isLeft = (sinceWhen(directory, name) ?? Infinity) < Date.now() - UNFINISHED_MS
      if (isLeft) rmSync(path.join(directory, name), { recursive: true, force: true })
    }
  }

  /** The folder to store images in. It is there when the promise resolves, whoever cleaned up. */
  async directory(): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    return this.#directory
  }

  /** Takes a stored image in, and gives the name to find it by. */
  async add(avatar: Avatar): Promise<string> {
    const name = `${randomUUID()}.${avatar.type.slice('image/'.length)}`
    await rename(avatar.path, path.join(this.#directory, name))
    await this.#makeRoom(name)
    return name
  }

  find(name: string | undefined): Avatar | undefined {
    const type = name === undefined ? undefined : typeOf(name)
    if (name === undefined || type === undefined) return undefined
    const place = path.join(this.#directory, name)
    return statSync(place, { throwIfNoEntry: false }) && { path: place, type }
  }

  /** Removes an avatar; one that is not there is no error. */
  async remove(name: string): Promise<void> {
    const avatar = this.find(name)
    if (avatar) await rm(avatar.path, { force: true })
  }

  /** Removes the oldest, where there are too many; never the one that has just come. */
  async #makeRoom(newest: string): Promise<void> {
    const others = namesIn(this.#directory).filter((name) => name !== newest && typeOf(name))
    if (others.length < CAPACITY) return
    const dated = others.map((name) => ({ name, since: sinceWhen(this.#directory, name) ?? 0 }))
    dated.sort((one, other) => other.since - one.since)
    await Promise.all(dated.slice(CAPACITY - 1).map(({ name }) => this.remove(name)))
  }
}

/** Nothing for what is no name of an avatar: it leads nowhere, so it cannot lead out of the folder. */
function typeOf(name: string): string | undefined {
  const type = `image/${NAME.exec(name)?.[1]}`
  return IMAGE_TYPES.some((known) => known === type) ? type : undefined
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Nothing for what another process has just removed. */
function sinceWhen(directory: string, name: string): number | undefined {
  return statSync(path.join(directory, name), { throwIfNoEntry: false })?.mtimeMs
}
