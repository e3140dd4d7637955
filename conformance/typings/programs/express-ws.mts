// A package that is given an app and adds to it, where `express` means us. Never run.
import express from 'express'
import expressWs from 'express-ws'

const app = express()
const sockets = expressWs(express())
sockets.app.ws('/echo', (ws, req) => {
  ws.on('message', (message) => ws.send(`${req.path}: ${String(message)}`))
})
app.use('/sockets', sockets.app)
