import { randomInt as cryptoRandomInt, randomBytes } from 'node:crypto'
import path from 'node:path'

import express, { type ChannelAdapter, type Express } from '@tokkyu/core'
import session, { MemoryStore, type SessionOptions, type Store } from '@tokkyu/session'
import createEngine from '@tokkyu/views'

import { allowedHosts } from './allowed-hosts.ts'
import { operation, undocumented } from './api/operation.ts'
import { IMAGE, LANGUAGE, MOVE, NAME, OPPONENT } from './api/schemas.ts'
import { assetFolders, type AssetFolders, serveAssets } from './assets.ts'
import { AvatarGallery } from './avatar-gallery.ts'
import { type Config, readConfig } from './config.ts'
import { CLOCKS, type MatchResult } from './duel/room-state.ts'
import { RoomsInMemory, type RoomStore } from './duel/room-store.ts'
import { Rooms } from './duel/rooms.ts'
import { notFound, showError } from './error-page.ts'
import type { RandomInt } from './game/match.ts'
import type { Site } from './pages.ts'
import type { Player, PlayerOf } from './player.ts'
import { countDuel } from './profiles/profile.ts'
import type { Profiles } from './profiles/profiles.ts'
import { profilesInMemory } from './profiles/stored-profiles.ts'
import { profilesShownWith } from './public-profile.ts'
import {
  atMost,
  type LimitStoreOf,
  NO_LIMITS,
  RATE_LIMITS,
  type RateLimits,
} from './rate-limits.ts'
import {
  changeAvatar,
  receiveAvatar,
  removeAvatar,
  showAvatar,
  showOwnAvatar,
} from './routes/avatar.ts'
import { needRoom, openDuel, playDuel, showDuel } from './routes/duel.ts'
import { needFormat } from './routes/formats.ts'
import { showHome } from './routes/home.ts'
import { showApi, showDocument } from './routes/api.ts'
import { chooseLanguage } from './routes/language.ts'
import { showLeaderboard } from './routes/leaderboard.ts'
import { chooseOpponent, reset } from './routes/opponent.ts'
import { chooseName, showProfile } from './routes/profile.ts'
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
  /** Where profiles and results are kept. @default in memory, until the process ends */
  readonly profiles?: Profiles
  /** Signs the session cookies. @default a random one */
  readonly sessionSecret?: string
  /** What pages load. @default what has been built, in production; else what it is built from */
  readonly assets?: AssetFolders
  /** How often one address may ask. @default `RATE_LIMITS`, unless the configuration turns them off */
  readonly rateLimits?: RateLimits
  /** Where requests are counted. @default in memory */
  readonly limitStoreOf?: LimitStoreOf | undefined
  /** How long a player of a duel may be away, in milliseconds. @default 30_000 */
  readonly duelGrace?: number
  /** How long a player may take to choose a move, in milliseconds. @default 60_000 */
  readonly duelPatience?: number
  /** Where duels are kept. @default in memory, until the process ends */
  readonly roomStore?: RoomStore
  /** How processes reach each other's sockets. @default not at all */
  readonly channelAdapter?: ((onReconnect: () => void) => ChannelAdapter) | undefined
}

/** The application, and the part of it that has to be closed before what it keeps. */
export interface Game {
  readonly app: Express
  readonly rooms: Rooms
}

export function createApp(options?: AppOptions): Express {
  return createGame(options).app
}

