import type { AsyncItems } from '../output/runtime.ts'

/**
 * The items of a `for await` in a program that is no asynchronous function: `more` fetches one, and an
 * ordinary loop over `items` runs its body with it. Leaving that loop early closes what is iterated.
 */
export class WaitingLoop implements AsyncItems {
  isFresh = true
  private iterator: AsyncIterator<unknown> | undefined
  private item: IteratorResult<unknown> = DONE
  private closing: Promise<unknown> | undefined
  private readonly onEnd: (loop: WaitingLoop) => void

  constructor(onEnd: (loop: WaitingLoop) => void) {
    this.onEnd = onEnd
  }

  more(): Promise<boolean> {
    return this.closing ? this.closing.then(() => false) : this.fetch()
  }

  items(iterable: unknown): Iterable<unknown> {
    if (this.isFresh) {
      this.isFresh = false
      this.iterator = iteratorOf(iterable as Iterable<unknown>)
      return []
    }
    let next = this.item
    return {
      [Symbol.iterator]: () => ({
        next: () => {
          const now = next
          next = DONE
          return now
        },
        // JavaScript calls this when the loop is left before its end.
        return: () => {
          this.close()
          return DONE
        },
      }),
    }
  }

  /** Tells what is iterated that no more is wanted. */
  close(): void {
    if (this.closing) return
    this.onEnd(this)
    this.closing = (async () => this.iterator?.return?.())()
    // Somebody waits for it only where the loop was left by `break`.
    this.closing.catch(() => {})
  }

  private async fetch(): Promise<boolean> {
    try {
      this.item = (await this.iterator?.next()) ?? DONE
    } catch (error) {
      this.onEnd(this)
      throw error
    }
    if (!this.item.done) return true
    this.onEnd(this)
    return false
  }
}

const DONE: IteratorResult<unknown> = { done: true, value: undefined }

function iteratorOf(
  iterable: Iterable<unknown> & Partial<AsyncIterable<unknown>>,
): AsyncIterator<unknown> {
  return iterable[Symbol.asyncIterator]?.() ?? waiting(iterable)
}

/** `for await` waits for what an ordinary list holds, too. */
async function* waiting(iterable: Iterable<unknown>): AsyncGenerator {
  yield* iterable
}
