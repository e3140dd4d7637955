import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

/** What ends a header line, or has been taken for its end (CWE-113, CWE-93). */
const HOSTILE = [
  'x\r\nX-Injected: 1',
  'x\nX-Injected: 1',
  'x\rX-Injected: 1',
  'x\r\n X-Injected: 1',
  'x\0X-Injected: 1',
  'x\u010d\u010aX-Injected: 1',
  'x\u2028X-Injected: 1',
  'x\u007f',
  '"; filename="evil.html',
  '\u202egpj.exe',
]

/** Every way in which a handler's text comes into a header. */
const WAYS: Record<string, (res: express.Response, text: string) => unknown> = {
  set: (res, text) => res.set('X-Own', text),
  'set a list': (res, text) => res.set('X-Own', [text, text]),
  append: (res, text) => res.append('X-Own', 'a').append('X-Own', text),
  type: (res, text) => res.type(`text/${text}`),
  vary: (res, text) => res.vary(text),
  links: (res, text) => res.links({ next: text, [text]: '/' }),
  location: (res, text) => res.location(text),
  attachment: (res, text) => res.attachment(text),
  'cookie name': (res, text) => res.cookie(text, '1'),
  'cookie value': (res, text) => res.cookie('a', text),
  'cookie value, encoded by hand': (res, text) => res.cookie('a', text, { encode: String }),
  'cookie path': (res, text) => res.cookie('a', '1', { path: text }),
  'cookie domain': (res, text) => res.cookie('a', '1', { domain: text }),
  clearCookie: (res, text) => res.clearCookie('a', { path: text }),
}

describe('hostile text in a header', () => {
  let server: Server
  beforeAll(async () => {
    const app = express().set('env', 'test')
    app.get('/:way/:at', (req, res) => {
      WAYS[req.params.way]?.(res, HOSTILE[Number(req.params.at)] as string)
      res.end('done')
    })
    app.get('/redirect/to/:at', (req, res) => {
      res.redirect(HOSTILE[Number(req.params.at)] as string)
    })
    server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => void server.close())

  it.each([...Object.keys(WAYS), 'redirect/to'])(
    'by way of %s starts no line of its own',
    async (way) => {
      for (const at of HOSTILE.keys()) {
        const [head = ''] = (await exchange(server, `/${encodeURI(way)}/${at}`)).split(
          '\r\n\r\n',
          1,
        )
        const lines = head.split(/[\r\n\0]+/)
        expect(lines.filter((line) => /^\s*X-Injected/i.test(line))).toEqual([])
        expect(lines[0]).toMatch(/^HTTP\/1\.1 (?:200|302|500) /)
        // Only what RFC 9110 §5.5 allows in a field value, so nobody further on sees another line.
        expect(head).toMatch(/^[\t\x20-\x7e\x80-\xff\r\n]*$/)
      }
    },
  )

  it('does not become a second parameter of Content-Disposition', async () => {
    const at = HOSTILE.indexOf('"; filename="evil.html')
    const reply = await exchange(server, `/attachment/${at}`)
    expect(reply).toMatch(
      /Content-Disposition: attachment; filename="\\"; filename=\\"evil\.html"\r\n/,
    )
  })
})

/** The reply as bytes, one character each. */
async function exchange(server: Server, path: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
  let text = ''
  for await (const chunk of socket) text += (chunk as Buffer).toString('latin1')
  return text
}
