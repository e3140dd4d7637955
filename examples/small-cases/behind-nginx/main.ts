import { createApp } from './app.ts'

// On this address alone: who could reach the app past nginx would say himself where he comes from.
const port = Number(process.env['PORT'] ?? 3000)
createApp().listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}`))
