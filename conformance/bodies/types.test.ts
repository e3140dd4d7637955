import type { RequestHandler } from 'express'
import { json, raw, static as serveStatic, text, urlencoded } from '@tokkyu/core'
import { expect, it } from 'vitest'

it('body parsers and static files are middleware of Express by type', () => {
  const handlers: RequestHandler[] = [
    json({ limit: '1mb' }),
    urlencoded({ extended: true }),
    text(),
    raw(),
    serveStatic('public'),
  ]
  expect(handlers.map((handler) => handler.length)).toEqual([3, 3, 3, 3, 3])
})
