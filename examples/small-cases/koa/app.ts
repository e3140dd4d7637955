import express, { HttpError } from '@tokkyu/core'

interface Book {
  readonly id: number
  readonly title: string
}

/** What errors say of their answer: a 405 has its Allow in `headers`. */
type Failure = Error & { status?: number; headers?: Record<string, string> }

export function createApp(): express.Express {
  const books: Book[] = [{ id: 1, title: 'Emma' }]
  const app = express()
  app.set('method not allowed', true) // router.allowedMethods()

  app.use(async (req, res, next) => {
    try {
      await next()
    } catch (error) {
      const { status = 500, message, headers = {} } = error as Failure
      res.status(status).set(headers)
      res.json({ error: status < 500 ? message : 'Something went wrong' })
    }
  })
  app.use((req, res, next) => {
    res.beforeHeaders(() => void res.set('X-Books', String(books.length)))
    next()
  })
  app.use(express.json(), express.urlencoded())

  app.get('/books/:id', (req, res) => {
    const book = books.find(({ id }) => id === Number(req.params.id))
    if (!book) throw new HttpError(404, 'NO_SUCH_BOOK', 'No such book')
    res.json(book)
  })

  app.post(
    '/books',
    (req, res, next) => {
      res.locals['user'] = req.get('X-User')
      if (!res.locals['user']) throw new HttpError(401, 'WHO_ASKS', 'Who asks?')
      next()
    },
    (req, res) => {
      const { title } = Object(req.body) as { title?: unknown }
      if (typeof title !== 'string') throw new HttpError(422, 'NO_TITLE', 'A book has a title')
      const book = { id: books.length + 1, title }
      books.push(book)
      res.status(201).location(`/books/${book.id}`)
      res.json({ ...book, by: res.locals['user'] as string })
    },
  )

  app.get('/old', (req, res) => res.redirect('/books/1'))
  app.get('/broken', () => {
    throw new Error('password of db7 is wrong')
  })
  return app
}
