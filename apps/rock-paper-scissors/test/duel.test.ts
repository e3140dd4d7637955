import fc from 'fast-check'
import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { readConfig } from '../src/server/config.ts'
import { NO_LIMITS } from '../src/server/rate-limits.ts'
import { commitmentTo } from '../src/server/duel/commitment.ts'
import { type Duel, type DuelEvent, newDuel, step, viewOf } from '../src/server/duel/duel.ts'
import { readMessage } from '../src/server/duel/messages.ts'
import type { Seat } from '../src/server/duel/view.ts'
import { ACTIONS, type Action, outcomeOf } from '../src/server/game/rules.ts'

const NONCES = ['a'.repeat(32), 'b'.repeat(32)] as const

/** The duel after these events, each of which must be taken. */
function after(duel: Duel, ...events: DuelEvent[]): Duel {
  return events.reduce((before, event) => {
    const next = step(before, event)
    if (typeof next === 'string') throw new Error(`${event.type} was refused: ${next}`)
    return next
  }, duel)
}

const seated = after(newDuel('d'), { type: 'sit', player: 'ada' }, { type: 'sit', player: 'bob' })

function commit(duel: Duel, seat: Seat, action: Action): DuelEvent {
  const commitment = commitmentTo({ action, nonce: NONCES[seat] }, { ...duel, seat })
  return { type: 'commit', seat, commitment }
}

function reveal(seat: Seat, action: Action): DuelEvent {
  return { type: 'reveal', seat, action, nonce: NONCES[seat] }
}

function play(duel: Duel, first: Action, second: Action): Duel {
  const sealed = after(duel, commit(duel, 0, first), commit(duel, 1, second))
  return after(sealed, reveal(1, second), reveal(0, first))
}

