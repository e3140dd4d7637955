import { createServer, IncomingMessage, request as ask, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it, onTestFinished, vi } from 'vitest'

import express, { type Response } from '../../src/index.ts'

type WriteHead = (...args: unknown[]) => Response
type Hook = (res: Response) => void | Promise<void>

/** An app that runs `hook` before the headers of what `handler` answers. */
function appWith(hook: Hook, handler: (res: Response, writeHead: WriteHead) => unknown) {
  const app = express()
  app.set('env', 'test')
  app.use((_req, res, next) => {
    res.beforeHeaders(() => hook(res))
    void next()
  })
  app.use((_req, res) => void handler(res, res.writeHead.bind(res) as WriteHead))
  return app
}

/** The same hook at once, and after a turn of the event loop. */
function both(hook: (res: Response) => void): [when: string, hook: Hook][] {
  return [
    ['at once', hook],
    [
      'later',
      async (res) => {
        await sleep(2)
        hook(res)
      },
    ],
  ]
}

interface Reply {
  /** Status and reason. */
  line: string
  /** Each line of the head as it came, without those that node adds. */
  head: string[]
  text: string
}

/** Asks as plainly as can be: nothing is joined, sorted or put in lower case. */
async function get(app: Parameters<typeof createServer>[1]): Promise<Reply> {
  const server = createServer(app)
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    ask({ port, host: '127.0.0.1', agent: false }, resolve).on('error', reject).end()
  })
  let text = ''
  for await (const chunk of reply.setEncoding('utf8')) text += String(chunk)
  const head: string[] = []
  for (let at = 0; at < reply.rawHeaders.length; at += 2) {
    const [name, value] = reply.rawHeaders.slice(at, at + 2)
    if (!/^(?:date|connection|transfer-encoding|x-powered-by)$/i.test(name!))
      head.push(`${name}: ${value}`)
  }
  return { line: `${reply.statusCode} ${reply.statusMessage}`, head, text }
}

const asObject = { 'X-Own': '1', 'set-cookie': ['a=1', 'b=2'], ETag: '"1"' }
const asList = ['X-Own', '1', 'set-cookie', 'a=1', 'set-cookie', 'b=2', 'ETag', '"1"']
const asPairs = [
  ['X-Own', '1'],
  ['set-cookie', 'a=1'],
  ['set-cookie', 'b=2'],
  ['ETag', '"1"'],
]

const forms: [form: string, args: unknown[]][] = [
  ['an object', [asObject]],
  ['names and values in turn', [asList]],
  ['pairs', [asPairs]],
  ['a reason and an object', ['Made', asObject]],
  ['a reason and names and values in turn', ['Made', asList]],
  ['a reason and pairs', ['Made', asPairs]],
  ['an object behind no reason', [undefined, asObject]],
  ['a reason alone', ['Made']],
  ['an empty reason', ['']],
  ['nothing else', []],
  ['no headers', [null]],
]

