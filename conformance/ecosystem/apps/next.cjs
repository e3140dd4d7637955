// Next's custom server: Express stands before its handler, the pages are built into a temporary folder.
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const pages = {
  'pages/index.js': `export default function Page({ name }) { return <p>Hello {name}</p> }
export const getServerSideProps = ({ req, query }) => ({ props: { name: query.name ?? req.seen } })`,
  'pages/notes/[id].js': `export default function Note({ id }) { return <p>Note {id}</p> }
export function getServerSideProps({ params, res }) {
  if (params.id === '0') return { notFound: true }
  if (params.id === '1') return { redirect: { destination: '/notes/2', permanent: false } }
  res.setHeader('x-note', params.id)
  return { props: params }
}`,
  'pages/api/echo.js': `export default function echo(req, res) {
  res.status(201).json({ method: req.method, query: req.query, body: req.body, cookies: req.cookies })
}`,
  'public/robots.txt': 'User-agent: *\n',
  'next.config.js': `module.exports = { generateBuildId: () => 'one', experimental: { cpus: 1 } }`,
}

module.exports = {
  next: {
    app: async (express) => {
      const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ecosystem-next-'))
      process.once('exit', () => fs.rmSync(dir, { recursive: true, force: true }))
      for (const [name, text] of Object.entries(pages)) {
        fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
        fs.writeFileSync(path.join(dir, name), text)
      }
      fs.symlinkSync(path.join(__dirname, '../node_modules'), path.join(dir, 'node_modules'))
      // Last-Modified of both is the same.
      fs.utimesSync(path.join(dir, 'public/robots.txt'), 1, 1)
      Object.assign(process.env, { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' })
      const build = [require.resolve('next/dist/bin/next'), 'build', dir, '--webpack']
      execFileSync(process.execPath, build, { stdio: 'ignore' })
      const next = require('next')({ dev: false, dir })
      await next.prepare()
      const handle = next.getRequestHandler()
      const app = express().use((req, res, go) => {
        req.seen = 'Ada'
        res.set('x-before', '1')
        go()
      })
      app.get('/own', (req, res) => res.json('own'))
      app.get('/as/:id', (req, res) => next.render(req, res, `/notes/${req.params.id}`, {}))
      return app.all('/{*path}', (req, res) => handle(req, res))
    },
    requests: [
      { path: '/own' },
      { path: '/' },
      { path: '/?name=Grace' },
      { path: '/notes/7' },
      { path: '/notes/1' },
      { path: '/notes/0' },
      { path: '/as/7' },
      {
        method: 'POST',
        path: '/api/echo?a=1',
        headers: { 'content-type': 'application/json' },
        body: '{"text":"sea"}',
      },
      { path: '/robots.txt' },
      { path: '/none' },
    ],
  },
}
