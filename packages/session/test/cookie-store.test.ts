import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import session, { CookieStore } from '@tokkyu/session'
import type { SessionOptions } from '@tokkyu/session'
import { encrypting, signing } from '../src/stores/sealed-cookie.ts'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'

function counting(store: CookieStore, options: SessionOptions = {}): Promise<Client> {
  const sessions = session<Record<string, unknown>>({
    secret,
    resave: false,
    saveUninitialized: false,
    store,
    ...options,
  })
  return serve((req, res) =>
    sessions(req, res, (error) => {
      if (error) {
        res.statusCode = (error as { status: number }).status
        res.end((error as { code: string }).code)
        return
      }
      const mine = sessions.of(req)
      if (req.url === '/out') mine.destroy(() => res.end('out'))
      else if (req.url === '/big') res.end(String((mine['big'] = 'x'.repeat(5000)).length))
      else res.end(String((mine['n'] = Number(mine['n'] ?? 0) + 1)))
    }),
  )
}

describe.each([
  ['encrypted', true],
  ['signed', false],
])('a session in an %s cookie', (_kind, encrypt) => {
  const create = (keys: string | string[] = secret) => new CookieStore({ secret: keys, encrypt })

  it('is all there is: another process with the same secret goes on with it', async () => {
    const one = await counting(create())
    await one.get('/')
    const other = (await counting(create())).other(one.cookies)
    expect((await other.get('/')).text).toBe('2')
  })

  it('is opened with old keys, sealed with the first', async () => {
    const [oldKey, newKey] = [`old ${secret}`, `new ${secret}`]
    const before = await counting(create(oldKey))
    await before.get('/')
    const between = (await counting(create([newKey, oldKey]))).other(before.cookies)
    expect((await between.get('/')).text).toBe('2')
    const after = (await counting(create(newKey))).other(between.cookies)
    expect((await after.get('/')).text).toBe('3')
    const stale = (await counting(create(newKey))).other(before.cookies)
    expect((await stale.get('/')).text).toBe('1')
  })

  it('is worth nothing once anything of it was changed', async () => {
    const client = await counting(create())
    await client.get('/')
    const [[name, value]] = [...client.cookies] as [[string, string]]
    for (let at = 0; at < value.length; at += 7) {
      const changed = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
      expect((await client.other([[name, changed]]).get('/')).text).toBe('1')
    }
    for (const changed of ['', value.slice(1), `${value}.x`, `${value}A`, `${value}=`]) {
      expect((await client.other([[name, changed]]).get('/')).text).toBe('1')
    }
  })

  it('is worth nothing under another name', async () => {
    const one = await counting(create(), { name: 'one' })
    await one.get('/')
    const other = (await counting(create(), { name: 'other' })).other([
      ['other', one.cookies.get('one') as string],
    ])
    expect((await other.get('/')).text).toBe('1')
  })

  it('cannot be replayed in the same process after it was destroyed (CVE-2024-31999)', async () => {
    const client = await counting(create())
    await client.get('/')
    const thief = client.other(client.cookies)
    await client.get('/out')
    expect((await thief.get('/')).text).toBe('1')
  })

  it('does not go back when an older copy of the cookie comes', async () => {
    const client = await counting(create())
    await client.get('/')
    const old = client.other(client.cookies)
    await client.get('/')
    expect((await old.get('/')).text).toBe('3')
  })

  it('ends with its lifetime, whatever the browser keeps', async () => {
    const client = await counting(create(), { cookie: { maxAge: 40 } })
    await client.get('/')
    const kept = client.other(client.cookies)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect((await kept.get('/')).text).toBe('1')
  })

  it('that grew too large for a cookie is a clear error, not a lost session', async () => {
    const client = await counting(create())
    await client.get('/')
    const answer = await client.get('/big')
    expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined]) // bare node:http: reported behind
  })

  it.each(['__chunked__999999', 'e1', 'e1..', 's1...', '.....', 'e1.AAAAAA.', '%00'])(
    'is not %j, nor put together from parts a client counts',
    async (value) => {
      const client = await counting(create())
      const parts = `connect.sid=${value}; connect.sid.0=a; connect.sid.1=b`
      expect((await client.get('/', { cookie: parts })).text).toBe('1')
    },
  )

  it('needs a secret of 32 bytes', () => {
    expect(() => create('short')).toThrow(expect.objectContaining({ code: 'SESSION_BAD_OPTION' }))
    expect(() => create([])).toThrow(TypeError)
    expect(() => create([secret, 'short'])).toThrow(TypeError)
  })
})

describe('sealing', () => {
  it('hides the text only when it encrypts, each time differently', () => {
    const text = 'the password is swordfish'
    const [hidden, again, open] = [
      encrypting(secret).seal(text, 'n'),
      encrypting(secret).seal(text, 'n'),
      signing(secret).seal(text, 'n'),
    ]
    expect(readable(open)).toBe(text)
    expect(readable(hidden)).not.toContain('swordfish')
    expect(hidden).not.toBe(again)
    expect(encrypting(secret).open(hidden, 'n')).toBe(text)
  })

  it('keeps its two kinds apart', () => {
    expect(encrypting(secret).open(signing(secret).seal('x', 'n'), 'n')).toBeUndefined()
    expect(signing(secret).open(encrypting(secret).seal('x', 'n'), 'n')).toBeUndefined()
  })

  it('does not take a token signed with the secret itself: keys are derived', () => {
    const token = signing(secret).seal('x', 'n')
    const [kind, id, payload] = token.split('.')
    const mac = createHmac('sha256', secret).update(`n\0${payload}`).digest('base64url')
    expect(signing(secret).open([kind, id, payload, mac].join('.'), 'n')).toBeUndefined()
  })
})

function readable(token: string): string {
  return Buffer.from(token.split('.')[2] as string, 'base64url').toString()
}
