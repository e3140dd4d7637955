/** A note as it is kept. */
export interface Note {
  readonly id: string
  readonly text: string
}

/** Where notes are kept: all that the app knows of a database. */
export interface Notes {
  all(): Promise<Note[]>
  find(id: string): Promise<Note | undefined>
  add(text: string): Promise<Note>
  /** @returns whether it was there. */
  remove(id: string): Promise<boolean>
  close(): Promise<void>
}

/** What stands in a path as an id, as a number of the database; nothing else is one. */
export function numberOf(id: string): number | undefined {
  const number = Number(id)
  return /^[1-9]\d*$/.test(id) && number <= 2_147_483_647 ? number : undefined
}
