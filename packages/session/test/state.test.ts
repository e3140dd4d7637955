import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionState, TRANSITIONS } from '../src/session/state.ts'
import type { Standing } from '../src/session/state.ts'

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/sessions.md'), 'utf8')

describe('the drawing in docs/sessions.md of how a session stands to its store', () => {
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
    ([, from, to, event]) => `${from} --${event}--> ${to}`,
  )

  it('has each transition of the code, and no other', () => {
    const ofCode = Object.entries(TRANSITIONS).flatMap(([from, events]) =>
      Object.entries(events).map(([event, to]) => `${from} --${event}--> ${to}`),
    )
    expect(drawn.toSorted()).toEqual(ofCode.toSorted())
  })

  it('begins where a request begins', () => {
    const [, first] = /\[\*\] --> (\w+)/.exec(page) ?? []
    expect(new SessionState().standing).toBe(first)
  })
})

const EVENTS = {
  found: (state: SessionState) => state.found('{}', 1),
  foundClosed: (state: SessionState) => state.found('{}', 1, true),
  saved: (state: SessionState) => state.saved('{}', 2),
  missed: (state: SessionState) => state.missed(),
  made: (state: SessionState) => state.made(),
}

function standingAfter(...names: (keyof typeof EVENTS)[]): Standing {
  const state = new SessionState()
  for (const name of names) EVENTS[name](state)
  return state.standing
}

describe('what a request knows of its session in the store', () => {
  it('is that it is dead once it was missed, whatever was on its way', () => {
    expect(standingAfter('found', 'missed', 'saved', 'found')).toBe('gone')
  })

  it('is that it is closed, also when it is read again', () => {
    expect(standingAfter('foundClosed', 'found', 'missed')).toBe('closed')
  })

  it('is nothing when it was just made', () => {
    const state = new SessionState()
    state.found('{"a":1}', 7)
    state.missed()
    state.made()
    expect([state.standing, state.base, state.version]).toEqual(['new', '{}', undefined])
  })

  it('is the data and the version of the last read or write', () => {
    const state = new SessionState()
    state.found('{"a":1}', 7)
    state.saved('{"a":2}', 8)
    expect([state.standing, state.base, state.version]).toEqual(['stored', '{"a":2}', 8])
  })
})
