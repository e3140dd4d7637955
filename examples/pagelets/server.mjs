// A page whose parts come when they are ready. `node server.mjs`, then open the address.
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import express from '@tokkyu/core'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Stands for databases and services, of which some are slow and one is down. */
const services = {
  news: (patience) => delay(patience, ['A bridge opens', 'Rain <later>', 'Chess ends in a draw']),
  replies: (patience) => delay(patience * 2, 128),
  weather: (patience) => delay(patience / 2, { place: 'Zürich', degrees: 7 }),
  shares: async (patience) => {
    await delay(patience)
    throw new Error('The exchange does not answer')
  },
}

export const app = express()
app.set('views', here('views'))
app.set('view engine', 'html')
app.use(express.static(here('public')))

app.use((req, res, next) => {
  const nonce = randomBytes(16).toString('base64')
  res.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'self'; script-src 'nonce-${nonce}'`,
  )
  next()
})

// `?patience=0` has all of them answer at once.
app.get('/', (req, res) => {
  const patience = Math.min(Number(req.query.patience ?? 1000) || 0, 10_000)
  const asked = Object.entries(services).map(([name, ask]) => [name, ask(patience)])
  return res.renderStream('home', Object.fromEntries(asked))
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}`)
  })
}
