/** A note as it is kept. */
export interface Note {
  readonly id: number
  readonly text: string
  /** Counts the changes. */
  readonly version: number
}

/** Notes in memory: what a database would do, with its compare-and-set. */
export class Notes {
  readonly #notes = new Map<number, Note>()
  #last = 0

  all(): Note[] {
    return [...this.#notes.values()]
  }

  find(id: number): Note | undefined {
    return this.#notes.get(id)
  }

  add(text: string): Note {
    return this.#keep({ id: ++this.#last, text, version: 1 })
  }

  change({ id, version }: Note, text: string): Note {
    return this.#keep({ id, text, version: version + 1 })
  }

  remove({ id }: Note): void {
    this.#notes.delete(id)
  }

  #keep(note: Note): Note {
    this.#notes.set(note.id, note)
    return note
  }
}