describe('what writeHead was given', () => {
  for (const [form, args] of forms) {
    for (const [when, hook] of both(() => {})) {
      it(`as ${form} leaves as without the hook that runs ${when}`, async () => {
        const bare = await get((_req, res) => {
          ;(res.writeHead.bind(res) as unknown as WriteHead)(201, ...args).end('x')
        })
        const hooked = await get(
          appWith(hook, (_res, writeHead) => writeHead(201, ...args).end('x')),
        )
        expect(hooked).toEqual(bare)
      })
    }
  }

  it.each(forms.slice(0, 7))('as %s is on the response when a hook runs', async (_form, args) => {
    const seen: unknown[] = []
    const app = appWith(
      (res) => {
        seen.push(res.statusCode, res.getHeader('x-own'), res.getHeader('Set-Cookie'))
        seen.push(res.getHeaderNames())
      },
      (_res, writeHead) => writeHead(202, ...args).end(),
    )
    app.disable('x-powered-by')
    await get(app)
    expect(seen).toEqual([202, '1', ['a=1', 'b=2'], ['x-own', 'set-cookie', 'etag']])
  })

  it('replaces what was set before, as it does without hooks', async () => {
    const app = appWith(
      () => {},
      (res, writeHead) => {
        res.setHeader('X-Own', 'early').setHeader('X-Other', 'early')
        writeHead(200, ['x-own', '1', 'x-own', '2']).end()
      },
    )
    expect((await get(app)).head.toSorted()).toEqual(['X-Other: early', 'x-own: 1', 'x-own: 2'])
  })

  it('skips a header without a name', async () => {
    const app = appWith(
      () => {},
      (_res, writeHead) => writeHead(200, ['', 'x', 'X-Own', '1']).end(),
    )
    expect((await get(app)).head).toEqual(['X-Own: 1'])
  })

  it('goes through the methods that middleware has put on the response', async () => {
    const app = appWith(
      () => {},
      (res, writeHead) => {
        const setHeader = res.setHeader.bind(res)
        res.setHeader = (name, value) => setHeader(name, `${String(value)}!`)
        writeHead(200, { 'X-Own': '1' }).end()
      },
    )
    expect((await get(app)).head).toEqual(['X-Own: 1!'])
  })

  it('leaves at once when nobody waits for it, and past the table', async () => {
    const seen: unknown[] = []
    const app = express().disable('x-powered-by')
    app.use((_req, res) => {
      res.writeHead(200, ['X-Own', '1', 'x-own', '2'])
      seen.push(res.headersSent, res.getHeaderNames())
      res.end()
    })
    expect((await get(app)).head).toEqual(['X-Own: 1', 'x-own: 2'])
    expect(seen).toEqual([true, []])
  })
})

