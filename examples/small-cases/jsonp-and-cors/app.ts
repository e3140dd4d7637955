import cors from 'cors'

import express from '@tokkyu/core'

const weather = { city: 'Zürich', celsius: 7 }

export const app = express()

// JSONP is a script that any page may load: nothing but what everybody may read.
app.get('/weather.js', (req, res) => {
  res.jsonp(weather)
})

// With CORS the browser asks first, and the page of a partner may even send cookies.
app.use('/api', cors({ origin: ['https://partner.example'], credentials: true, maxAge: 600 }))

app.get('/api/weather', (req, res) => {
  res.json(weather)
})

app.put('/api/weather', express.json(), (req, res) => {
  if (!req.is('json')) return res.sendStatus(415)
  const { celsius } = req.body as { celsius?: unknown }
  if (typeof celsius !== 'number') return res.status(400).json({ error: 'celsius is a number' })
  weather.celsius = celsius
  return res.json(weather)
})
