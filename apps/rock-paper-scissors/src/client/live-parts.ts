/**
 * Takes over from another rendering of this page whatever changes while playing: the elements
 * marked `data-live`, found by their ids. The elements themselves stay, only their children are
 * replaced, so that focus is kept and screen readers announce what is new.
 */
export function showLiveParts(page: Document): void {
  for (const part of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(part.id)
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes)
  }
}