for (const when of ['at once', 'later']) {
  const timed = (hook: (res: Response) => void): Hook => new Map(both(hook)).get(when)!

  describe(`a hook that answers ${when}, when writeHead began the answer`, () => {
    it.each(forms.slice(0, 3))('adds to a header given as %s', async (_form, args) => {
      const app = appWith(
        timed((res) => {
          res.cookie('c', '3')
          res.append('X-Own', 'more')
        }),
        (_res, writeHead) => writeHead(200, ...args).end(),
      )
      const { head } = await get(app)
      expect(head.filter((line) => /cookie/i.test(line))).toEqual([
        expect.stringMatching(/^set-cookie: a=1$/i),
        expect.stringMatching(/^set-cookie: b=2$/i),
        expect.stringMatching(/^set-cookie: c=3; Path=\/$/i),
      ])
      expect(head.filter((line) => /own/i.test(line)).join()).toMatch(/^X-Own: 1\b.*\bmore$/)
    })

    it('replaces a header, removes one and joins one', async () => {
      const app = appWith(
        timed((res) => {
          res.setHeader('Cache-Control', 'private')
          res.removeHeader('X-Own')
          res.vary('Cookie')
        }),
        (_res, writeHead) =>
          writeHead(200, { 'cache-control': 'public', 'X-Own': '1', Vary: 'Accept' }).end('x'),
      )
      const { head } = await get(app)
      expect(head).toEqual(['Cache-Control: private', 'Vary: Accept, Cookie'])
    })

    it('replaces all values of a name that came twice', async () => {
      const app = appWith(
        timed((res) => void res.setHeader('Set-Cookie', 'only=1')),
        (_res, writeHead) => writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end('x'),
      )
      expect((await get(app)).head).toEqual(['Set-Cookie: only=1'])
    })

    it('never writes into a list of the app', async () => {
      const cookies = ['a=1']
      const app = appWith(
        timed((res) => void res.appendHeader('Set-Cookie', 'id=secret')),
        (_res, writeHead) => writeHead(200, { 'Set-Cookie': cookies }).end(),
      )
      expect((await get(app)).head).toEqual(['Set-Cookie: a=1', 'Set-Cookie: id=secret'])
      expect(cookies).toEqual(['a=1'])
    })

    it('changes the status, and the reason goes with it', async () => {
      const app = appWith(
        timed((res) => void (res.statusCode = 404)),
        (_res, writeHead) => writeHead(200, 'Fine', { 'X-Own': '1' }).end('x'),
      )
      expect(await get(app)).toEqual({ line: '404 Not Found', head: ['X-Own: 1'], text: 'x' })
    })

    it('changes the status, and a reason that was set before the call stays', async () => {
      const app = appWith(
        timed((res) => void (res.statusCode = 404)),
        (res, writeHead) => {
          res.statusMessage = 'Set'
          writeHead(200, 'Given').end()
        },
      )
      expect((await get(app)).line).toBe('404 Set')
    })

    it('takes away a reason that was set before the call', async () => {
      const app = appWith(
        timed((res) => {
          res.statusCode = 404
          res.statusMessage = undefined as never
        }),
        (res, writeHead) => {
          res.statusMessage = 'Set'
          writeHead(200).end()
        },
      )
      expect((await get(app)).line).toBe('404 Not Found')
    })

    it('changes the reason alone', async () => {
      const app = appWith(
        timed((res) => void (res.statusMessage = 'Better')),
        (_res, writeHead) => writeHead(200, 'Fine').end(),
      )
      expect((await get(app)).line).toBe('200 Better')
    })

    it('takes the body away with a 304', async () => {
      const app = appWith(
        timed((res) => void (res.statusCode = 304)),
        (_res, writeHead) => writeHead(200, { ETag: '"1"' }).end(),
      )
      expect(await get(app)).toEqual({ line: '304 Not Modified', head: ['ETag: "1"'], text: '' })
    })

    it('is followed by the whole body', async () => {
      const app = appWith(
        timed(() => {}),
        (res, writeHead) => {
          expect(writeHead(200, { 'Content-Length': 5 })).toBe(res)
          res.write('he')
          res.end('llo')
        },
      )
      expect(await get(app)).toMatchObject({ head: ['Content-Length: 5'], text: 'hello' })
    })
  })

  describe(`what writeHead refuses, while a hook waits that answers ${when}`, () => {
    const refused: [what: string, args: unknown[]][] = [
      ['a name that is no token', [200, { 'X Own': '1' }]],
      ['a value with a line break', [200, { 'X-Own': 'a\r\nb' }]],
      ['a value that is missing', [200, { 'X-Own': undefined }]],
      ['a value with a line break, in turn', [200, ['X-Own', 'a\nb']]],
      ['a value with a line break, in pairs', [200, [['X-Own', 'a\nb']]]],
      ['a name without a value, in turn', [200, ['X-Own']]],
      ['a name without a value, in pairs', [200, [['X-Own']]]],
      ['a status that is none', [99, { 'X-Own': '1' }]],
      ['a status that is no number', ['ok']],
      ['a reason with a line break', [200, 'a\r\nb', { 'X-Own': '1' }]],
    ]

    it.each(refused)('throws as in node:http for %s, and nothing has left', async (_what, args) => {
      const bare = new ServerResponse(new IncomingMessage(new Socket()))
      const expected = codeOf(() => (bare.writeHead.bind(bare) as unknown as WriteHead)(...args))
      const hook = vi.fn<Hook>()
      const seen: unknown[] = []
      const app = appWith(
        timed((res) => void hook(res)),
        (res, writeHead) => {
          seen.push(
            codeOf(() => writeHead(...args)),
            res.headersSent,
            hook.mock.calls.length,
          )
          res.statusMessage = ''
          res.status(200).removeHeader('X-Own')
          res.end('answered')
        },
      )
      expect(await get(app)).toMatchObject({ line: '200 OK', text: 'answered' })
      expect(seen).toEqual([expected, false, 0])
      expect(expected).toMatch(/^ERR_/)
      expect(hook).toHaveBeenCalledOnce()
    })

    it('answers 500 when nobody catches it, with the hook', async () => {
      const app = appWith(
        timed((res) => void res.setHeader('X-Hook', 'ran')),
        (_res, writeHead) => writeHead(200, { 'X-Own': 'a\nb' }).end('x'),
      )
      const { line, head } = await get(app)
      expect(line).toBe('500 Internal Server Error')
      expect(head).toContain('X-Hook: ran')
    })

    const begun: [by: string, begin: (res: Response) => void][] = [
      ['writeHead', (res) => void res.writeHead(201, 'Made', { 'X-Own': '1' })],
      ['write', (res) => void res.setHeader('X-Own', '1').status(201).write('')],
      ['flushHeaders', (res) => res.setHeader('X-Own', '1').status(201).flushHeaders()],
    ]

    it.each(begun)('is a head after %s has begun the answer', async (_by, begin) => {
      let code: unknown
      const app = appWith(
        timed(() => {}),
        (res, writeHead) => {
          begin(res)
          code = codeOf(() => writeHead(404, { 'X-Own': '2' }))
          res.end('x')
        },
      )
      const { line, head, text } = await get(app)
      expect(code).toBe('ERR_HTTP_HEADERS_SENT')
      expect([line.slice(0, 3), head, text]).toEqual(['201', ['X-Own: 1'], 'x'])
    })

    it('is a head after the answer has left', async () => {
      const codes: unknown[] = []
      const app = appWith(
        timed(() => {}),
        async (res, writeHead) => {
          writeHead(200).write('x')
          await sleep(10)
          codes.push(codeOf(() => writeHead(200, { 'X-Own': '1' })))
          res.end()
          codes.push(codeOf(() => writeHead(200)))
        },
      )
      expect((await get(app)).text).toBe('x')
      expect(codes).toEqual(['ERR_HTTP_HEADERS_SENT', 'ERR_HTTP_HEADERS_SENT'])
    })

    it('is the status that a hook made impossible', async () => {
      const app = appWith(
        timed((res) => void (res.statusCode = 99)),
        (_res, writeHead) => writeHead(200, { 'Content-Language': 'en' }).end('x'),
      )
      const { line, head, text } = await get(app)
      expect(line).toBe('500 Internal Server Error')
      expect(text).toContain('RangeError')
      expect(head.join()).not.toContain('Content-Language')
    })
  })

  describe(`an answer begun with writeHead whose hook fails ${when}`, () => {
    it('takes back what it set, and leaves what stood there before', async () => {
      const app = appWith(timed(fail), (res, writeHead) => {
        res.setHeader('Strict-Transport-Security', 'max-age=600')
        writeHead(201, 'Made', {
          'strict-transport-security': 'max-age=0',
          'Access-Control-Allow-Origin': '*',
          'Set-Cookie': 'a=1',
          'X-Own': '1',
        }).end('hello')
      })
      const { line, head, text } = await get(app)
      expect(line).toBe('503 Service Unavailable')
      expect(text).toContain('store is down')
      expect(head.join('\n')).toMatch(/^Strict-Transport-Security: max-age=600$/im)
      expect(head.join('\n')).not.toMatch(/^(?:access-control|set-cookie|x-own)/im)
    })

    it('keeps what a hook had made of it, where that guards the page', async () => {
      const app = appWith(
        timed((res) => {
          res.setHeader('Strict-Transport-Security', 'max-age=900')
          fail()
        }),
        (_res, writeHead) => writeHead(200, { 'Strict-Transport-Security': 'max-age=0' }).end(),
      )
      expect((await get(app)).head).toContain('Strict-Transport-Security: max-age=900')
    })

    it.each([
      ['an object', { Date: 'then', 'Content-Length': 3 }],
      ['names and values in turn', ['Date', 'then', 'Content-Length', '3']],
    ])('still says when, after a date given as %s', async (_form, headers) => {
      const app = appWith(timed(fail), (_res, writeHead) => writeHead(200, headers).end('abc'))
      const reply = await app.inject('/')
      expect(reply.status).toBe(503)
      expect(Date.parse(String(reply.headers.date))).not.toBeNaN()
    })

    it('swallows a second writeHead', async () => {
      let code: unknown = 'not called'
      const app = appWith(timed(fail), async (_res, writeHead) => {
        writeHead(200, { 'X-Own': '1' })
        await sleep(10)
        code = codeOf(() => writeHead(200).end('x'))
      })
      expect((await get(app)).line).toBe('503 Service Unavailable')
      await vi.waitFor(() => expect(code).toBeUndefined())
    })
  })
}

function fail(): never {
  throw Object.assign(new Error('store is down'), { status: 503 })
}

/** The code of what `call` throws; `undefined` when it throws nothing. */
function codeOf(call: () => unknown): unknown {
  try {
    call()
    return undefined
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
