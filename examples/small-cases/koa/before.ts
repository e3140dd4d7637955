import Router from '@koa/router'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'

interface Book {
  readonly id: number
  readonly title: string
}

export function createBefore(): Koa {
  const books: Book[] = [{ id: 1, title: 'Emma' }]
  const app = new Koa()
  const router = new Router<{ user?: string }>()

  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const { status = 500, message } = error as Error & { status?: number }
      ctx.status = status
      ctx.body = { error: status < 500 ? message : 'Something went wrong' }
    }
  })
  app.use(async (ctx, next) => {
    await next()
    ctx.set('X-Books', String(books.length))
  })
  app.use(bodyParser())

  router.get('/books/:id', (ctx) => {
    const book = books.find(({ id }) => id === Number(ctx.params['id']))
    if (!book) ctx.throw(404, 'No such book')
    ctx.body = book
  })

  router.post(
    '/books',
    async (ctx, next) => {
      ctx.state.user = ctx.get('X-User')
      if (!ctx.state.user) ctx.throw(401, 'Who asks?')
      await next()
    },
    (ctx) => {
      const { title } = Object(ctx.request.body) as { title?: unknown }
      if (typeof title !== 'string') ctx.throw(422, 'A book has a title')
      const book = { id: books.length + 1, title: title as string }
      books.push(book)
      ctx.status = 201
      ctx.set('Location', `/books/${book.id}`)
      ctx.body = { ...book, by: ctx.state.user }
    },
  )

  router.get('/old', (ctx) => ctx.redirect('/books/1'))
  router.get('/broken', () => {
    throw new Error('password of db7 is wrong')
  })

  app.use(router.routes()).use(router.allowedMethods())
  return app
}
