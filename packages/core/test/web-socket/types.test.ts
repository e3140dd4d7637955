// oxlint-disable vitest/expect-expect -- compiling is the assertion
// oxlint-disable unicorn/consistent-function-scoping -- each stands where it is asked about
import { createServer } from 'node:http'

import { describe, expectTypeOf, test } from 'vitest'

import express, {
  Router,
  type Channel,
  type Express,
  type IRouter,
  type Request,
  type ServerWebSocket,
  type WebSocketHandler,
  type WebSocketMessage,
} from '@tokkyu/core'

describe('app.ws', () => {
  const app = express()

  test('names the parameters of a path', () => {
    app.ws('/rooms/:id<int>/:who', (socket, req) => {
      expectTypeOf(socket).toEqualTypeOf<ServerWebSocket>()
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
      expectTypeOf(req.params.who).toEqualTypeOf<string>()
    })
    app.ws({ name: 'room', path: '/rooms/:id' }, (_socket, req) => {
      expectTypeOf(req.params).toEqualTypeOf<{ id: string }>()
    })
    // @ts-expect-error `idd` is not in the path
    app.ws('/rooms/:id', (_socket, req) => req.params.idd)
  })

  test('takes options, and middleware in front of the handler', () => {
    const chained = app
      .ws('/a/:id', { maxPayload: 10 }, (_socket, req) => {
        expectTypeOf(req.params.id).toEqualTypeOf<string>()
      })
      .ws(
        '/a/:id',
        (req, res, next) => {
          expectTypeOf(req.params.id).toEqualTypeOf<string>()
          res.status(401)
          return next()
        },
        (socket, req) => {
          expectTypeOf(socket.protocol).toEqualTypeOf<string>()
          expectTypeOf(req.params.id).toEqualTypeOf<string>()
        },
      )
      .ws('/a/:id', { origin: 'any' }, express.json(), [express.text()], (socket, req) => {
        expectTypeOf(socket).toEqualTypeOf<ServerWebSocket>()
        expectTypeOf(req.params.id).toEqualTypeOf<string>()
      })
    expectTypeOf(chained).toEqualTypeOf<Express>()
  })

  test('refuses an option that there is not, and one of the wrong kind', () => {
    const refused = () => {
      // @ts-expect-error no such option
      app.ws('/a', { maxPayloads: 10 }, () => {})
      // @ts-expect-error a number is wanted
      app.ws('/a', { maxPayload: '1mb' }, () => {})
    }
    expectTypeOf(refused).toBeFunction()
  })

  test('takes a handler that is written elsewhere', () => {
    const handler: WebSocketHandler = (socket) => socket.close()
    const typed = (_socket: ServerWebSocket, req: Request<{ id: string }>) => req.params.id
    app.ws('/a', handler).ws('/a/:id', typed)
    expectTypeOf(Router().ws('/b', handler)).toEqualTypeOf<IRouter>()
  })
})

describe('a socket', () => {
  test('gives its messages and events their types', () => {
    express().ws('/', async (socket) => {
      socket.on('message', (data, isBinary) => {
        expectTypeOf(data).toEqualTypeOf<Buffer>()
        expectTypeOf(isBinary).toEqualTypeOf<boolean>()
      })
      socket.on('close', (code, reason) => {
        expectTypeOf(code).toEqualTypeOf<number>()
        expectTypeOf(reason).toEqualTypeOf<Buffer>()
      })
      for await (const message of socket) {
        expectTypeOf(message).toEqualTypeOf<WebSocketMessage>()
        expectTypeOf(message).toEqualTypeOf<string | Buffer>()
        await socket.send(message)
      }
      // @ts-expect-error an object is for sendJson
      await socket.send({ id: 7 })
      expectTypeOf(await socket.sendJson({ id: 7 })).toEqualTypeOf<void>()
    })
  })
})

describe('the rest of it', () => {
  test('is on the app', () => {
    const app = express()
    expectTypeOf(app.channel('news')).toEqualTypeOf<Channel>()
    const server = createServer(app)
    expectTypeOf(app.attach(server)).toEqualTypeOf(server)
    express().get('/', (req) => {
      // oxlint-disable-next-line typescript/no-unsafe-call -- `req.app` takes anything
      expectTypeOf(req.app.channel('news')).toEqualTypeOf<Channel>()
    })
  })
})
