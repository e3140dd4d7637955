import { describe, expect, it } from 'vitest'

import { commitmentTo } from '../src/server/duel/commitment.ts'
import type { DuelEvent } from '../src/server/duel/duel.ts'
import {
  arrive,
  attend,
  dueAt,
  happen,
  newRoom,
  passTime,
  type RoomState,
} from '../src/server/duel/room-state.ts'
import type { Seat } from '../src/server/duel/view.ts'

const CLOCKS = { away: 30, choose: 60, empty: 100 }
const START = 1_000_000
const FACE = { name: null, avatar: null, profile: null }

/** A room in which two play, each by a process of their own. */
function seated(): RoomState {
  let room = newRoom('d', START)
  for (const id of ['ada', 'bob']) {
    room = arrive(room, { id, face: FACE }, START, CLOCKS).room
    room = attend(room, `of ${id}`, id === 'ada' ? [1, 0, 0] : [0, 1, 0], START, CLOCKS)
  }
  return room
}

function after(room: RoomState, event: DuelEvent, now: number): RoomState {
  const next = happen(room, event, now, CLOCKS)
  if (typeof next === 'string') throw new Error(`${event.type} was refused: ${next}`)
  return next
}

function commit(room: RoomState, seat: Seat): DuelEvent {
  const shown = { action: 'rock', nonce: 'a'.repeat(32) } as const
  return { type: 'commit', seat, commitment: commitmentTo(shown, { ...room.duel, seat }) }
}

describe('the state of a room', () => {
  it('is plain data: what is read from JSON goes on as it was', () => {
    const room = after(seated(), commit(seated(), 0), START + 1)
    expect(JSON.parse(JSON.stringify(room))).toEqual(room)
  })

  it('takes a player for away when no process has a socket of theirs, and back with the first', () => {
    const both = attend(seated(), 'a third', [1, 0, 0], START, CLOCKS)
    expect(attend(both, 'of ada', [0, 0, 0], START, CLOCKS).duel.away).toEqual([false, false])
    const gone = attend(seated(), 'of ada', [0, 0, 0], START + 5, CLOCKS)
    expect(gone).toMatchObject({ duel: { away: [true, false] }, backBy: [START + 35, null] })
    const back = attend(gone, 'a third', [1, 0, 0], START + 20, CLOCKS)
    expect(back).toMatchObject({ duel: { away: [false, false] }, backBy: [null, null] })
  })

  it('is lost by who does not come back in time, and the result waits to be counted', () => {
    const gone = attend(seated(), 'of ada', [0, 0, 0], START, CLOCKS)
    expect(passTime(gone, START + 29, CLOCKS)).toBe(gone)
    expect(passTime(gone, START + 30, CLOCKS)).toMatchObject({
      duel: { phase: 'over', ending: { reason: 'left', winner: 1 } },
      results: [{ match: 'd:1', winner: 'bob', loser: 'ada' }],
    })
  })

  it('gives each player the same time to choose, and to show what was sealed', () => {
    const one = after(seated(), commit(seated(), 0), START + 40)
    expect(dueAt(one, CLOCKS)).toBe(START + 60)
    const late = passTime(one, START + 60, CLOCKS)
    expect(late).toMatchObject({ actBy: null, duel: { ending: { reason: 'slow', winner: 0 } } })
    const sealed = after(one, commit(one, 1), START + 50)
    expect(dueAt(sealed, CLOCKS)).toBe(START + 80)
    expect(passTime(sealed, START + 80, CLOCKS)).toMatchObject({
      duel: { ending: { reason: 'silent', winner: null } },
      results: [],
    })
  })

  it('gives everybody their time anew when nobody watched the clock', () => {
    const gone = attend(seated(), 'of ada', [0, 0, 0], START, CLOCKS)
    const HOUR_LATER = START + 3_600_000
    expect(passTime(gone, HOUR_LATER, CLOCKS)).toMatchObject({
      duel: { phase: 'choosing', ending: null },
      backBy: [HOUR_LATER + 30, null],
      actBy: HOUR_LATER + 60,
    })
  })

  it('ends when nobody has been there for long, but not before its results are counted', () => {
    const empty = newRoom('d', START)
    expect(passTime(empty, START + 99, CLOCKS)).toBe(empty)
    expect(passTime(empty, START + 100, CLOCKS)).toBeNull()
    const result = { match: 'd:1', winner: 'ada', loser: 'bob', at: START }
    expect(passTime({ ...empty, results: [result] }, START + 100, CLOCKS)).not.toBeNull()
  })
})
