// The app under attack, for whatever has Express's API. What it does stands in the README of hardening.

const echo = (from) => (req, res) => {
  if (Object.assign({}, req[from]).admin) res.set('X-Admin', 'yes')
  res.json(req[from] ?? null)
}

/**
 * @param express the framework
 * @param parts what it brings: `cookies(secret)`, `session(options)`, `upload(options)`, the name of the
 *   session's cookie, and `more(app)` for what the others have not
 */
export function expressLike(
  express,
  { cookies, session, upload, sessionName, more },
  { root, views },
) {
  const app = express()
  app.set('views', views)
  app.set('query parser', 'extended')
  const secret = 'a secret of the app under attack, long enough'

  app.use('/admin', (req, res) => res.status(403).send('forbidden'))
  app.get('/admin/panel', (req, res) => res.send('guarded-panel'))
  app.get('/', (req, res) => res.send('home'))
  app.use(express.static(root))
  app.use(cookies(secret))
  app.get('/polluted', (req, res) => res.send({}.polluted === undefined ? 'clean' : 'polluted'))
  app.get('/host', (req, res) => res.send(`believes ${req.host}`))
  app.get('/users/:id', (req, res) => res.json({ id: req.params.id }))
  for (let n = 0; n < 10; n++) app.get(`/on/:y-:m-:d/n${n}`, (req, res) => res.json(req.params))

  app.get('/echo', echo('query'))
  app.post(
    '/echo',
    express.json(),
    express.urlencoded({ extended: true }),
    express.text(),
    echo('body'),
  )

  app.get('/header', (req, res) => res.set('X-Value', req.query.value).send('set'))
  app.get('/redirect', (req, res) => res.redirect(req.query.to))
  app.get('/link', (req, res) => res.links({ next: req.query.to }).send('linked'))
  app.get('/download', (req, res) => res.attachment(req.query.name).send('content'))
  app.get('/jsonp', (req, res) => res.jsonp({ x: req.query.x ?? null }))
  app.get('/file', (req, res) => res.sendFile(req.query.name, { root }))
  app.get('/negotiate', (req, res) =>
    res.format({
      json: () => res.json({}),
      html: () => res.send('<p>'),
      text: () => res.send('text'),
    }),
  )
  app.get('/page/:name', (req, res) =>
    res.render(`${req.params.name}.html`, { x: '', ...req.query }),
  )

  app.get('/cookies', (req, res) => res.json({ value: req.cookies[req.query.name] ?? null }))
  app.get('/cookie', (req, res) => {
    const { name = 'c', value, path, domain } = req.query
    res.cookie(name, value, { ...(path && { path }), ...(domain && { domain }) }).send('set')
  })
  app.get('/sign', (req, res) => {
    for (const name of ['role', 'note']) res.cookie(name, req.query[name], { signed: true })
    res.send('signed')
  })
  app.get('/signed', (req, res) => {
    const name = 'session' in req.query ? sessionName : req.query.name
    res.json({ value: req.signedCookies[name] || null })
  })

  app.use(session(secret))
  app.get('/visit', (req, res) => {
    req.session.visited = true
    res.send('welcome')
  })
  app.get('/login', (req, res, next) =>
    req.session.regenerate((error) => {
      if (error) next(error)
      else {
        req.session.user = 'ada'
        res.send('in')
      }
    }),
  )
  app.get('/logout', (req, res, next) =>
    req.session.destroy((error) => (error ? next(error) : res.send('out'))),
  )
  app.get('/me', (req, res) =>
    req.session.user ? res.send(`user ${req.session.user}`) : res.status(401).send('nobody'),
  )

  app.post('/upload', upload({ limits: { fileSize: 2 ** 20 } }).array('file'), (req, res) =>
    res.json({
      fields: req.body ?? null,
      files: (req.files ?? []).map(({ originalname, size }) => ({ name: originalname, size })),
    }),
  )
  more?.(app)
  return app
}
