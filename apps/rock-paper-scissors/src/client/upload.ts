/** What came back. */
interface Answer {
  readonly ok: boolean
  readonly text: string
}

/**
 * Sends a form as `fetch` would, and shows how much of it has left in the `progress` of the form;
 * `fetch` does not tell.
 *
 * @throws when no answer came.
 */
export async function upload(
  url: string,
  body: FormData,
  bar: HTMLProgressElement,
): Promise<Answer> {
  const request = new XMLHttpRequest()
  request.open('POST', url)
  request.setRequestHeader('Accept', 'text/html')
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    bar.value = loaded / Math.max(total, 1)
  })
  bar.value = 0
  bar.hidden = false
  try {
    await new Promise((resolve, reject) => {
      request.addEventListener('load', resolve)
      request.addEventListener('error', reject)
      request.send(body)
    })
    return { ok: request.status >= 200 && request.status < 300, text: request.responseText }
  } finally {
    bar.hidden = true
  }
}
