import { describe, expect, it } from 'vitest'

import { Budget } from '../src/channel/budget.ts'
import { MessageReceiver } from '../src/channel/message-receiver.ts'

const bytes = (length: number): Buffer => Buffer.alloc(length, 1)

/** A receiver with a window of 100 bytes, and all that it has told the other side. */
function receiver(budget = new Budget(1000)): { messages: MessageReceiver; credits: number[] } {
  const credits: number[] = []
  const limits = { windowBytes: 100, messageBytes: 1000, emptyMessages: 10 }
  const messages = new MessageReceiver(limits, budget, (credit) => credits.push(credit))
  return { messages, credits }
}

/** The length of the next message, once there is one. */
function taken(messages: MessageReceiver): { length?: number } {
  const next: { length?: number } = {}
  messages.take((message) => (next.length = message!.length))
  return next
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