describe('a duel', () => {
  it('begins when two have sat down, and has no third seat', () => {
    const one = after(newDuel('d'), { type: 'sit', player: 'ada' })
    expect(one.phase).toBe('waiting')
    expect(step(one, { type: 'sit', player: 'ada' })).toBe('already')
    expect(seated.phase).toBe('choosing')
    expect(step(seated, { type: 'sit', player: 'eve' })).toBe('full')
  })

  it('shows no move before both have shown theirs', () => {
    const sealed = after(seated, commit(seated, 0, 'rock'), commit(seated, 1, 'paper'))
    const half = after(sealed, reveal(0, 'rock'))
    expect(JSON.stringify(viewOf(half))).not.toMatch(/rock|aaaa|ada|bob/)
    const whole = after(half, reveal(1, 'paper'))
    expect(whole.last).toMatchObject({
      winner: 1,
      reveals: [{ action: 'rock' }, { action: 'paper' }],
    })
  })

  it('is won by who first wins two rounds; draws are played again', () => {
    const draw = play(seated, 'rock', 'rock')
    expect(draw).toMatchObject({ phase: 'choosing', round: 2, score: [0, 0] })
    const over = play(play(draw, 'rock', 'scissors'), 'paper', 'rock')
    expect(over).toMatchObject({
      phase: 'over',
      score: [2, 0],
      ending: { reason: 'won', winner: 0 },
    })
    expect(step(over, commit(over, 0, 'rock'))).toBe('not-now')
  })

  it('takes one commitment a round, and a move only when both have committed', () => {
    const half = after(seated, commit(seated, 0, 'rock'))
    expect(step(half, commit(half, 0, 'paper'))).toBe('already')
    expect(step(half, reveal(0, 'rock'))).toBe('not-now')
    const sealed = after(half, commit(half, 1, 'paper'), reveal(1, 'paper'))
    expect(step(sealed, reveal(1, 'paper'))).toBe('already')
  })

  it.each<[string, DuelEvent]>([
    ['another move', reveal(0, 'scissors')],
    ['another nonce', { type: 'reveal', seat: 0, action: 'rock', nonce: 'c'.repeat(32) }],
  ])('is lost by who shows %s than was committed to', (_what, shown) => {
    const sealed = after(seated, commit(seated, 0, 'rock'), commit(seated, 1, 'paper'))
    expect(after(sealed, shown)).toMatchObject({
      phase: 'over',
      ending: { reason: 'cheated', winner: 1 },
    })
  })

  it('is lost by who copies the commitment of the other', () => {
    const first = commit(seated, 0, 'rock')
    const sealed = after(seated, first, { ...first, seat: 1 } as DuelEvent)
    const copied = after(sealed, reveal(0, 'rock'), { ...reveal(0, 'rock'), seat: 1 } as DuelEvent)
    expect(copied.ending).toEqual({ reason: 'cheated', winner: 0 })
  })

  it('is lost by who comes again with the commitment of an earlier round', () => {
    const early = commit(seated, 0, 'rock')
    const next = play(seated, 'rock', 'rock')
    const sealed = after(next, early, commit(next, 1, 'paper'))
    expect(after(sealed, reveal(0, 'rock')).ending).toEqual({ reason: 'cheated', winner: 1 })
  })

  it('keeps round and score while a player is away, and is lost by who leaves', () => {
    const ahead = play(seated, 'rock', 'scissors')
    const back = after(ahead, { type: 'away', seat: 0 }, { type: 'back', seat: 0 })
    expect(back).toEqual(ahead)
    expect(after(ahead, { type: 'left', seat: 0 }).ending).toEqual({ reason: 'left', winner: 1 })
  })

  it('is lost by who keeps back a move when both are sealed, and by nobody else', () => {
    const sealed = after(seated, commit(seated, 0, 'rock'), commit(seated, 1, 'paper'))
    const half = after(sealed, reveal(0, 'rock'))
    expect(after(half, { type: 'late' }).ending).toEqual({ reason: 'silent', winner: 0 })
    expect(after(sealed, { type: 'late' }).ending).toEqual({ reason: 'silent', winner: null })
  })

  it('is lost by who does not choose in time; where neither does nobody wins', () => {
    const half = after(seated, commit(seated, 1, 'rock'))
    expect(after(half, { type: 'late' }).ending).toEqual({ reason: 'slow', winner: 1 })
    const over = after(seated, { type: 'late' })
    expect(over).toMatchObject({ phase: 'over', ending: { reason: 'slow', winner: null } })
    expect(step(over, { type: 'late' })).toBe('not-now')
    expect(step(newDuel('d'), { type: 'late' })).toBe('not-now')
  })

  it('gives the seat of who went before anybody came to somebody else', () => {
    const one = after(newDuel('d'), { type: 'sit', player: 'ada' }, { type: 'left', seat: 0 })
    expect(after(one, { type: 'sit', player: 'bob' }).players).toEqual(['bob', null])
  })

  it('is played again when both ask for it and are there', () => {
    const over = after(seated, { type: 'left', seat: 0 })
    const asked = after(over, { type: 'rematch', seat: 0 }, { type: 'away', seat: 0 })
    expect(after(asked, { type: 'rematch', seat: 1 }).phase).toBe('over')
    const again = after(over, { type: 'rematch', seat: 0 }, { type: 'rematch', seat: 1 })
    expect(again).toMatchObject({
      match: 2,
      round: 1,
      phase: 'choosing',
      score: [0, 0],
      ending: null,
    })
  })

  it('ends whatever two honest players choose with who won two rounds, and checks out', () => {
    const rounds = fc.array(fc.tuple(fc.constantFrom(...ACTIONS), fc.constantFrom(...ACTIONS)), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(rounds, (chosen) => {
        let duel = seated
        const score = [0, 0]
        for (const [first, second] of chosen) {
          if (duel.phase === 'over') break
          duel = play(duel, first, second)
          const outcome = outcomeOf(first, second)
          if (outcome !== 'draw') score[outcome === 'win' ? 0 : 1]! += 1
          for (const seat of [0, 1] as const) {
            const { last } = duel
            const place = { id: 'd', match: 1, round: last?.round ?? 0, seat }
            expect(last && commitmentTo(last.reveals[seat], place)).toBe(last?.commitments[seat])
          }
        }
        expect(duel.score).toEqual(score)
        expect(duel.phase === 'over').toBe(Math.max(...score) === 2)
      }),
      { seed: 22, numRuns: 150 },
    )
  })

  it('stays whole whatever is sent in whatever order', () => {
    const seat = fc.constantFrom<Seat>(0, 1)
    const action = fc.constantFrom(...ACTIONS)
    const event = fc.oneof(
      fc.record({
        type: fc.constant('sit' as const),
        player: fc.constantFrom('ada', 'bob', 'eve'),
      }),
      fc.record({ type: fc.constantFrom('away', 'back', 'left', 'rematch'), seat }),
      fc.constant({ type: 'late' } as const),
      fc.record({ type: fc.constant('plan' as const), seat, action }),
      fc.record({ type: fc.constant('show' as const), seat, action }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let duel = newDuel('d')
        for (const sent of events) {
          const next =
            sent.type === 'plan'
              ? step(duel, commit(duel, sent.seat, sent.action))
              : sent.type === 'show'
                ? step(duel, reveal(sent.seat, sent.action))
                : step(duel, sent)
          if (typeof next === 'string') continue
          duel = next
          expect(duel.phase === 'over').toBe(duel.ending !== null)
          expect(duel.phase === 'waiting').toBe(duel.players.includes(null))
          expect(Math.max(...duel.score)).toBeLessThanOrEqual(2)
          expect(duel.phase === 'revealing').toBe(
            duel.ending === null && !duel.commitments.includes(null),
          )
        }
      }),
      { seed: 22, numRuns: 300 },
    )
  })
})

