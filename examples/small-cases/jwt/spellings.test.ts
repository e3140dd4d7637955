import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from './app.ts'

const app = createApp('a secret of at least thirty-two bytes')

describe('a guard at a path', () => {
  it.each(['/api/me', '/api/me/', '//api/me', '/%61pi/me', '/x/../api/me', '/API/me'])(
    'stands before %s: 401 without a token',
    async (path) => {
      const { status } = await request(app).get(path)
      expect(status).toBe(401)
    },
  )
})
