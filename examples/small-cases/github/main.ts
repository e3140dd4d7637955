import { createApp } from './app.ts'

const { GITHUB_ID, GITHUB_SECRET, SECRET } = process.env as Record<string, string | undefined>
if (!GITHUB_ID || !GITHUB_SECRET || !SECRET) {
  throw new TypeError('GITHUB_ID, GITHUB_SECRET and SECRET are needed')
}

const callbackURL = `${process.env['URL'] ?? 'http://localhost:3000'}/login/github/callback`
const app = createApp({ clientID: GITHUB_ID, clientSecret: GITHUB_SECRET, callbackURL }, SECRET)
app.set('trust proxy', 'loopback')
const port = Number(process.env['PORT'] ?? 3000)
app.listen(port, () => console.log(`http://localhost:${port}`))
