import { showLiveParts } from './live-parts.ts'
import { showNotice } from './notice.ts'

/**
 * Sends a form by `fetch` and shows its answer in the page as it stands. The server answers with
 * the same page that it would give without scripts, so there is nothing here to keep in step with it.
 * One answer at a time: presses while one is under way are dropped.
 */
export function submitInPlace(form: HTMLFormElement): void {
  let busy = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (busy) return
    busy = true
    void send(form, event.submitter).then((sent) => {
      if (sent) form.reset()
      busy = false
    })
  })
}

/** Resolves with whether the server did what it was asked. */
async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<boolean> {
  const noAnswer = form.closest<HTMLElement>('[data-no-answer]')?.dataset['noAnswer']
  const tooLarge = findTooLargeFile(form)
  if (tooLarge) return refuse(form, tooLarge)
  try {
    // Not `form.action`: a button of that name hides it.
    const response = await fetch(form.getAttribute('action') ?? '', {
      method: 'POST',
      headers: { Accept: 'text/html' },
      body: bodyOf(form, submitter),
    })
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    if (!response.ok)
      return refuse(form, page.querySelector('[data-error]')?.textContent ?? noAnswer)
    showNotice(form, '')
    showLiveParts(page)
    return true
  } catch {
    return refuse(form, noAnswer)
  }
}

function refuse(form: HTMLFormElement, reason = ''): false {
  showNotice(form, reason)
  return false
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
