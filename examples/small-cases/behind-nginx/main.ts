import { createApp } from './app.ts'

// On this address alone: who could reach the app past nginx would say himself where he comes from.
createApp().listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')
