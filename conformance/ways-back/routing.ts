import type { Row } from './row.ts'
import { asked } from './see.ts'

/** What an author meets who writes paths and handlers. */
export const routing: readonly Row[] = [
  asked(
    'canonical-path',
    (app, _side, back) => {
      if (back) app.set('path canonical', false)
      app.use('/admin', (_req, res) => res.sendStatus(401))
      app.use((req, res) => res.send(req.url))
    },
    '/%61dmin//x/../',
    {
      express: { status: 200, body: '/%61dmin//x/../' },
      ours: { status: 401 },
      wayBack: true,
    },
  ),
  asked(
    'control-characters',
    (app, _side, back) => {
      if (back) app.set('path canonical', false)
      app.use((req, res) => res.send(req.url))
    },
    '/a%00b%5Cc',
    {
      express: { status: 200, body: '/a%00b%5Cc' },
      ours: { status: 400 },
      wayBack: true,
    },
  ),
]
