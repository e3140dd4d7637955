import { showLiveParts } from './live-parts.ts'
import { showNotice } from './notice.ts'
import { queuePresses } from './press-queue.ts'
import { raiseHands, type Suspense } from './suspense.ts'
import { upload } from './upload.ts'

/** An answer that takes longer is shown to be on its way, in milliseconds. */
const BUSY_AFTER_MS = 300

/**
 * Sends a form by `fetch` and shows its answer in the page as it stands. The server answers with
 * the same page that it would give without scripts, so there is nothing here to keep in step with it.
 * One answer at a time: presses while one is under way wait for their turn, and are refused with
 * a word when too many do.
 */
export function submitInPlace(form: HTMLFormElement): void {
  const table = document.getElementById(form.dataset['table'] ?? '')
  const queue = queuePresses(
    async (button) => {
      const suspense = table ? raiseHands(table) : undefined
      const answered = await send(form, button, suspense, () => queue.waiting() > 0)
      if (!answered) suspense?.giveUp()
      // A file that was refused goes too: choosing it again must be a change.
      if (form.dataset['inPlace'] === 'reset') form.reset()
      return answered
    },
    (waiting) => showWaiting(form, waiting),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!queue.press(event.submitter)) refuse(form, form.dataset['tooFast'])
  })
}

/** Resolves with whether the server did what it was asked. */
async function send(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  suspense: Suspense | undefined,
  hurried: () => boolean,
): Promise<boolean> {
  const noAnswer = form.closest<HTMLElement>('[data-no-answer]')?.dataset['noAnswer']
  const tooLarge = findTooLargeFile(form)
  if (tooLarge) return refuse(form, tooLarge)
  const busy = setTimeout(() => form.setAttribute('aria-busy', 'true'), BUSY_AFTER_MS)
  try {
    const response = await post(form, submitter)
    const page = new DOMParser().parseFromString(response.text, 'text/html')
    if (!response.ok)
      return refuse(form, page.querySelector('[data-error]')?.textContent ?? noAnswer)
    await suspense?.over(hurried())
    showNotice(form, '')
    showDone(form, form.dataset['done'])
    showLiveParts(page)
    // Who pressed a button that is gone now would start again at the top of the page.
    if (!form.isConnected) document.getElementById(form.dataset['thenFocus'] ?? '')?.focus()
    return true
  } catch {
    return refuse(form, noAnswer)
  } finally {
    clearTimeout(busy)
    form.removeAttribute('aria-busy')
  }
}

/** Says how many presses wait, in the form's own words for it. */
function showWaiting(form: HTMLFormElement, waiting: number): void {
  const place = form.querySelector<HTMLElement>('[data-waiting]')
  if (!place) return
  place.textContent = waiting > 0 ? `${place.dataset['waiting']} ${waiting}` : ''
}

function refuse(form: HTMLFormElement, reason = ''): false {
  showNotice(form, reason)
  showDone(form, '')
  return false
}

function showDone(form: HTMLFormElement, text = ''): void {
  const place = form.querySelector('.done')
  if (place) place.textContent = text
}

async function post(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
): Promise<{ ok: boolean; text: string }> {
  const url = form.getAttribute('action') ?? '' // not `form.action`: a button of that name hides it
  const body = bodyOf(form, submitter)
  const bar = form.querySelector('progress')
  if (bar && body instanceof FormData) return upload(url, body, bar)
  const response = await fetch(url, { method: 'POST', headers: { Accept: 'text/html' }, body })
  return { ok: response.ok, text: await response.text() }
}

function bodyOf(form: HTMLFormElement, submitter: HTMLElement | null): FormData | URLSearchParams {
  const data = new FormData(form, submitter)
  if (form.enctype === 'multipart/form-data') return data
  const fields = [...data].filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  )
  return new URLSearchParams(fields)
}

/**
 * Looks before sending: a server that stops a file in the middle closes the connection, and a
 * browser then often reports a broken network instead of the answer.
 *
 * @returns what to tell the player, if some file is larger than its field allows.
 */
function findTooLargeFile(form: HTMLFormElement): string | undefined {
  for (const input of form.querySelectorAll<HTMLInputElement>('input[type=file][data-limit]')) {
    const limit = Number(input.dataset['limit'])
    if ([...(input.files ?? [])].some(({ size }) => size > limit)) return input.dataset['tooLarge']
  }
  return undefined
}
