import { playByKeys } from './keys.ts'
import { submitInPlace } from './submit-in-place.ts'

// The page works without this script. With it, forms answer without a reload and keys play.
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-in-place]')) {
  submitInPlace(form)
}
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-on-change]')) {
  form.addEventListener('change', () => form.requestSubmit())
}
const play = document.querySelector<HTMLElement>('#play')
if (play) playByKeys(play)
