import type { Context } from '../contexts/context.ts'
import { contextKey } from '../contexts/join.ts'

/** Numbers the places that a generated program has to name; equal places have one number. */
export class Places {
  readonly list: Context[] = []
  private readonly numbers = new Map<string, number>()

  numberOf(context: Context): number {
    const key = contextKey(context)
    let number = this.numbers.get(key)
    if (number === undefined) {
      number = this.list.push(context) - 1
      this.numbers.set(key, number)
    }
    return number
  }
}
