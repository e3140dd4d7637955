import { describe, expect, it } from 'vitest'

import { Budget } from '../src/channel/budget.ts'
import { MessageReceiver } from '../src/channel/message-receiver.ts'

const bytes = (length: number): Buffer => Buffer.alloc(length, 1)

/** A receiver with a window of 100 bytes, and all that it has told the other side. */
function receiver(
  budget = new Budget(1000),
  growth = new Budget(0),
): { messages: MessageReceiver; credits: number[] } {
  const credits: number[] = []
  const limits = { windowBytes: 100, messageBytes: 1000, emptyMessages: 10 }
  const messages = new MessageReceiver(
    { limits, budget, growth },
    { credit: (credit) => credits.push(credit) },
  )
  return { messages, credits }
}

/** The length of the next message, once there is one. */
function taken(messages: MessageReceiver): { length?: number } {
  const next: { length?: number } = {}
  messages.take((message) => (next.length = message!.length))
  return next
}

/** Sends messages that somebody waits for, until so many bytes have come. */
function flow(messages: MessageReceiver, total: number): void {
  for (let sent = 0; sent < total; sent += 50) {
    taken(messages)
    messages.begin(50, bytes(50))
  }
}

describe('the window of a stream', () => {
  it('is opened again when half of it was taken', () => {
    const { messages, credits } = receiver()
    for (const length of [30, 30]) {
      messages.begin(length, bytes(length))
      taken(messages)
    }
    expect(credits).toEqual([60])
  })

  it('stays as it is while nobody takes what has come', () => {
    const { messages, credits } = receiver()
    messages.begin(60, bytes(60))
    messages.begin(40, bytes(40))
    expect(credits).toEqual([])
    expect(() => messages.begin(1, bytes(1))).toThrow(/overrun/)
  })

  it('is opened for the rest of a message that somebody waits for', () => {
    const { messages, credits } = receiver()
    messages.begin(40, bytes(40))
    taken(messages)
    const next = taken(messages)
    messages.begin(90, bytes(60)) // all that the other side may send
    expect(credits).toEqual([40])
    messages.more(bytes(30))
    expect(next.length).toBe(90)
  })

  it('lets a message pass that is larger, part by part', () => {
    const { messages, credits } = receiver()
    const next = taken(messages)
    messages.begin(250, bytes(100))
    messages.more(bytes(100))
    messages.more(bytes(50))
    expect(next.length).toBe(250)
    expect(credits).toEqual([100, 100, 50])
  })

  it('is not opened for a larger message before its memory is free', () => {
    const budget = new Budget(300)
    const [one, other] = [receiver(budget), receiver(budget)]
    const [first, second] = [taken(one.messages), taken(other.messages)]
    one.messages.begin(250, bytes(100))
    other.messages.begin(200, bytes(100))
    expect(other.credits).toEqual([])
    one.messages.more(bytes(100))
    one.messages.more(bytes(50))
    expect(first.length).toBe(250)
    expect(other.credits).toEqual([100])
    other.messages.more(bytes(100))
    expect(second.length).toBe(200)
  })
})

describe('the window of a stream that is read as fast as it fills', () => {
  it('is doubled, up to 16 times its first size', () => {
    const { messages, credits } = receiver(undefined, new Budget(10_000))
    flow(messages, 50)
    expect(credits).toEqual([150])
    flow(messages, 10_000)
    expect(credits.reduce((sum, each) => sum + each) - 10_050).toBeLessThanOrEqual(1500)
    expect(credits.at(-1)).toBe(800)
  })

  it('grows no more than all windows of the connection may together', () => {
    const growth = new Budget(150)
    const [one, other] = [receiver(undefined, growth), receiver(undefined, growth)]
    flow(one.messages, 50)
    expect(one.credits).toEqual([150])
    flow(other.messages, 50)
    expect(other.credits).toEqual([50])
  })

  it.each([
    ['nobody wants more', (messages: MessageReceiver) => messages.stop()],
    [
      'the last message was taken',
      (messages: MessageReceiver) => {
        messages.end()
        messages.take(() => {})
      },
    ],
  ])('gives back what it grew by when %s', (_, end) => {
    const growth = new Budget(100)
    const { messages } = receiver(undefined, growth)
    flow(messages, 50)
    expect(growth.take(1)).toBe(false)
    end(messages)
    expect(growth.take(100)).toBe(true)
  })

  it('stays as it is while messages wait', () => {
    const { messages, credits } = receiver(undefined, new Budget(10_000))
    messages.begin(60, bytes(60))
    messages.begin(10, bytes(10))
    taken(messages)
    expect(credits).toEqual([60])
  })
})
