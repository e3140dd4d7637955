import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { NO_LIMITS } from '../src/server/rate-limits.ts'
import { IMAGE_BYTES } from '../src/server/avatar-limits.ts'
import { IMAGES, NO_IMAGES } from './images.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'avatar-test-'))
const app = createApp({ avatarDirectory: folder, rateLimits: NO_LIMITS })
const png = IMAGES['image/png']

/** How a form with the boundary `b` begins that brings an avatar. */
const PART_HEAD = '--b\r\nContent-Disposition: form-data; name="avatar"; filename="me.png"\r\n\r\n'

afterAll(() => rm(folder, { recursive: true, force: true }))

function padded(size: number): Buffer {
  return Buffer.concat([png, Buffer.alloc(size - png.length)])
}

/** The files in the avatar folder; a moment is given to what is still being removed. */
async function stored(expected: number): Promise<string[]> {
  const deadline = Date.now() + 2_000
  let files = await readdir(folder)
  while (files.length !== expected && Date.now() < deadline) {
    // oxlint-disable-next-line no-await-in-loop -- waiting is what it is for
    await new Promise((resolve) => setTimeout(resolve, 10))
    // oxlint-disable-next-line no-await-in-loop -- looking again after the wait
    files = await readdir(folder)
  }
  return files
}

