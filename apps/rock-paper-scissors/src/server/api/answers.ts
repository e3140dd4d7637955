import type { JsonSchema } from '@tokkyu/core'

import { OPPONENTS } from '../game/computer.ts'
import { ACTIONS } from '../game/rules.ts'
import type { OperationId } from '../operation-id.ts'

const TEXT = { type: 'string' }
const NUMBER = { type: 'integer', minimum: 0 }
const ACTION = { enum: ACTIONS }
const ADDRESS_OR_NOTHING = { type: ['string', 'null'] }

function object(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) }
}

function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

function orNothing(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

const ROUND = { player: ACTION, computer: ACTION, outcome: { enum: ['win', 'lose', 'draw'] } }

const SCOREBOARD = object({
  wins: NUMBER,
  losses: NUMBER,
  draws: NUMBER,
  streak: NUMBER,
  bestStreak: NUMBER,
  rounds: list(object(ROUND)),
})

const PROFILE = object({
  id: TEXT,
  url: TEXT,
  name: TEXT,
  avatar: ADDRESS_OR_NOTHING,
  since: { type: 'string', format: 'date' },
  bestStreak: NUMBER,
  points: NUMBER,
  pointsThisWeek: NUMBER,
  ever: object({ rounds: NUMBER, wins: NUMBER, duels: NUMBER, duelWins: NUMBER }),
})

const TOLD_ROUND = { ...ROUND, message: TEXT, reason: TEXT }
const PLACE = orNothing(object({ rank: NUMBER, points: NUMBER }))
const BOARD = list(
  object({ rank: NUMBER, points: NUMBER, name: TEXT, url: TEXT, avatar: ADDRESS_OR_NOTHING }),
)
const SEALED = { type: ['string', 'null'] }
const PAIR = (of: JsonSchema): JsonSchema => ({ ...list(of), minItems: 2, maxItems: 2 })

/** What each operation answers in JSON when it did what it was asked. */
export const ANSWERS: Readonly<Record<OperationId, JsonSchema>> = {
  home: object({
    scoreboard: SCOREBOARD,
    opponent: { enum: OPPONENTS },
    habits: list(object({ action: ACTION, count: NUMBER, percent: NUMBER })),
    avatar: ADDRESS_OR_NOTHING,
    profile: orNothing(PROFILE),
  }),
  playOnce: object(TOLD_ROUND),
  play: object({ ...TOLD_ROUND, scoreboard: SCOREBOARD }),
  chooseOpponent: object({ opponent: { enum: OPPONENTS } }),
  reset: object({ scoreboard: SCOREBOARD }),
  chooseName: PROFILE,
  player: PROFILE,
  leaderboard: object({
    week: BOARD,
    ever: BOARD,
    duels: list(object({ url: TEXT, names: PAIR(TEXT), score: PAIR(NUMBER) })),
    place: orNothing(object({ name: TEXT, url: TEXT, week: PLACE, ever: PLACE })),
  }),
  openDuel: object({ duel: TEXT }),
  duel: object({
    id: TEXT,
    match: NUMBER,
    round: NUMBER,
    phase: { enum: ['waiting', 'choosing', 'revealing', 'over'] },
    seated: PAIR({ type: 'boolean' }),
    away: PAIR({ type: 'boolean' }),
    commitments: PAIR(SEALED),
    revealed: PAIR({ type: 'boolean' }),
    score: PAIR(NUMBER),
    last: { type: ['object', 'null'] },
    ending: { type: ['object', 'null'] },
    rematch: PAIR({ type: 'boolean' }),
  }),
  changeAvatar: object({ avatar: TEXT }),
  removeAvatar: object({ avatar: { type: 'null' } }),
  chooseLanguage: object({ language: TEXT }),
}

/** What every refusal is in JSON: problem details (RFC 9457). */
export const PROBLEM = {
  type: 'object',
  properties: {
    type: { const: 'about:blank' },
    title: TEXT,
    status: { type: 'integer' },
    detail: TEXT,
    code: TEXT,
    allowed: list(TEXT),
  },
  required: ['type', 'title', 'status', 'detail'],
}
