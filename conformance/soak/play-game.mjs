// What visitors of the game do. Each journey leaves the game as it was found, but for the scores of its visitors.
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'

import WebSocket from 'ws'

import { formWith } from './client.mjs'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const json = { accept: 'application/json' }
const html = { accept: 'text/html' }
const wholePage = ({ text }) => (text.trimEnd().endsWith('</html>') ? '' : 'the page is cut off')

/** Each takes a visitor, whose `memory` is what it has seen so far. */
export const journeys = { look, play, lead, refuse, wear, name, abandon }

async function look(visitor) {
  const { text } = await visitor.ask('/', { headers: html, expect: wholePage })
  const asset = /(?:src|href)="(\/[^"]+\.(?:js|css)[^"]*)"/.exec(text)?.[1]
  if (asset === undefined) throw new Error('the page loads nothing')
  const { headers } = await visitor.ask(asset, { what: 'GET asset' })
  const again = { 'if-none-match': headers.etag }
  await visitor.ask(asset, { headers: again, status: 304, what: 'GET asset, again' })
  await visitor.ask('/api/openapi.json', {
    expect: ({ text: t }) => (JSON.parse(t).openapi ? '' : 'no document'),
  })
}

/** A round counts, and the session on file knows it afterwards. */
async function play(visitor) {
  const { memory } = visitor
  const { text } = await visitor.ask('/game', {
    method: 'POST',
    headers: json,
    json: { action: 'rock' },
  })
  const rounds = roundsOf(JSON.parse(text).scoreboard)
  memory.rounds = (memory.rounds ?? 0) + 1
  if (rounds !== memory.rounds)
    throw new Error(`POST /game: round ${rounds} and not ${memory.rounds}`)
  await visitor.ask('/', {
    headers: json,
    what: 'GET / as JSON',
    expect: ({ text: t }) => {
      const seen = roundsOf(JSON.parse(t).scoreboard)
      return seen === rounds ? '' : `${seen} rounds and not ${rounds}`
    },
  })
  await visitor.ask('/game?action=paper', { headers: { accept: 'text/plain' } })
}

function roundsOf({ wins, losses, draws }) {
  return wins + losses + draws
}

/** A page that is streamed, and the same as JSON. */
async function lead(visitor) {
  await visitor.ask('/leaderboard', { headers: html, expect: wholePage })
  await visitor.ask('/leaderboard', { headers: json, what: 'GET /leaderboard as JSON' })
}

async function refuse(visitor) {
  await visitor.ask('/game?action=lizard', { headers: json, status: 400, what: 'GET /game, wrong' })
  await visitor.ask('/nowhere', { headers: html, status: 404, expect: wholePage })
  const broken = { ...json, 'content-type': 'application/json' }
  await visitor.ask('/game', {
    method: 'POST',
    headers: broken,
    body: '{"action"',
    status: 400,
    what: 'POST /game, broken',
  })
  const other = { ...json, origin: 'http://other.example' }
  await visitor.ask('/reset', {
    method: 'POST',
    headers: other,
    status: 403,
    what: 'POST /reset, from elsewhere',
  })
}

async function wear(visitor) {
  const form = formWith('avatar', 'me.png', 'image/png', PNG)
  const { text } = await visitor.ask('/avatar', {
    method: 'POST',
    ...form,
    headers: { ...json, ...form.headers },
  })
  const { avatar } = JSON.parse(text)
  const same = ({ bytes }) => (bytes.equals(PNG) ? '' : 'another image')
  await visitor.ask(avatar, { expect: same, what: 'GET /avatars/…' })
  const page = formWith('avatar', 'me.png', 'image/png', Buffer.from('<!doctype html>'))
  await visitor.ask('/avatar', {
    method: 'POST',
    ...page,
    headers: { ...json, ...page.headers },
    status: 415,
    what: 'POST /avatar, no image',
  })
  await visitor.ask('/avatar/remove', { method: 'POST', headers: json })
  await visitor.ask(avatar, { status: 404, what: 'GET /avatars/…, removed' })
}

async function name(visitor) {
  const { text } = await visitor.ask('/profile', {
    method: 'POST',
    headers: json,
    json: { name: `V${visitor.number}` },
  })
  const { url } = JSON.parse(text)
  const { headers } = await visitor.ask(url, {
    headers: html,
    expect: wholePage,
    what: 'GET /players/…',
  })
  const again = { ...html, 'if-none-match': headers.etag }
  // A round may have been counted meanwhile; the visitor plays none.
  await visitor.ask(url, { headers: again, status: 304, what: 'GET /players/…, again' })
}

/** Goes in the middle of a page, and in the middle of an upload. */
async function abandon(visitor) {
  await visitor.abandon('/leaderboard', { headers: html, bytes: 1 })
  const { headers, body } = formWith(
    'avatar',
    'me.png',
    'image/png',
    Buffer.concat([PNG, Buffer.alloc(60_000)]),
  )
  const length = { 'content-length': String(body.length) }
  const half = body.subarray(0, body.length / 2)
  await visitor.abandon('/avatar', {
    method: 'POST',
    headers: { ...headers, ...length },
    body: half,
    bytes: 0,
  })
}

/** Two visitors play for the best of three, a third watches. */
export async function duel(first, second, watcher) {
  const { text } = await first.ask('/duels', { method: 'POST', headers: json, status: 201 })
  const room = JSON.parse(text).duel
  for (const visitor of [first, second])
    // oxlint-disable-next-line no-await-in-loop -- one seat after the other
    await visitor.ask(room, { headers: html, expect: wholePage, what: 'GET /duels/…' })
  const players = [sit(first, room, 'rock'), sit(second, room, 'scissors')]
  const ending = sit(watcher, `${room}?watch`)
  const winners = await Promise.all([...players, ending])
  if (winners.some(({ score }) => Math.max(...score) !== 2))
    throw new Error('a duel ended otherwise')
  first.count('WS /duels/…, a match')
}

/** Takes a seat and plays the same move until the match is over; without a move it watches. */
async function sit(visitor, room, action) {
  const socket = new WebSocket(new URL(room, visitor.origin.replace('http', 'ws')), {
    headers: { cookie: visitor.cookie, origin: visitor.origin },
  })
  let seat
  let sealed
  const over = new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the socket closed in the middle of a duel')))
    socket.on('message', (bytes) => {
      const message = JSON.parse(bytes)
      if (message.type === 'seat') seat = message.seat
      if (message.type === 'refused') reject(new Error(`a duel refused: ${message.reason}`))
      if (message.type === 'duel') move(message.duel, resolve)
    })
  })
  const timeout = setTimeout(() => socket.terminate(), 60_000)
  try {
    return await over
  } finally {
    clearTimeout(timeout)
    if (socket.readyState === WebSocket.OPEN) {
      socket.close()
      await once(socket, 'close')
    }
  }

  function move({ id, match, round, phase, commitments, revealed, score }, ended) {
    if (phase === 'over') return ended({ score })
    if (action === undefined || typeof seat !== 'number') return undefined
    if (phase === 'choosing' && commitments[seat] === null && sealed?.round !== round) {
      sealed = { round, nonce: randomBytes(16).toString('hex') }
      const text = [id, match, round, seat, action, sealed.nonce].join(':')
      const commitment = createHash('sha256').update(text).digest('hex')
      socket.send(JSON.stringify({ type: 'commit', commitment }))
    } else if (phase === 'revealing' && !revealed[seat] && !sealed.shown) {
      sealed.shown = true
      socket.send(JSON.stringify({ type: 'reveal', action, nonce: sealed.nonce }))
    }
    return undefined
  }
}
