import { randomBytes, randomInt } from 'node:crypto'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'

import WebSocket from 'ws'

import { commitmentTo } from '../src/server/duel/commitment.ts'
import type {
  ClientMessage,
  DuelView,
  Reveal,
  Seat,
  ServerMessage,
} from '../src/server/duel/view.ts'
import { ACTIONS } from '../src/server/game/rules.ts'

/** Where a player connects: which process, and from which address of this machine. */
interface Way {
  /** Of the game, without a path. */
  readonly url: string
  readonly localAddress?: string
}

export interface PlayerOptions {
  /** Asked at each connection, as the process of the last one may be gone. */
  readonly way: () => Way
  readonly room: string
  readonly cookie: string
  /** How long to think about a move, in milliseconds. */
  readonly think?: () => number
  /** Told how long it took until the game had taken a message. */
  readonly measured?: (milliseconds: number) => void
}

/** How long to wait before the connection is tried again, in milliseconds. */
const RETRY_MS = 100

/**
 * Plays a duel as the page of the room does, and checks what it is told: what was sealed, what was shown and
 * what was counted.
 */
export class Player {
  duel: DuelView | undefined
  seat: Seat | null = null
  /** How often the connection was lost; another one is made each time. */
  returns = 0
  /** What should never have come. */
  readonly faults: string[] = []
  readonly #options: PlayerOptions
  readonly #secrets = new Map<string, Reveal>()
  readonly #thought = new Set<string>()
  readonly #seen = new Map<string, string>()
  readonly #waiting = new Set<() => void>()
  #socket: WebSocket | undefined
  #version = 0
  #sent: { readonly at: number; readonly isTaken: (duel: DuelView) => boolean } | undefined
  #plays = true
  #isOver = false

  get cookie(): string {
    return this.#options.cookie
  }

  constructor(options: PlayerOptions) {
    this.#options = options
    void this.#connect()
  }

