/** Tells the player, beside the form, what went wrong; it is an alert, so it is spoken too. */
export function showNotice(form: HTMLFormElement, text: string): void {
  const notice = form.querySelector('.notice')
  if (notice) notice.textContent = text
}
