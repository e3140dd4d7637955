// Pictures go up, with a bar that shows how far they are. `node server.mjs`, then open the address.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express from '@tokkyu/core'
import upload, { MulterError } from '@tokkyu/upload'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const folder = process.env.UPLOADS ?? here('uploads')
mkdirSync(folder, { recursive: true })

const pictures = upload({
  dest: folder,
  accept: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  hash: 'sha256',
  limits: { fileSize: 50 * 1024 * 1024, files: 5 },
})

export const app = express()
app.use(express.static(here('public')))

app.post('/pictures', pictures.array('pictures'), (req, res) => {
  res.status(201).json(
    req.files.map(({ originalname, detectedMimetype, size, sha256 }) => ({
      name: originalname,
      type: detectedMimetype,
      size,
      sha256,
    })),
  )
})

app.use((error, req, res, next) => {
  if (error instanceof MulterError) {
    res.status(error.status).json({ code: error.code, message: error.message })
  } else {
    next(error)
  }
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}`)
  })
}
