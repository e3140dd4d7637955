import { createApp } from './app.ts'
import { openNotes } from './open-notes.ts'

const notes = await openNotes(process.env['DATABASE_URL'] ?? 'sqlite:notes.db')
const app = createApp(notes)
const port = Number(process.env['PORT'] ?? 3000)
app.listen(port, () => console.log(`http://localhost:${port}`))

process.once('SIGTERM', async () => {
  await app.close()
  await notes.close()
})
