/** Copies what stands in `field` when `button` is pressed, and says so in `told`, in its own words. */
export function copyOnPress(
  button: HTMLElement | null,
  field: HTMLInputElement | null,
  told: HTMLElement | null,
): void {
  button?.addEventListener('click', () => void copy())

  async function copy(): Promise<void> {
    if (!field) return
    try {
      await navigator.clipboard.writeText(field.value)
      if (told) told.textContent = told.dataset['done'] ?? ''
    } catch {
      field.select() // who may not write to the clipboard has it marked, to copy it by hand
      field.focus()
    }
  }
}
