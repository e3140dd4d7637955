import { createApp } from './app.ts'

const port = Number(process.env['PORT'] ?? 3000)
// On this address alone: who could reach the app past nginx would say himself where he comes from.
createApp().listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}`))
