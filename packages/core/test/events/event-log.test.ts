import { describe, expect, it } from 'vitest'
import { EventLog } from '../../src/events/event-log.ts'

const texts = (events: readonly Buffer[]): string[] =>
  events.map((bytes) => /data: (.*)/.exec(bytes.toString())![1]!)

describe('a log of events', () => {
  it('gives what came after the event that a client has seen', () => {
    const log = new EventLog()
    log.publish('a')
    const seen = log.publish('b')
    log.publish({ event: 'letter', data: 'c' })
    expect(texts(log.after(seen).events)).toEqual(['c'])
    expect(log.after(seen).isWhole).toBe(true)
  })

  it('has nothing for a client that has seen none', () => {
    const log = new EventLog()
    log.publish('a')
    expect(log.after(undefined)).toEqual({ events: [], isWhole: true })
  })

  it('says so when it no longer knows what a client has seen', () => {
    const log = new EventLog({ keep: 2 })
    const seen = log.publish('a')
    for (const text of ['b', 'c', 'd']) log.publish(text)
    const { events, isWhole } = log.after(seen)
    expect([texts(events), isWhole]).toEqual([['c', 'd'], false])
  })

  it('does not take an id of another log for one of its own', () => {
    const [before, now] = [new EventLog(), new EventLog()]
    const seen = before.publish('a')
    now.publish('b')
    expect(now.after(seen).isWhole).toBe(false)
  })

  it('takes ids of the program', () => {
    const log = new EventLog()
    expect(log.publish({ id: 41, data: 'a' })).toBe('41')
    log.publish({ id: 42, data: 'b' })
    expect(texts(log.after('41').events)).toEqual(['b'])
  })

  it('keeps so many bytes at most', () => {
    const log = new EventLog({ keepBytes: 1000 })
    const ids = [1, 2, 3].map((n) => log.publish(`${n}${'x'.repeat(400)}`))
    expect(log.after(ids[0]).isWhole).toBe(false)
    expect(log.after(ids[1]).events).toHaveLength(1)
  })

  it('keeps the last event, however large: who has seen it has missed none', () => {
    const log = new EventLog({ keep: 0 })
    const seen = log.publish('a')
    expect(log.after(seen)).toEqual({ events: [], isWhole: true })
  })

  it('hands the same bytes to all who follow, until they leave', () => {
    const log = new EventLog()
    const got: string[] = []
    const follower = (name: string) => ({
      write: (bytes: Buffer) => got.push(`${name}${texts([bytes])[0]}`),
      end: () => got.push(`${name} end`),
    })
    const leave = log.follow(follower('1'))
    log.follow(follower('2'))
    log.publish('a')
    leave()
    log.publish('b')
    log.end()
    expect(got).toEqual(['1a', '2a', '2b', '2 end'])
    expect([log.size, log.isEnded]).toEqual([0, true])
    expect(() => log.publish('c')).toThrow('the log was ended')
  })

  it.each([{ keep: -1 }, { keep: 1.5 }, { keepBytes: Number.NaN }])('refuses %j', (options) => {
    expect(() => new EventLog(options)).toThrow(RangeError)
  })
})
