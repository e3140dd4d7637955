import type { EventLog, Express, Request, ServerWebSocket } from '@tokkyu/core'

/** One thing that was said. */
interface Saying {
  readonly name: string | undefined
  readonly text: string
}

/** How many of the last sayings a newcomer is told. */
const REMEMBERED = 50

/** Tells all in the room what each says. Of several processes, each a room: see `channel adapter`. */
export function chat(app: Express, people: EventLog) {
  const room = app.channel('lobby')
  const past: Saying[] = []
  const count = () => people.publish({ event: 'people', data: String(room.size) })

  return async (socket: ServerWebSocket, req: Request) => {
    const { name } = req.session
    await room.join(socket)
    count()
    socket.once('close', count)
    for (const saying of past) socket.sendJson(saying)
    for await (const message of socket) {
      const text = String(message).trim().slice(0, 500)
      if (text === '') continue
      past.push({ name, text })
      if (past.length > REMEMBERED) past.shift()
      await room.publishJson({ name, text })
    }
  }
}
