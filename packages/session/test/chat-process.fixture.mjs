// One of several processes of a chat: a core app whose channels meet in a Redis. Says its port.
import { Redis } from 'ioredis'
import { redisChannels } from '@tokkyu/session/redis'
import express from '../../core/entry/index.mjs'

const client = new Redis(process.argv[2])
const subscriber = client.duplicate()
const app = express()
app.set('channel adapter', redisChannels({ client, subscriber }))
app.ws('/rooms/:room/:name', async (socket, req) => {
  const { room, name } = req.params
  const channel = app.channel(room)
  socket.on('close', () => void channel.publish(`${name} has left`).catch(() => {}))
  await channel.join(socket)
  await channel.publish(`${name} is here`)
  for await (const message of socket) await channel.publish(`${name}: ${String(message)}`)
})
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))
