import { playByKeys } from './keys.ts'
import { submitInPlace } from './submit-in-place.ts'

// The page works without this script. With it, forms answer without a reload and keys play.
const known = new WeakSet<HTMLFormElement>()

// Before the form itself hears of it: parts of the page come and go, and forms with them.
document.addEventListener(
  'submit',
  ({ target }) => {
    if (!(target instanceof HTMLFormElement) || known.has(target)) return
    known.add(target)
    if ('inPlace' in target.dataset) submitInPlace(target)
  },
  { capture: true },
)
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-on-change]')) {
  form.addEventListener('change', () => form.requestSubmit())
}
const play = document.querySelector<HTMLElement>('#play')
if (play) playByKeys(play)
