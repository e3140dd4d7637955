import { createApp } from './app.ts'
import { openNotes } from './open-notes.ts'

const notes = await openNotes(process.env['DATABASE_URL'] ?? 'sqlite:notes.db')
const app = createApp(notes)
app.listen(Number(process.env['PORT'] ?? 3000))

process.once('SIGTERM', async () => {
  await app.close()
  await notes.close()
})