describe('a message of a duel', () => {
  it('is read when it is one', () => {
    const commitment = '0'.repeat(64)
    expect(readMessage(JSON.stringify({ type: 'commit', commitment }))).toEqual({
      type: 'commit',
      commitment,
    })
  })

  it.each([
    '',
    'null',
    '[]',
    '{"type":"silent"}',
    '{"type":"commit","commitment":"short"}',
    '{"type":"commit","commitment":["a"]}',
    `{"type":"reveal","action":"lizard","nonce":"${'a'.repeat(32)}"}`,
    '{"type":"reveal","action":"rock","nonce":""}',
    Buffer.from('{"type":"rematch"}'),
  ])('is refused when it is none: %s', (text) => expect(readMessage(text)).toBeUndefined())
})

describe('a room', () => {
  it('is opened by a form, and by programs', async () => {
    const app = createApp()
    const { headers } = await request(app).post('/duels').expect(303)
    expect(headers['location']).toMatch(/^\/duels\/[\w-]{12}$/)
    const { body } = await request(app).post('/duels').set('Accept', 'application/json').expect(201)
    expect(body.duel).not.toBe(headers['location'])
    const sent = request(app).get(body.duel).set('Accept', 'application/json')
    expect((await sent.expect(200)).body).toMatchObject({
      phase: 'waiting',
      seated: [false, false],
    })
  })

  it('shows its invitation and says what it needs, in the language asked for', async () => {
    const app = createApp({ config: readConfig({ ALLOWED_HOSTS: 'game.example' }) })
    const { headers } = await request(app).post('/duels')
    const sent = request(app)
      .get(headers['location'] ?? '')
      .set('Host', 'game.example')
    const { text } = await sent.set('Accept-Language', 'zh').expect(200)
    expect(text).toContain(`value="http://game.example${headers['location']}"`)
    expect(text).toContain('实时对决需要 JavaScript')
  })

  it('is 404 when nobody opened it, and nothing for other sites to open', async () => {
    await request(createApp()).get('/duels/nowhere').expect(404)
    const sent = request(createApp()).post('/duels').set('Origin', 'https://evil.example')
    expect((await sent).status).toBe(403)
  })

  it('is one of five hundred at most: one more is answered 503', async () => {
    const app = createApp({ rateLimits: NO_LIMITS })
    for (let room = 0; room < 500; room += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await app.inject({ method: 'POST', url: '/duels' })
    }
    const sent = request(app).post('/duels').set('Accept', 'application/json')
    expect((await sent.expect(503)).body.code).toBe('DUELS_FULL')
  })
})
