import type { OperationId } from '../operation-id.ts'

/** A request as it can be tried, and what is answered; names in answers differ from time to time. */
export interface Example {
  readonly id: OperationId
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, string>>
  /** A file to send as the field `avatar` of a form. */
  readonly file?: string
  readonly status: number
  /** Left out where the answer is long: the document has its schema. */
  readonly answer?: object
}

const ROUND = {
  player: 'rock',
  computer: 'scissors',
  outcome: 'win',
  message: 'You win',
  reason: 'Rock blunts scissors',
}

/** One example of each operation, in the order of the page. */
export const EXAMPLES: readonly Example[] = [
  { id: 'playOnce', method: 'GET', path: '/game?action=rock', status: 200, answer: ROUND },
  { id: 'play', method: 'POST', path: '/game', body: { action: 'rock' }, status: 200 },
  { id: 'home', method: 'GET', path: '/', status: 200 },
  {
    id: 'chooseOpponent',
    method: 'POST',
    path: '/opponent',
    body: { opponent: 'guesser' },
    status: 200,
    answer: { opponent: 'guesser' },
  },
  { id: 'reset', method: 'POST', path: '/reset', status: 200 },
  { id: 'chooseName', method: 'POST', path: '/profile', body: { name: 'Ada' }, status: 200 },
  { id: 'player', method: 'GET', path: '/players/:id', status: 200 },
  { id: 'leaderboard', method: 'GET', path: '/leaderboard', status: 200 },
  {
    id: 'openDuel',
    method: 'POST',
    path: '/duels',
    status: 201,
    answer: { duel: '/duels/m3q0vN2aQ5xT' },
  },
  { id: 'duel', method: 'GET', path: '/duels/:id', status: 200 },
  {
    id: 'changeAvatar',
    method: 'POST',
    path: '/avatar',
    file: 'me.png',
    status: 200,
    answer: { avatar: '/avatars/0b7e3f1c-5d0a-4c53-9c55-7a3b1f0f6f0e.png' },
  },
  {
    id: 'removeAvatar',
    method: 'POST',
    path: '/avatar/remove',
    status: 200,
    answer: { avatar: null },
  },
  {
    id: 'chooseLanguage',
    method: 'POST',
    path: '/language',
    body: { language: 'zh' },
    status: 200,
    answer: { language: 'zh' },
  },
]

/** What a refusal looks like. */
export const REFUSED = {
  path: '/game?action=lizard',
  answer: {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'Unknown action "lizard". Allowed: rock, paper, scissors',
    code: 'UNKNOWN_ACTION',
    allowed: ['rock', 'paper', 'scissors'],
  },
}

/** The example as it is typed at a prompt; the cookie of the session goes along in a jar. */
export function commandOf(
  { method, path, body, file }: Omit<Example, 'id' | 'status'>,
  origin: string,
): string {
  const parts = ['curl -b jar -c jar', "-H 'Accept: application/json'"]
  if (body) parts.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body)}'`)
  else if (file) parts.push(`-F avatar=@${file}`)
  else if (method === 'POST') parts.push('-X POST')
  return [...parts, `'${origin}${path}'`].join(' ')
}
