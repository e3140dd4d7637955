import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import express from 'express'
import { describe, expect, expectTypeOf, test } from 'vitest'
import session, { answerGate } from '@tokkyu/session'
import type { Session, SessionData, SessionOptions } from '@tokkyu/session'

declare module '@tokkyu/session' {
  interface SessionData {
    augmentedForTheTypesTest: number
  }
}

const secret = 'a secret of at least thirty-two bytes'
const req = {} as IncomingMessage

describe('the types', () => {
  test('a session has the type it was asked for, each key perhaps missing', () => {
    const sessions = session<{ userId: string }>({ secret })
    type Mine = ReturnType<typeof sessions.of>
    expectTypeOf<Mine['userId']>().toEqualTypeOf<string | undefined>()
    // @ts-expect-error `userID` is not in the type
    expect(() => sessions.of(req).userID).toThrow('session() did not run')
  })

  test('what a session has itself cannot be its data', () => {
    // @ts-expect-error every session has its own "id": name the data otherwise
    expect(session<{ id: string }>({ secret })).toBeTypeOf('function')
    // @ts-expect-error every session has its own "save": name the data otherwise
    expect(session<{ save?: boolean }>({ secret })).toBeTypeOf('function')
    // @ts-expect-error every session has its own "regenerate": name the data otherwise
    expect(session<{ regenerate(): void }>({ secret })).toBeTypeOf('function')
    // @ts-expect-error every session has its own "cookie": name the data otherwise
    expect(session<{ cookie: string }>({ secret })).toBeTypeOf('function')
    expect(session<{ ids: string[]; user?: string }>({ secret })).toBeTypeOf('function')
    expect(session<Record<string, unknown>>({ secret })).toBeTypeOf('function')
  })

  test('a hook before the head returns what it likes', () => {
    const res = new ServerResponse(new IncomingMessage(new Socket()))
    answerGate.addHook(res, async () => res.setHeader('X-A', 'a'))
    answerGate.addHook(res, () => res.setHeader('X-B', 'b'))
    expect(answerGate.isOpen(res)).toBe(false)
  })

  test('SessionData can be augmented', () => {
    expectTypeOf<SessionData['augmentedForTheTypesTest']>().toEqualTypeOf<number>()
    const sessions = session({ secret })
    type Mine = ReturnType<typeof sessions.of>
    expectTypeOf<Mine['augmentedForTheTypesTest']>().toEqualTypeOf<number | undefined>()
  })

  test('the middleware fits Express', () => {
    const app = express()
    app.use(session({ secret }))
    expect(typeof app).toBe('function')
  })

  test('methods return the session for a callback, a promise without', () => {
    expectTypeOf(callMethods).parameter(0).toEqualTypeOf<Session>()
    expect(callMethods).toBeTypeOf('function')
  })

  test('the types are also on the function', () => {
    const options: session.SessionOptions = { secret }
    const store: session.Store = new session.MemoryStore()
    expect(store).toBeInstanceOf(session.Store)
    expectTypeOf(options).toEqualTypeOf<SessionOptions>()
    expect(options.secret).toBe(secret)
  })

  test('a misspelt option does not compile', () => {
    // @ts-expect-error `hardend` is not an option
    expect(session({ secret, hardend: true })).toBeTypeOf('function')
  })
})

function callMethods(mine: Session): void {
  expectTypeOf(mine.save()).toEqualTypeOf<Promise<void>>()
  expectTypeOf(mine.regenerate(() => {})).toEqualTypeOf<Session>()
}
