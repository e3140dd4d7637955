/** Tells the player what went wrong; the element is an alert, so it is spoken too. */
export function showNotice(text: string): void {
  const notice = document.querySelector('#notice')
  if (notice) notice.textContent = text
}

export function clearNotice(): void {
  showNotice('')
}
