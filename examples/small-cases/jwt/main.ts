import { createApp } from './app.ts'

const secret = process.env['SECRET']
if (!secret || secret.length < 32) throw new RangeError('SECRET holds 32 characters or more')

const port = Number(process.env['PORT'] ?? 3000)
createApp(secret).listen(port, () => console.log(`http://localhost:${port}`))