  /** Resolves when the duel is so, at once where it is. */
  until(isSo: (duel: DuelView) => boolean): Promise<DuelView> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.duel || !isSo(this.duel)) return
        this.#waiting.delete(look)
        resolve(this.duel)
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Seals no further move until it is called with `true`. */
  plays(whether: boolean): void {
    this.#plays = whether
    if (this.duel) void this.#act(this.duel)
  }

  send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  leave(): void {
    this.#isOver = true
    this.#socket?.terminate()
  }

  async #connect(): Promise<void> {
    while (!this.#isOver) {
      // oxlint-disable-next-line no-await-in-loop -- one connection after the other
      await this.#serve()
      if (this.#isOver) return
      // oxlint-disable-next-line no-await-in-loop
      await pause(RETRY_MS)
    }
  }

  /** Resolves when the connection is lost, or could not be made. */
  #serve(): Promise<void> {
    const { way, room, cookie } = this.#options
    const { url, localAddress } = way()
    const socket = new WebSocket(url.replace(/^http/, 'ws') + room, {
      headers: { Cookie: cookie, Origin: url },
      ...(localAddress && { localAddress }),
    })
    this.#socket = socket
    socket.on('error', () => {}) // `close` follows
    socket.on('message', (data) => {
      this.#take(JSON.parse((data as Buffer).toString()) as ServerMessage)
    })
    return new Promise((resolve) => {
      socket.once('close', () => {
        if (!this.#isOver) this.returns += 1
        this.#sent = undefined
        resolve()
      })
    })
  }

  #take(message: ServerMessage): void {
    // `already`: the message of a connection that was lost had arrived after all.
    if (message.type === 'refused' && message.reason !== 'already') {
      this.faults.push(`refused: ${message.reason}`)
    }
    if (message.type === 'seat') {
      if (this.seat !== null && message.seat !== this.seat) this.faults.push('lost the seat')
      this.seat = message.seat
    }
    if (message.type !== 'duel' || message.version < this.#version) return
    this.#version = message.version
    const { duel } = message
    this.#check(duel)
    this.duel = duel
    if (this.#sent?.isTaken(duel)) {
      this.#options.measured?.(performance.now() - this.#sent.at)
      this.#sent = undefined
    }
    for (const look of this.#waiting) look()
    void this.#act(duel)
  }

  /** What each seat shows is what it had sealed, as far as this player saw that. */
  #check({ id, match, round, commitments, last, score }: DuelView): void {
    for (const [at, commitment] of commitments.entries()) {
      const name = `${match}:${round}:${at}`
      const before = this.#seen.get(name)
      if (before !== undefined && commitment === null) this.faults.push(`${name} was forgotten`)
      if (before !== undefined && commitment !== null && before !== commitment) {
        this.faults.push(`${name} was changed`)
      }
      if (commitment !== null) this.#seen.set(name, commitment)
    }
    const before = this.duel
    if (before?.match === match && score.some((points, at) => points < before.score[at]!)) {
      this.faults.push('the score went down')
    }
    if (!last) return
    for (const seat of [0, 1] as const) {
      const place = { id, match: last.match, round: last.round, seat }
      const sealed = this.#seen.get(`${last.match}:${last.round}:${seat}`) ?? last.commitments[seat]
      if (commitmentTo(last.reveals[seat], place) !== sealed) this.faults.push('another move shown')
    }
  }

  /** Thinks about the move of a round, once, and sends what is due. */
  async #act({ match, round, phase }: DuelView): Promise<void> {
    const name = `${match}:${round}`
    if (phase === 'choosing' && this.seat !== null && this.#plays && !this.#thought.has(name)) {
      this.#thought.add(name)
      await pause(this.#options.think?.() ?? 0)
      const nonce = randomBytes(16).toString('hex')
      this.#secrets.set(name, { action: ACTIONS[randomInt(3)]!, nonce })
    }
    this.#sendDue()
  }

  #sendDue(): void {
    const { duel, seat } = this
    if (!duel || seat === null || this.#sent) return
    const { id, match, round, phase, commitments, revealed } = duel
    const secret = this.#secrets.get(`${match}:${round}`)
    if (!secret) return
    const isPast = (now: DuelView): boolean =>
      now.round !== round || now.match !== match || now.phase === 'over'
    if (phase === 'choosing' && commitments[seat] === null) {
      const commitment = commitmentTo(secret, { id, match, round, seat })
      this.#say({ type: 'commit', commitment }, (now) => isPast(now) || !!now.commitments[seat])
    } else if (phase === 'revealing' && !revealed[seat]) {
      this.#say({ type: 'reveal', ...secret }, (now) => isPast(now) || now.revealed[seat])
    }
  }

  #say(message: ClientMessage, isTaken: (duel: DuelView) => boolean): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return
    this.#sent = { at: performance.now(), isTaken }
    this.send(message)
  }
}

/** Opens a room, and gives its address. */
export async function openRoom(url: string): Promise<string> {
  const { res, body } = await ask('POST', `${url}/duels`, {
    Accept: 'application/json',
    Origin: url,
  })
  if (res.statusCode !== 201) throw new Error(`POST /duels: ${res.statusCode}`)
  return (JSON.parse(body) as { duel: string }).duel
}

/** Comes to the page of a room, as somebody new, and gives the cookie of the session. */
export async function comeTo(url: string, room: string): Promise<string> {
  const { res } = await ask('GET', url + room, { Accept: 'text/html' })
  const cookie = res.headers['set-cookie']?.[0]?.split(';')[0]
  if (res.statusCode !== 200 || !cookie) throw new Error(`GET ${room}: ${res.statusCode}`)
  return cookie
}

/** Each visitor comes with a connection of their own. */
function ask(
  method: string,
  url: string,
  headers: OutgoingHttpHeaders,
): Promise<{ readonly res: IncomingMessage; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, (res) => {
      text(res).then((body) => resolve({ res, body }), reject)
    })
      .once('error', reject)
      .end()
  })
}
