import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import type { Express } from '@tokkyu/core'

import { createApp } from './app.ts'
import { FakeGitHub } from './fake-github.ts'

const gitHub = new FakeGitHub()
let server: { close: () => void }
let app: Express
beforeAll(async () => {
  server = await gitHub.start()
  const { clientID, clientSecret, urls } = gitHub
  const callbackURL = 'http://app.example/login/github/callback'
  app = createApp(
    { clientID, clientSecret, callbackURL, ...urls },
    'a secret of thirty-two characters',
  )
})
afterAll(() => server.close())
afterEach(() => {
  gitHub.failure = undefined
})

type Browser = ReturnType<typeof request.agent>

/** Begins to sign in, and gives where GitHub leads back: path and query. */
async function throughGitHub(browser: Browser, to = '/'): Promise<string> {
  const { headers } = await browser.get('/login/github').query({ to }).expect(302)
  const answer = await fetch(headers['location']!, { redirect: 'manual' })
  const { pathname, search } = new URL(answer.headers.get('location')!)
  return pathname + search
}

describe('signing in with GitHub', () => {
  it('asks for it with a state and a challenge', async () => {
    const { headers } = await request(app).get('/login/github').expect(302)
    const query = Object.fromEntries(new URL(headers['location']!).searchParams)
    expect(query).toMatchObject({
      response_type: 'code',
      client_id: 'an-app',
      redirect_uri: 'http://app.example/login/github/callback',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^.{20,}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    })
  })

  it('knows who came back, and leads where he wanted to go', async () => {
    const browser = request.agent(app)
    const back = await throughGitHub(browser, '/?page=2')
    await browser.get(back).expect('Location', '/?page=2').expect(302)
    await browser.get('/').expect(200, { login: 'ada' })
  })

  it('gives the session a new id, so that one known before is worth nothing', async () => {
    const browser = request.agent(app)
    const start = await browser.get('/login/github')
    const before = cookieOf(start)
    const answer = await fetch(start.headers['location']!, { redirect: 'manual' })
    const { search } = new URL(answer.headers.get('location')!)
    const after = cookieOf(await browser.get(`/login/github/callback${search}`).expect(302))
    expect(after).not.toBe(before)
    await request(app).get('/').set('Cookie', before).expect(200, { login: null })
    await request(app).get('/').set('Cookie', after).expect(200, { login: 'ada' })
  })

  it('ends with signing out, which is a POST', async () => {
    const browser = request.agent(app)
    await browser.get(await throughGitHub(browser))
    await browser.get('/logout').expect(404)
    await browser.post('/logout').expect(303)
    await browser.get('/').expect(200, { login: null })
  })
})

describe('what is refused', () => {
  it('is an answer that another browser had asked for', async () => {
    const back = await throughGitHub(request.agent(app))
    const browser = request.agent(app)
    await browser.get(back).expect(403)
    await browser.get('/login/github') // also when he is about to sign in himself
    await browser.get(back).expect(403)
    await browser.get('/').expect(200, { login: null })
  })

  it.each(['', '&state=', '&state=guessed'])('is an answer with the state "%s"', async (state) => {
    const browser = request.agent(app)
    const back = await throughGitHub(browser)
    await browser.get(back.replace(/&state=.*/, state)).expect(403)
    await browser.get('/').expect(200, { login: null })
  })

  it('is an answer that comes twice', async () => {
    const browser = request.agent(app)
    const back = await throughGitHub(browser)
    await browser.get(back).expect(302)
    await browser.get(back).expect(403)
  })

  it('is a code of another login: its challenge does not fit', async () => {
    const stolen = new URLSearchParams((await throughGitHub(request.agent(app))).split('?')[1])
    const browser = request.agent(app)
    const back = await throughGitHub(browser)
    await browser.get(back.replace(/code=[^&]*/, `code=${stolen.get('code')}`)).expect(502)
    await browser.get('/').expect(200, { login: null })
  })

  it('is a user who says no there', async () => {
    const browser = request.agent(app)
    await browser.get('/login/github')
    await browser.get('/login/github/callback?error=access_denied').expect(401)
  })

  it.each([
    [500, {}],
    [401, { error: 'bad_client' }],
    [200, { error: 'bad_verification_code' }],
  ])('is a GitHub that answers %i %j to the code: 502', async (status, body) => {
    gitHub.failure = { status, body }
    const browser = request.agent(app)
    await browser.get(await throughGitHub(browser)).expect(502, 'GitHub did not sign you in')
  })

  it.each([
    'https://evil.example/x',
    '//evil.example/x',
    '/\\evil.example/x',
    '/\t/evil.example/',
    '/.//evil.example/',
    '/x/..//evil.example/',
    '\\\\evil.example',
    'javascript:alert(1)',
    'evil.example',
    'http:evil.example',
  ])('is a target that is not ours: %j leads to /', async (to) => {
    const browser = request.agent(app)
    const back = await throughGitHub(browser, to)
    await browser.get(back).expect('Location', '/').expect(302)
  })
})

function cookieOf({ headers }: request.Response): string {
  const [cookie] = headers['set-cookie'] as unknown as string[]
  return cookie!.split(';')[0]!
}