/** Puts the game together. The order of the lines is the order in which a request meets them. */
export function createGame({
  config = readConfig({}),
  randomInt = (end) => cryptoRandomInt(end),
  avatarDirectory,
  sessionStore = new MemoryStore(),
  profiles = profilesInMemory(),
  assets = assetFolders(config.isProduction),
  rateLimits = config.rateLimits ? RATE_LIMITS : NO_LIMITS,
  limitStoreOf,
  duelGrace = CLOCKS.away,
  duelPatience = CLOCKS.choose,
  roomStore,
  channelAdapter,
  sessionSecret = randomBytes(32).toString('base64url'),
}: AppOptions = {}): Game {
  const gallery = new AvatarGallery(avatarDirectory)
  const show = profilesShownWith(gallery)
  const app = express()
  app.set('views', VIEWS)
  app.engine('html', createEngine({ roots: VIEWS, cache: app.enabled('view cache') }).express)
  app.disable('x-powered-by')
  app.set('etag', 'strong')
  if (config.behindHttps) app.set('trust proxy', 'loopback')

  app.use(securityHeaders)
  app.use(allowedHosts(config.allowedHosts))
  const { asset, handlers } = serveAssets(assets)
  Object.assign(app.locals, { asset } satisfies Site)
  for (const [prefix, ...serve] of handlers) app.use(prefix, ...serve)

  const limited = (name: keyof RateLimits) => atMost(rateLimits[name], limitStoreOf?.(name))
  const mayPlay = limited('play')

  // Before the session: a round for nobody in particular reads and sets no cookie.
  app.get('/game', mayPlay, operation('playOnce', { query: MOVE }), playOnce(randomInt))

  // And what is the same for everybody.
  app.get('/players/:id', operation('player', {}), showProfile(profiles, show))
  app.get('/avatars/:name', undocumented, showAvatar(gallery))
  app.get('/api', undocumented, showApi)
  app.get('/api/openapi.json', undocumented, showDocument)

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
  const form = [mayPlay, needFormat, express.urlencoded(), express.json()]
  app.get('/', operation('home', {}), showHome(playerOf, profiles, show))
  app.post(
    '/game',
    form,
    operation('play', { body: MOVE }),
    playForPoints(playerOf, profiles, randomInt),
  )
  app.post(
    '/opponent',
    form,
    operation('chooseOpponent', { body: OPPONENT }),
    chooseOpponent(playerOf),
  )
  app.post('/reset', mayPlay, needFormat, operation('reset', {}), reset(playerOf))
  app.post(
    '/profile',
    limited('names'),
    form,
    operation('chooseName', { body: NAME }),
    chooseName(playerOf, profiles, show),
  )
  app.post('/language', form, operation('chooseLanguage', { body: LANGUAGE }), chooseLanguage)
  const clocks = { ...CLOCKS, away: duelGrace, choose: duelPatience }
  const rooms = new Rooms({
    channelOf: (name) => app.channel(name),
    store: roomStore ?? new RoomsInMemory(clocks),
    clocks,
    ended: (result) => countMatch(profiles, result),
  })
  if (channelAdapter) {
    app.set(
      'channel adapter',
      channelAdapter(() => void rooms.tellAll().catch(console.error)),
    )
  }
  app.get(
    '/leaderboard',
    operation('leaderboard', {}),
    showLeaderboard(playerOf, profiles, show, rooms),
  )
  app.post(
    '/duels',
    limited('rooms'),
    needFormat,
    operation('openDuel', {}, { status: 201 }),
    openDuel(rooms),
  )
  app.get('/duels/:id', operation('duel', {}), showDuel(rooms, playerOf))
  app.ws('/duels/:id', DUEL_LIMITS, needRoom(rooms), playDuel(rooms, playerOf, profiles))
  app.get('/avatar', undocumented, showOwnAvatar(playerOf, gallery))
  const image = operation('changeAvatar', { file: IMAGE }, AVATAR_FORM)
  const mayUpload = limited('uploads')
  app.post(
    '/avatar',
    mayUpload,
    needFormat,
    receiveAvatar(gallery),
    image,
    changeAvatar(playerOf, gallery, profiles),
  )
  app.post(
    '/avatar/remove',
    mayUpload,
    needFormat,
    operation('removeAvatar', {}),
    removeAvatar(playerOf, gallery, profiles),
  )

  app.use(notFound)
  app.use(showError)
  return { app, rooms }
}

/** Counts a match for those of its players who have a profile. */
async function countMatch(
  profiles: Profiles,
  { match, winner, loser }: MatchResult,
): Promise<void> {
  const count = (id: string): Promise<unknown> =>
    profiles.change(
      id,
      (profile) => profile && countDuel(profile, match, id === winner, Date.now()),
    )
  await Promise.all([count(winner), count(loser)])
}

const AVATAR_FORM = { consumes: 'multipart/form-data', fileField: 'avatar' }

/** A message of a duel has less than 200 bytes, and a person has few windows open. */
const DUEL_LIMITS = { maxPayload: 1024, maxConnections: 2000, maxConnectionsPerAddress: 100 }

/** How long a player who does not come back is remembered: half a year. */
const REMEMBERED_MS = 180 * 24 * 60 * 60 * 1000

function cookieOptions({ behindHttps }: Config): Pick<SessionOptions, 'hardened' | 'cookie'> {
  const cookie = { maxAge: REMEMBERED_MS, sameSite: 'lax' } as const
  // A hardened cookie is only kept on https; on plain http it has all of it but `Secure`.
  return behindHttps ? { hardened: true, cookie } : { cookie }
}
