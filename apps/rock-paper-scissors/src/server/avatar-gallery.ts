import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** An image that has been checked and stored. */
export interface Avatar {
  readonly path: string
  /** The type that its first bytes show, never the one its sender claimed. */
  readonly type: string
}

/** How many avatars are kept; the oldest goes when one more comes, so that the disk cannot fill up. */
const CAPACITY = 200

/**
 * The avatars of those who play now, as files of one folder. Like the sessions that name them they
 * last as long as the process.
 */
export class AvatarGallery {
  readonly #directory: string
  readonly #avatars = new Map<string, Avatar>()

  /** @param directory - made when it is first needed. @default one in the temporary folder */
  constructor(directory: string = path.join(tmpdir(), `rock-paper-scissors-${randomUUID()}`)) {
    this.#directory = directory
  }

  /** The folder to store images in. It is there when the promise resolves, whoever cleaned up. */
  async directory(): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    return this.#directory
  }

  /** Takes a stored image in, and gives the name to find it by. */
  async add(avatar: Avatar): Promise<string> {
    const name = path.basename(avatar.path)
    this.#avatars.set(name, avatar)
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
