/** Copies the report; without it the page is whole, but for that button. */
export const pageScript = `
const button = document.getElementById('copy')
if (navigator.clipboard) {
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById('text').textContent)
    button.textContent = 'Copied'
  })
}
`
