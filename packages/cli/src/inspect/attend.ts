import { Server } from 'node:net'
import { pathToFileURL } from 'node:url'

import { type Application, isApplication, plainNode } from '../program/application.ts'
import type { Answer, Question } from './question.ts'

/**
 * In the process of an application that is only to be looked at: nothing listens, and the first
 * application that shows itself is asked.
 *
 * The application is what the entry exports (`default`, `app`, `module.exports`), or what the first
 * server that listens hands its requests to.
 */
export function attendInspection(entry: string, question: Question): void {
  let isAnswered = false
  const answer = (message: Answer): void => {
    if (isAnswered) return
    isAnswered = true
    process.send?.(message)
  }
  const ask = (app: Application): void => {
    try {
      answer(answerOf(app, question))
    } catch (error) {
      answer({ failed: error instanceof Error ? error.message : String(error) })
    }
  }
  /** Later: what is registered in the same turn as `listen` counts, too. */
  const askSoon = (app: Application): void => void setTimeout(ask, 0, app)

  const strangers: string[] = []
  Server.prototype.listen = function listen() {
    const listeners = this.listeners('request')
    const app = listeners.find((each): each is typeof each & Application => isApplication(each))
    if (app !== undefined) askSoon(app)
    else if (listeners.length > 0) strangers.push('what listens has no routes() and explain()')
    return this
  }
  // A module is evaluated once, whoever asks for it: this gives what the entry's own run exports.
  setImmediate(() => {
    import(pathToFileURL(entry).href).then(
      (exported: Record<string, unknown>) => {
        const { default: main, app } = exported
        const inner = Object(main) as Record<string, unknown>
        const found = [main, app, inner['default'], inner['app']].find(isApplication)
        if (found !== undefined) askSoon(found)
      },
      () => {}, // the entry's own run says it
    )
  })
  process.on('beforeExit', () => {
    answer({ missing: strangers[0] ?? 'it exports none, and nothing listens' })
  })
}

function answerOf(app: Application, question: Question): Answer {
  if (question.ask === 'routes') return { routes: app.routes().map(plainNode) }
  const explanation = app.explain(question.method, question.url)
  const { method, url, answer, layers } = explanation
  return { explained: { method, url, answer, layers, text: String(explanation) } }
}
