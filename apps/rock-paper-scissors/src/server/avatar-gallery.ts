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

/**
 * The avatars of all players, as files of one folder. The type of each is the ending of its name,
 * so that the folder alone is enough to find them again after a restart.
 */
export class AvatarGallery {
  readonly #directory: string
  readonly #avatars: Map<string, Avatar>

  /**
   * Takes in what an earlier process left, and removes uploads that it did not finish.
   *
   * @param directory - made when it is not there. @default one in the temporary folder
   */
  constructor(directory: string = path.join(tmpdir(), `rock-paper-scissors-${randomUUID()}`)) {
    this.#directory = directory
    this.#avatars = takeIn(directory)
  }

  /** The folder to store images in. It is there when the promise resolves, whoever cleaned up. */
  async directory(): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    return this.#directory
  }

  /** Takes a stored image in, and gives the name to find it by. */
  async add(avatar: Avatar): Promise<string> {
    const name = `${randomUUID()}.${avatar.type.slice('image/'.length)}`
    const place = path.join(path.dirname(avatar.path), name)
    await rename(avatar.path, place)
    this.#avatars.set(name, { path: place, type: avatar.type })
    const [oldest] = this.#avatars.keys()
    if (this.#avatars.size > CAPACITY && oldest !== undefined) await this.remove(oldest)
    return name
  }

  find(name: string | undefined): Avatar | undefined {
    return name === undefined ? undefined : this.#avatars.get(name)
  }

  /** Forgets an avatar and its file; one that is not there is no error. */
  async remove(name: string): Promise<void> {
    const avatar = this.#avatars.get(name)
    this.#avatars.delete(name)
    if (avatar) await rm(avatar.path, { force: true })
  }
}

/** The avatars of a folder, the oldest first. */
function takeIn(directory: string): Map<string, Avatar> {
  const found: { name: string; avatar: Avatar; since: number }[] = []
  for (const name of listIfThere(directory)) {
    const place = path.join(directory, name)
    const type = `image/${path.extname(name).slice(1)}`
    if (IMAGE_TYPES.some((known) => known === type)) {
      found.push({ name, avatar: { path: place, type }, since: statSync(place).mtimeMs })
    } else rmSync(place, { recursive: true, force: true })
  }
  found.sort((one, other) => one.since - other.since)
  return new Map(found.map(({ name, avatar }) => [name, avatar]))
}

function listIfThere(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
