import { randomUUID } from 'node:crypto'

import type { RequestHandler, WebSocketHandler } from '@tokkyu/core'

import { viewOf } from '../duel/duel.ts'
import type { Room } from '../duel/room.ts'
import type { Rooms } from '../duel/rooms.ts'
import { NotFoundError } from '../errors.ts'
import { ACTIONS } from '../game/rules.ts'
import { speak } from '../language.ts'
import type { PlayerOf } from '../player.ts'

/** `POST /duels`: opens a room; its address is the invitation. */
export function openDuel(rooms: Rooms): RequestHandler {
  // Opened only once a format is agreed on: what is answered 406 must not take a room.
  const open = (): string => `/duels/${rooms.open()}`
  return (_req, res) => {
    res.format({
      html: () => res.redirect(303, open()),
      json: () => res.status(201).json({ duel: open() }),
      text: () => res.status(201).send(`${open()}\n`),
    })
  }
}

/** `GET /duels/:id`: the room. Who comes gets a name in the session, by which to return to the seat. */
export function showDuel(rooms: Rooms, playerOf: PlayerOf): RequestHandler<{ id: string }> {
  return (req, res) => {
    const { duel } = findRoom(rooms, req)
    const t = speak(req, res)
    playerOf(req).duelist ??= randomUUID()
    res.set('Cache-Control', 'no-store')
    const url = `${req.protocol}://${req.get('Host')}/duels/${duel.id}`
    const page = () => res.render('duel.html', { t, url, id: duel.id, actions: ACTIONS })
    res.format({ html: page, json: () => res.json(viewOf(duel)), default: page })
  }
}

/** `WS /duels/:id`: the first two play, everybody else watches, and so does who asks for `?watch`. */
export function playDuel(rooms: Rooms, playerOf: PlayerOf): WebSocketHandler<{ id: string }> {
  return async (socket, req) => {
    const { duelist } = playerOf(req)
    await findRoom(rooms, req).serve(socket, 'watch' in req.query ? undefined : duelist)
  }
}

/** Before the handshake: who asks for a room that is not there gets an ordinary 404. */
export function needRoom(rooms: Rooms): RequestHandler<{ id: string }> {
  return (req, _res, next) => {
    findRoom(rooms, req)
    next()
  }
}

function findRoom(
  rooms: Rooms,
  req: { params: { id: string }; method: string; path: string },
): Room {
  const room = rooms.find(req.params.id)
  if (!room) throw new NotFoundError(req.method, req.path)
  return room
}
