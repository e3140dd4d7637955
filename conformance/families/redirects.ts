import type { Family } from '../harness/case.ts'
import { override } from '../harness/override.ts'

const URLS = [
  '/plain',
  'relative',
  '../up',
  'http://example.com',
  'http://example.com/a b?c=d e#f g',
  '/ümlaut/☃',
  '/%20/%zz/%',
  '/"><script>alert(1)</script>',
  "/'&",
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/a\r\nSet-Cookie: x=1',
  'data:text/html,<b>',
  '?only=query',
  '/\ud83d',
  'http://[::1]:80/',
]

export const redirects: Family = {
  name: 'redirects',
  fault: (app) => {
    override(app.response, 'location', (location, url) => location(encodeURI(String(url))))
  },
  cases: [
    {
      name: 'encodes the target, once',
      app: (app) =>
        app.get('/:at', (req, res) => res.redirect(URLS[Number(req.params['at'])] as string)),
      ask: URLS.map((_, at) => `/${at}`),
    },
    {
      name: 'sets Location alone',
      app: (app) =>
        app.get('/:at', (req, res) => res.location(URLS[Number(req.params['at'])] as string).end()),
      ask: URLS.map((_, at) => `/${at}`),
    },
    {
      name: 'tells people where to, as text or HTML or nothing',
      app: (app) => app.get('/', (_req, res) => res.redirect('/<"&\'>')),
      ask: ['text/html', 'text/plain', 'text/*', 'application/json', '*/*'].map((Accept) => ({
        path: '/',
        headers: { Accept },
      })),
    },
    {
      name: 'takes a status',
      app: (app) =>
        app.get('/:status', (req, res) => res.redirect(Number(req.params['status']), '/there')),
      ask: ['/301', '/303', '/307', '/308', '/200', '/499'],
    },
    {
      name: 'sends no body to HEAD',
      app: (app) => app.get('/', (_req, res) => res.redirect('/there')),
      ask: { path: '/', method: 'HEAD' },
    },
    {
      name: 'keeps headers that were set',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.set('X-Own', '1').cookie('a', '1').redirect(301, '/there')
        }),
      ask: '/',
    },
    {
      name: 'knows no "back"',
      app: (app) => app.get('/', (_req, res) => res.redirect('back')),
      ask: { path: '/', headers: { Referer: '/from' } },
    },
    {
      name: 'redirects from a mount as the handler wrote it',
      app: (app, { express }) => {
        const router = express.Router()
        router.get('/', (_req, res) => res.redirect('login'))
        app.use('/admin', router)
      },
      ask: ['/admin', '/admin/'],
    },
    {
      name: 'takes a URL object for Location',
      app: (app) =>
        app.get('/', (_req, res) => res.location(new URL('http://example.com/ä?b') as never).end()),
      ask: '/',
    },
    {
      name: 'refuses a status that is none',
      app: (app) => app.get('/', (_req, res) => res.redirect(99, '/there')),
      ask: '/',
    },
  ],
}