describe('an avatar', () => {
  it.each(Object.entries(IMAGES))('can be %s, whatever it claims to be', async (type, image) => {
    const player = request.agent(app)
    const claim = { filename: 'me.html', contentType: 'text/html' }
    await player.post('/avatar').attach('avatar', image, claim).expect(303).expect('Location', '/')
    const res = await player.get('/avatar').expect(200).expect('Content-Type', type)
    expect(res.body).toEqual(image)
    expect(res.headers['x-content-type-options']).toBe('nosniff')
    expect(res.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
    expect(res.headers['cache-control']).toBe('private, no-cache')
  })

  it('is seen on the page afterwards', async () => {
    const player = request.agent(app)
    await player.post('/avatar').attach('avatar', png, 'me.png').expect(303)
    const { text } = await player.get('/').expect(200)
    const [, src] = /<img src="([^"]+)" alt="Your avatar"/.exec(text) ?? []
    expect(src).toMatch(/^\/avatars\//)
    await player
      .get(src ?? '')
      .expect(200)
      .expect('Content-Type', 'image/png')
  })

  it('tells a program where it is', async () => {
    const player = request.agent(app)
    const sent = player.post('/avatar').set('Accept', 'application/json')
    const res = await sent.attach('avatar', png, 'me.png').expect(200)
    expect(res.body).toEqual({ avatar: expect.stringMatching(/^\/avatars\/[\w-]{36}\.png$/) })
  })

  it('is answered 304 when the browser has it', async () => {
    const player = request.agent(app)
    await player.post('/avatar').attach('avatar', png, 'me.png').expect(303)
    const { headers } = await player.get('/avatar').expect(200)
    const again = await player.get('/avatar').set('If-None-Match', headers['etag'] ?? '')
    expect(again.status).toBe(304)
  })

  it('is shown to whoever knows its address, without rights of any kind', async () => {
    const sent = request(app).post('/avatar').set('Accept', 'application/json')
    const { body } = await sent.attach('avatar', png, 'me.png').expect(200)
    const res = await request(app).get(body.avatar).expect(200).expect('Content-Type', 'image/png')
    expect(res.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
    expect(res.headers['set-cookie']).toBeUndefined()
    await request(app).get('/avatar').expect(404)
  })

  it('is gone for everybody once it is removed, and its file with it', async () => {
    const player = request.agent(app)
    const before = (await readdir(folder)).length
    const sent = player.post('/avatar').set('Accept', 'application/json')
    const { body } = await sent.attach('avatar', png, 'me.png').expect(200)
    await player.post('/avatar/remove').expect(303).expect('Location', '/')
    await request(app).get(body.avatar).expect(404)
    await player.get('/avatar').expect(404)
    expect((await player.get('/')).text).not.toContain('/avatar/remove')
    expect(await stored(before)).toHaveLength(before)
  })

  it('can be removed when there is none', async () => {
    const sent = request(app).post('/avatar/remove').set('Accept', 'application/json')
    const { body } = await sent.expect(200)
    expect(body).toEqual({ avatar: null })
  })

  it('is not removed by another site', async () => {
    const player = request.agent(app)
    await player.post('/avatar').attach('avatar', png, 'me.png').expect(303)
    const refused = await player.post('/avatar/remove').set('Sec-Fetch-Site', 'cross-site')
    expect(refused.status).toBe(403)
    await player.get('/avatar').expect(200)
  })

  it('stands beside its player in the arena', async () => {
    const player = request.agent(app)
    await player.post('/avatar').attach('avatar', png, 'me.png').expect(303)
    const { text } = await player.get('/')
    expect(text).toMatch(/<img class="face" src="\/avatars\/[\w-]{36}\.png" alt=""/)
  })

  it('takes the place of the one before, whose file goes', async () => {
    const player = request.agent(app)
    const before = (await readdir(folder)).length
    await player.post('/avatar').attach('avatar', png, 'one.png').expect(303)
    await player.post('/avatar').attach('avatar', IMAGES['image/gif'], 'two.gif').expect(303)
    await player.get('/avatar').expect('Content-Type', 'image/gif')
    expect(await stored(before + 1)).toHaveLength(before + 1)
  })

  it('leaves the score alone', async () => {
    const player = request.agent(app)
    await player.post('/game').type('form').send({ action: 'rock' }).expect(303)
    await player.post('/avatar').attach('avatar', png, 'me.png').expect(303)
    const { text } = await player.get('/')
    expect(text.match(/<li /g)).toHaveLength(1)
  })

  it('keeps the score of rounds that are played while it is on its way', async () => {
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const play = (): request.Test => request(server).post('/game').type('form')
    const first = await play().send({ action: 'rock' })
    const Cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? ''

    const before = (await readdir(folder)).length
    const { port } = server.address() as AddressInfo
    const headers = { Cookie, 'Content-Type': 'multipart/form-data; boundary=b' }
    const upload = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/avatar',
      headers,
    })
    upload.write(PART_HEAD)
    upload.write(padded(50_000))
    assert.equal((await stored(before + 1)).length, before + 1, 'the upload has begun')
    await play().set('Cookie', Cookie).send({ action: 'rock' }).expect(303)
    upload.end('\r\n--b--\r\n')
    const [answer] = (await once(upload, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(303)
    answer.resume()

    const { text } = await request(server).get('/').set('Cookie', Cookie).expect(200)
    server.close()
    expect(text.match(/<li /g)).toHaveLength(2)
    expect(text).toContain('alt="Your avatar"')
  })

  it('never chooses where it is stored', async () => {
    const player = request.agent(app)
    const before = (await readdir(folder)).length
    await player.post('/avatar').attach('avatar', png, '../../evil.html').expect(303)
    const files = await stored(before + 1)
    expect(files).toHaveLength(before + 1)
    expect(files.join()).not.toMatch(/evil|html/)
  })
})

describe('an upload that is no avatar', () => {
  let before = 0
  beforeAll(async () => {
    before = (await readdir(folder)).length
  })
  afterEach(async () => {
    assert.equal((await stored(before)).length, before)
  })

  it.each(Object.entries(NO_IMAGES))('is refused with 415: %s', async (_name, bytes) => {
    const claim = { filename: 'me.png', contentType: 'image/png' }
    const sent = request(app).post('/avatar').set('Accept', 'application/json')
    const res = await sent.attach('avatar', bytes, claim).expect(415)
    expect(res.body).toMatchObject({
      status: 415,
      code: 'FILE_TYPE_REFUSED',
      detail: 'This file is not an image that can be shown. Allowed: PNG, JPEG, WebP, GIF',
      allowed: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
    })
    expect(res.headers['set-cookie']).toBeUndefined()
  })

  it('is refused with 413 one byte above the limit, and fine at it', async () => {
    const sent = request(app).post('/avatar').set('Accept', 'application/json')
    const res = await sent.attach('avatar', padded(IMAGE_BYTES + 1), 'me.png').expect(413)
    expect(res.body).toMatchObject({
      code: 'LIMIT_FILE_SIZE',
      detail: 'This file is too large. Allowed: at most 2 MB',
    })
    await request(app).post('/avatar').attach('avatar', padded(IMAGE_BYTES), 'me.png').expect(303)
    before += 1
  })

  it('is refused with 400 when no file is in it', async () => {
    const sent = request(app).post('/avatar').set('Accept-Language', 'zh')
    const res = await sent.field('note', 'hello').expect(400)
    expect(res.text).toContain('没有选择图片。')
  })

  it('is refused with 400 when it is no multipart form', async () => {
    const { status } = await request(app).post('/avatar').type('form').send({ avatar: 'x' })
    expect(status).toBe(400)
  })

  it.each([
    ['another field', 'portrait'],
    ['a field that would be a prototype', '__proto__'],
  ])('is refused with 400 in %s', async (_name, field) => {
    const { status } = await request(app).post('/avatar').attach(field, png, 'me.png')
    expect(status).toBe(400)
  })

  it('is refused with 413 when two files come at once', async () => {
    const sent = request(app).post('/avatar').attach('avatar', png, 'a.png')
    const { status } = await sent.attach('avatar', png, 'b.png')
    expect(status).toBe(413)
  })

  it('is refused with 403 from another site', async () => {
    const sent = request(app).post('/avatar').set('Sec-Fetch-Site', 'cross-site')
    const { status } = await sent.attach('avatar', png, 'me.png')
    expect(status).toBe(403)
  })

  it('leaves nothing when it breaks off', async () => {
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      'POST /avatar HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n' +
        `Content-Type: multipart/form-data; boundary=b\r\n\r\n${PART_HEAD}`,
    )
    socket.write(Buffer.concat([png, Buffer.alloc(50_000)]))
    expect(await stored(before + 1), 'the upload has begun').toHaveLength(before + 1)
    socket.destroy()
    expect(await stored(before), 'nothing is left of it').toHaveLength(before)
    server.close()
    await request(app).get('/').expect(200)
  })
})
