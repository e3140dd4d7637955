import { readFileSync } from 'node:fs'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { after, life, type WorkerEvent, type WorkerState } from '../src/crew/worker-life.ts'

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/cluster.md'), 'utf8')
const drawn = [...page.matchAll(/^ {4}(\w+) --> (\w+): (\w+)/gm)].map(([, from, to, event]) => ({
  from: from as WorkerState,
  to: to as WorkerState,
  event: event as WorkerEvent,
}))

describe('the state diagram of a worker', () => {
  it('draws each step that the code takes, and no other', () => {
    const taken = Object.entries(life).flatMap(([from, steps]) =>
      Object.entries(steps).map(([event, to]) => `${from} ${event} ${to}`),
    )
    expect(drawn.map(({ from, event, to }) => `${from} ${event} ${to}`).toSorted()).toEqual(
      taken.toSorted(),
    )
  })

  it.each(drawn)('leads from $from by $event to $to', ({ from, event, to }) => {
    expect(after(from, event)).toBe(to)
  })
})
