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
    for (const { name, since } of filesIn(directory)) {
      const isLeft = typeOf(name) === undefined && since < Date.now() - UNFINISHED_MS
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
    const avatars = filesIn(this.#directory).filter((file) => typeOf(file.name) !== undefined)
    avatars.sort((one, other) => other.since - one.since)
    const surplus = avatars.filter((file) => file.name !== name).slice(CAPACITY - 1)
    await Promise.all(surplus.map((file) => this.remove(file.name)))
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
}

/** Nothing for what is no name of an avatar: it leads nowhere, so it cannot lead out of the folder. */
function typeOf(name: string): string | undefined {
  const type = `image/${NAME.exec(name)?.[1]}`
  return IMAGE_TYPES.some((known) => known === type) ? type : undefined
}

/** What is in a folder, and since when. Another process may remove it at any moment. */
function filesIn(directory: string): { readonly name: string; readonly since: number }[] {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return names.flatMap((name) => {
    const stat = statSync(path.join(directory, name), { throwIfNoEntry: false })
    return stat ? [{ name, since: stat.mtimeMs }] : []
  })
}
