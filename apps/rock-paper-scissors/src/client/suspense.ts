/** How long the hands are shaken, in milliseconds, when nothing else waits to be played. */
export const SHAKE_MS = 600

/** Between two rounds when more presses wait: long enough to see each. */
const HURRIED_MS = 150

/** Whether motion is unwelcome here. */
export function wantsNoMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** A round whose answer is on its way. */
export interface Suspense {
  /** Resolves once the hands were shaken long enough; at once for who wants no motion. */
  over(hurried: boolean): Promise<void>
  /** Puts back on the table what lay there. */
  giveUp(): void
}

/**
 * Clears the table: two closed hands that shake until the answer is shown. Screen readers are told
 * nothing (`aria-busy`) until then.
 */
export function raiseHands(table: HTMLElement): Suspense {
  const began = performance.now()
  const still = wantsNoMotion()
  const before = [...table.cloneNode(true).childNodes]
  table.setAttribute('aria-busy', 'true')
  if (!still) clear(table)
  return {
    async over(hurried) {
      const left = began + (hurried ? HURRIED_MS : SHAKE_MS) - performance.now()
      if (!still && left > 0) await new Promise((resolve) => setTimeout(resolve, left))
      table.removeAttribute('aria-busy')
    },
    giveUp() {
      table.replaceChildren(...before)
      table.removeAttribute('aria-busy')
    },
  }
}

function clear(table: HTMLElement): void {
  table.firstElementChild?.classList.add('shaking')
  table.firstElementChild?.classList.remove('win', 'lose', 'draw')
  for (const drawing of table.querySelectorAll('.card .icon')) {
    drawing.setAttribute('class', 'icon rock')
    drawing.firstElementChild?.setAttribute('href', '#icon-rock')
  }
  // Words that are not there take as much room as they did.
  for (const word of table.querySelectorAll('.what, .verdict > *')) word.classList.add('unseen')
}
