import type { Family, Question } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'
import { override } from '../harness/override.ts'

/** Asks without an Accept header, and with each of these. */
const accepting = (...values: string[]): Question[] =>
  ['', ...values].map((Accept) => ({ path: '/', ...(Accept && { headers: { Accept } }) }))

export const negotiation: Family = {
  name: 'negotiation',
  fault: (app) => {
    override(app.request, 'accepts', (_accepts, ...types) => types.flat()[0])
  },
  cases: [
    {
      name: 'picks a media type',
      app: (app) =>
        app.get('/', (req, res) =>
          res.json([
            req.accepts('html'),
            req.accepts(['json', 'text']),
            req.accepts('text/plain', 'image/png'),
            req.accepts('application/x-none'),
            req.accepts(),
          ]),
        ),
      ask: accepting(
        'text/html',
        'application/json;q=0.5, text/*;q=0.9',
        '*/*;q=0.1, image/png',
        'text/html;q=0, */*',
        'nonsense',
        'text/plain;level=1',
        'application/*',
      ),
    },
    {
      name: 'picks a charset, a coding and a language',
      app: (app) =>
        app.get('/', (req, res) =>
          res.json([
            req.acceptsCharsets('utf-8', 'iso-8859-1'),
            req.acceptsCharsets(),
            req.acceptsEncodings('gzip', 'br'),
            req.acceptsEncodings(),
            req.acceptsLanguages('en', 'de', 'fr-FR'),
            req.acceptsLanguages(['ja']),
          ]),
        ),
      ask: [
        { 'Accept-Charset': 'iso-8859-1;q=0.2, utf-8' },
        { 'Accept-Encoding': 'br;q=1, gzip;q=0.5' },
        { 'Accept-Encoding': 'identity;q=0' },
        { 'Accept-Encoding': '' },
        { 'Accept-Language': 'de-AT, en;q=0.8' },
        { 'Accept-Language': 'fr' },
        { 'Accept-Language': '*' },
        {},
      ].map((headers) => ({ path: '/', headers: headers as Record<string, string> })),
    },
    {
      name: 'tells what a body is',
      app: (app) =>
        app.post('/', (req, res) =>
          res.json([
            req.is('json'),
            req.is('application/*'),
            req.is(['urlencoded', 'multipart']),
            req.is('html', 'text'),
            req.is('+json'),
          ]),
        ),
      ask: [
        'application/json',
        'application/vnd.api+json; charset=utf-8',
        'text/plain',
        'multipart/form-data; boundary=x',
        'nonsense',
      ]
        .map((type) => ({
          path: '/',
          method: 'POST',
          headers: { 'Content-Type': type } as Record<string, string>,
          body: 'body',
        }))
        .concat({ path: '/', method: 'POST', headers: {}, body: '' }),
    },
    {
      name: 'answers in the form that the client prefers',
      app: (app) =>
        app.get('/', (_req, res) =>
          res.format({
            text: () => res.send('hey'),
            html: () => res.send('<p>hey</p>'),
            'application/json': () => res.send({ message: 'hey' }),
          }),
        ),
      ask: accepting(
        'text/html',
        'application/json',
        'text/*;q=0.1, application/json;q=0.01',
        'image/png',
        '*/*',
      ),
    },
    {
      name: 'offers a default instead of 406',
      app: (app) =>
        app.get('/', (_req, res) =>
          res.format({ html: () => res.send('<p>'), default: () => res.send('default') }),
        ),
      ask: accepting('image/png', 'text/html'),
    },
    {
      name: 'lists the forms in a 406',
      app: (app) => {
        app.get('/', (_req, res) =>
          res.format({
            html: () => res.end(),
            'text/plain; level=1': () => res.end(),
            'x/y': () => res.end(),
          }),
        )
        app.use(
          onError((error, _req, res, _next) => {
            const { message, status, statusCode, expose, types } = error
            res.status(status).json({ message, status, statusCode, expose, types })
          }),
        )
      },
      ask: { path: '/', headers: { Accept: 'image/png' } },
    },
    {
      name: 'keeps Vary in order, each field once',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.vary('Accept').vary(['Origin', 'accept']).vary('User-Agent, Origin')
          res.format({ text: () => res.send('x') })
        }),
      ask: '/',
    },
    {
      name: 'leaves Vary: * as it is, and refuses a field without a name',
      app: (app) => {
        app.get('/all', (_req, res) => res.vary('*').vary('Accept').send('x'))
        app.get('/none', (_req, res) => res.vary(undefined as never).send('x'))
        app.get('/empty', (_req, res) => res.vary([]).send('x'))
      },
      ask: ['/all', '/none', '/empty'],
    },
    {
      name: 'sets types by name, extension and media type',
      app: (app) =>
        app.get('/', (req, res) => {
          res.type((req.query as Record<string, string>)['t'] as string).send('x')
        }),
      ask: [
        'json',
        'html',
        '.png',
        'rawr',
        'text/x-own',
        'svg',
        'application/json',
        'a.b.css',
        '',
      ].map((type) => `/?t=${encodeURIComponent(type)}`),
    },
    {
      name: 'reads headers by any spelling',
      app: (app) =>
        app.get('/', (req, res) =>
          res.json([req.get('X-Own'), req.header('x-own'), req.get('Referrer'), req.xhr]),
        ),
      ask: [
        {
          path: '/',
          headers: { 'x-OWN': 'a', Referer: 'b', 'X-Requested-With': 'XMLHttpRequest' },
        },
        { path: '/', headers: { Referrer: 'c' } },
      ],
    },
    {
      name: 'refuses to read a header without a name',
      app: (app) => {
        app.get('/none', (req, res) => res.json(req.get(undefined as never)))
        app.get('/number', (req, res) => res.json(req.get(42 as never)))
      },
      ask: ['/none', '/number'],
    },
  ],
}
