import http from 'node:http'
import { ask, listening } from './ask.ts'
import type { Ask, App, Case, Framework, Outcome, Question, Reply } from './case.ts'
import { settle } from './settle.ts'

/** How an app is put behind a server. */
export type Serve = (app: App) => http.Server

/** The app as the listener of a server that the program makes. */
const asListener: Serve = (app) => http.createServer(app)

/** A server that the app makes. */
export const onOwnServer: Serve = (app) => app.listen(0, '127.0.0.1')

/**
 * Furnishes an app of `framework`, asks it what the case asks, and gives back all that can be seen
 * from outside, with what differs from run to run (dates, stacks) made alike.
 */
export async function runCase(
  framework: Framework,
  { app: furnish, ask: asked }: Case,
  serve: Serve = asListener,
): Promise<Outcome> {
  const effects: string[] = []
  const app = framework()
  // Neither side logs errors in this environment.
  app.set('env', 'test')
  furnish(app, { express: framework, note: (effect) => void effects.push(effect) })

  const server = serve(app)
  const answered = trackReplies(server)
  const replies = await listening(server, async () => {
    const before: Reply[] = []
    for (const each of listOf(asked)) {
      before.push(settle(await ask(server, questionOf(each, before))))
      await answered()
    }
    return before
  })
  return { replies, effects }
}

function listOf(asked: Case['ask']): readonly Ask[] {
  return Array.isArray(asked) ? (asked as readonly Ask[]) : [asked as Ask]
}

function questionOf(asked: Ask, before: readonly Reply[]): Question {
  if (typeof asked === 'function') return asked(before)
  return typeof asked === 'string' ? { path: asked } : asked
}

/** Side effects may come after the client has its reply: waits until the server has let go of it. */
function trackReplies(server: http.Server): () => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve()
  server.on('request', (_req, res) => {
    last = new Promise((resolve) => void res.once('close', resolve))
  })
  return async () => {
    await last
    await new Promise((resolve) => void setImmediate(resolve))
  }
}
