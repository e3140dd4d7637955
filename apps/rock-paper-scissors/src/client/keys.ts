const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
}

/**
 * Plays by keyboard: each move by the letter in its `aria-keyshortcuts`, and from move to move with
 * the arrow keys. Keys count while nothing has focus or something inside `area` has it: single
 * letters must not fire from elsewhere on the page (WCAG 2.1.4).
 */
export function playByKeys(area: HTMLElement): void {
  document.addEventListener('keydown', (event) => {
    if (!isPlain(event) || !isAt(area)) return
    const moves = [...area.querySelectorAll<HTMLButtonElement>('button[aria-keyshortcuts]')]
    const key = event.key.toLowerCase()
    const chosen = moves.find((move) => move.getAttribute('aria-keyshortcuts') === key)
    const next = chosen ?? neighbour(moves, STEPS[event.key])
    if (!next) return
    event.preventDefault()
    next.focus()
    if (chosen) chosen.click()
  })
}

function isPlain(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !event.isComposing
}

function isAt(area: HTMLElement): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || area.contains(activeElement)
}

/** The move that lies `step` places from the focused one, going round at the ends. */
function neighbour(moves: HTMLButtonElement[], step = 0): HTMLButtonElement | undefined {
  const focused = moves.findIndex((move) => move === document.activeElement)
  if (step === 0 || focused === -1) return undefined
  return moves[(focused + step + moves.length) % moves.length]
}
