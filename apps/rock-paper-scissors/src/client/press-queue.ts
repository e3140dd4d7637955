/** How many presses may wait behind the one that is being answered. */
const WAITING = 3

/** Answers presses one after the other, in their order. */
export interface PressQueue {
  /** @returns false when too many wait already; the press is then not taken. */
  press(button: HTMLElement | null): boolean
  /** How many wait behind the one under way. */
  waiting(): number
}

/**
 * @param answer - resolves with whether the press was answered; when not, those behind it are
 *   dropped, because the player is told of a failure and must not be surprised by the rest.
 * @param changed - called whenever the number of those that wait may be another.
 */
export function queuePresses(
  answer: (button: HTMLElement | null) => Promise<boolean>,
  changed: (waiting: number) => void,
): PressQueue {
  const behind: (HTMLElement | null)[] = []
  let busy = false

  async function run(first: HTMLElement | null): Promise<void> {
    busy = true
    let next: HTMLElement | null | undefined = first
    while (next !== undefined) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      if (!(await answer(next))) behind.length = 0
      next = behind.shift()
      changed(behind.length)
    }
    busy = false
  }

  return {
    press(button) {
      if (!busy) void run(button)
      else if (behind.length < WAITING) changed(behind.push(button))
      else return false
      return true
    },
    waiting: () => behind.length,
  }
}
