import { randomInt as cryptoRandomInt, randomBytes } from 'node:crypto'
import path from 'node:path'

import express, { type Express } from '@tokkyu/core'
import session, { MemoryStore, type SessionOptions, type Store } from '@tokkyu/session'
import createEngine from '@tokkyu/views'

import { AvatarGallery } from './avatar-gallery.ts'
import { type Config, readConfig } from './config.ts'
import { Rooms } from './duel/rooms.ts'
import { notFound, showError } from './error-page.ts'
import type { RandomInt } from './game/match.ts'
import type { Player, PlayerOf } from './player.ts'
import { changeAvatar, receiveAvatar, showAvatar } from './routes/avatar.ts'
import { needRoom, openDuel, playDuel, showDuel } from './routes/duel.ts'
import { showHome } from './routes/home.ts'
import { chooseOpponent, reset } from './routes/opponent.ts'
import { playForPoints, playOnce } from './routes/round.ts'
import { sameOrigin } from './same-origin.ts'
import { securityHeaders } from './security-headers.ts'

/** The folder of the game: both `src/server` and `dist/server` lie two levels below it. */
const HOME = path.resolve(import.meta.dirname, '../..')
const VIEWS = path.join(HOME, 'views')

export interface AppOptions {
  /** @default what `readConfig` makes of an empty environment */
  readonly config?: Config
  /** Where the computer's choices come from. @default `crypto.randomInt` */
  readonly randomInt?: RandomInt
  /** Where avatars are stored. @default a folder of its own in the temporary one */
  readonly avatarDirectory?: string
  /** Where the players are kept. @default in memory, until the process ends */
  readonly sessionStore?: Store
  /** Signs the session cookies. @default a random one */
  readonly sessionSecret?: string
  /** How long a player of a duel may be away, in milliseconds. @default 30_000 */
  readonly duelGrace?: number
}

/** Puts the game together. The order of the lines is the order in which a request meets them. */
export function createApp({
  config = readConfig({}),
  randomInt = (end) => cryptoRandomInt(end),
  avatarDirectory,
  sessionStore = new MemoryStore(),
  duelGrace,
  sessionSecret = randomBytes(32).toString('base64url'),
}: AppOptions = {}): Express {
  const gallery = new AvatarGallery(avatarDirectory)
  const app = express()
  app.set('views', VIEWS)
  app.engine('html', createEngine({ roots: VIEWS, cache: app.enabled('view cache') }).express)
  app.disable('x-powered-by')
  if (config.behindHttps) app.set('trust proxy', 'loopback')

  app.use(securityHeaders)
  app.use(express.static(path.join(HOME, 'public')))
  app.use('/client', express.static(path.join(HOME, 'dist/client')))

  // Before the session: a round for nobody in particular reads and sets no cookie.
  app.get('/game', playOnce(randomInt))

  const sessions = session<Player>({
    ...cookieOptions(config),
    secret: sessionSecret,
    store: sessionStore,
    resave: false,
    saveUninitialized: false,
  })
  const playerOf: PlayerOf = (req) => sessions.of(req)
  app.use(sessions)
  app.use(sameOrigin())
  app.get('/', showHome(playerOf))
  app.post('/game', express.urlencoded(), express.json(), playForPoints(playerOf, randomInt))
  app.post('/opponent', express.urlencoded(), express.json(), chooseOpponent(playerOf))
  app.post('/reset', reset(playerOf))
  const rooms = new Rooms((name) => app.channel(name), duelGrace)
  app.post('/duels', openDuel(rooms))
  app.get('/duels/:id', showDuel(rooms, playerOf))
  app.ws('/duels/:id', DUEL_LIMITS, needRoom(rooms), playDuel(rooms, playerOf))
  app.get('/avatar', showAvatar(playerOf, gallery))
  app.post('/avatar', receiveAvatar(gallery), changeAvatar(playerOf, gallery))

  app.use(notFound)
  app.use(showError)
  return app
}

/** A message of a duel has less than 200 bytes, and a person has few windows open. */
const DUEL_LIMITS = { maxPayload: 1024, maxConnections: 2000, maxConnectionsPerAddress: 100 }

/** How long a player who does not come back is remembered: half a year. */
const REMEMBERED_MS = 180 * 24 * 60 * 60 * 1000

function cookieOptions({ behindHttps }: Config): Pick<SessionOptions, 'hardened' | 'cookie'> {
  const cookie = { maxAge: REMEMBERED_MS, sameSite: 'lax' } as const
  // A hardened cookie is only kept on https; on plain http it has all of it but `Secure`.
  return behindHttps ? { hardened: true, cookie } : { cookie }
}
