const sayings = document.querySelector('#sayings')
const form = document.querySelector('#say')
const people = document.querySelector('#people')

new EventSource('/people').addEventListener('people', ({ data }) => {
  people.textContent = `${data} here.`
})

let socket
connect()

function connect() {
  socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/chat`)
  socket.addEventListener('open', () => sayings.replaceChildren())
  socket.addEventListener('message', ({ data }) => {
    const { name, text } = JSON.parse(data)
    const line = document.createElement('li')
    line.textContent = `${name}: ${text}`
    sayings.append(line)
    line.scrollIntoView()
  })
  // Not all at once when the server comes back.
  socket.addEventListener('close', () => setTimeout(connect, 500 + Math.random() * 2000))
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (socket.readyState !== WebSocket.OPEN) return
  socket.send(form.elements[0].value)
  form.reset()
})
