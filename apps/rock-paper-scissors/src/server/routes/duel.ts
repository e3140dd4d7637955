import type { RequestHandler, WebSocketHandler } from '@tokkyu/core'

import { avatarUrl } from '../avatar-gallery.ts'
import { viewOf } from '../duel/duel.ts'
import type { Comer, RoomState } from '../duel/room-state.ts'
import type { Rooms } from '../duel/rooms.ts'
import { NotFoundError } from '../errors.ts'
import { ACTIONS } from '../game/rules.ts'
import { speak } from '../language.ts'
import { type Player, playerIdOf, type PlayerOf } from '../player.ts'
import type { Profiles } from '../profiles/profiles.ts'
import { profileUrl } from '../public-profile.ts'

/** `POST /duels`: opens a room; its address is the invitation. */
export function openDuel(rooms: Rooms): RequestHandler {
  return async (_req, res) => {
    const duel = `/duels/${await rooms.open()}`
    res.format({
      html: () => res.redirect(303, duel),
      json: () => res.status(201).json({ duel }),
      text: () => res.status(201).send(`${duel}\n`),
    })
  }
}

/** `GET /duels/:id`: the room. Who comes gets a name in the session, by which to return to the seat. */
export function showDuel(rooms: Rooms, playerOf: PlayerOf): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const { duel } = await findRoom(rooms, req)
    const t = speak(req, res)
    playerIdOf(playerOf(req))
    res.set('Cache-Control', 'no-store')
    const url = `${req.protocol}://${req.get('Host')}/duels/${duel.id}`
    const page = () => res.render('duel.html', { t, url, id: duel.id, actions: ACTIONS })
    res.format({ html: page, json: () => res.json(viewOf(duel)), default: page })
  }
}

/** `WS /duels/:id`: the first two play, everybody else watches, and so does who asks for `?watch`. */
export function playDuel(
  rooms: Rooms,
  playerOf: PlayerOf,
  profiles: Profiles,
): WebSocketHandler<{ id: string }> {
  return async (socket, req) => {
    const player = playerOf(req)
    const comer = 'watch' in req.query ? undefined : await comerOf(player, profiles)
    await rooms.serve(req.params.id, socket, comer)
  }
}

/** Before the handshake: who asks for a room that is not there gets an ordinary 404. */
export function needRoom(rooms: Rooms): RequestHandler<{ id: string }> {
  return async (req, _res, next) => {
    await findRoom(rooms, req)
    next()
  }
}

/** Who comes with the session that the page of the room has given; nobody without one. */
async function comerOf(player: Player, profiles: Profiles): Promise<Comer | undefined> {
  const { playerId, avatar } = player
  if (playerId === undefined) return undefined
  const profile = await profiles.find(playerId)
  const face = {
    name: profile?.name ?? null,
    avatar: avatar === undefined ? null : avatarUrl(avatar),
    profile: profile ? profileUrl(playerId) : null,
  }
  return { id: playerId, face }
}

async function findRoom(
  rooms: Rooms,
  req: { params: { id: string }; method: string; path: string },
): Promise<RoomState> {
  const room = await rooms.find(req.params.id)
  if (!room) throw new NotFoundError(req.method, req.path)
  return room
}
