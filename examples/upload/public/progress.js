// fetch() does not tell how much of a body has gone out; XMLHttpRequest does.
const form = document.querySelector('form')
const [label, bar, output] = ['form > label:last-of-type', 'progress', 'output'].map((selector) =>
  form.querySelector(selector),
)
const [status, list] = ['[role=status]', 'ul'].map((selector) => document.querySelector(selector))
const [start, cancel] = form.querySelectorAll('button')

let request
cancel.addEventListener('click', () => request.abort())

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  busy(true)
  say('')
  try {
    request = send(form, showProgress)
    for (const picture of await request.answer) show(picture)
    form.reset()
    say('Done.')
  } catch (error) {
    say(error.message, true)
  } finally {
    busy(false)
  }
})

/** Sends a form; `onProgress(sent, total)` is called as its bytes leave. */
function send({ action, method }, onProgress) {
  const xhr = new XMLHttpRequest()
  xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded, total))
  const answer = new Promise((resolve, reject) => {
    const fail = (message) => () => reject(new Error(message))
    xhr.addEventListener('load', () => {
      if (xhr.status === 201) resolve(xhr.response)
      else fail(xhr.response?.message ?? `The server answered ${xhr.status}`)()
    })
    xhr.addEventListener('abort', fail('Cancelled: the server keeps nothing of it.'))
    // Also when a file is far too large: the server answers and hangs up before all of it is sent.
    xhr.addEventListener('error', fail('The connection broke off.'))
  })
  xhr.open(method, action)
  xhr.responseType = 'json'
  xhr.send(new FormData(form))
  return { answer, abort: () => xhr.abort() }
}

function showProgress(sent, total) {
  bar.value = sent / total
  output.value = `${Math.floor((100 * sent) / total)} % of ${Math.ceil(total / 1024)} KiB`
}

function busy(now) {
  start.disabled = now
  cancel.hidden = label.hidden = !now
  bar.value = 0
}

function say(text, wrong = false) {
  status.textContent = text
  status.classList.toggle('wrong', wrong)
}

function show({ name, type, size, sha256 }) {
  const item = document.createElement('li')
  item.textContent = `${name}: ${type}, ${size} bytes, SHA-256 ${sha256.slice(0, 12)}…`
  list.prepend(item)
}
