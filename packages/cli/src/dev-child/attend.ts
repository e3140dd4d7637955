import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:net'

import { addClient } from './add-client.ts'
import { hear, tell } from './channel.ts'
import { giveBack, trackConnections } from './give-back.ts'
import { showErrorPages } from './error-pages.ts'
import { tellLastWords } from './last-words.ts'
import { routeOf } from './journey.ts'
import { printErrors } from './print-errors.ts'
import { showPlace } from '../program/place.ts'
import { listenThroughCommand } from './listen-through-command.ts'
import { answerPages, endPages, tellPages } from './open-pages.ts'
import { logRequest } from './request-log.ts'

/** In the process of an application under `tokkyu dev`, before the application is loaded. */
export function attendDevelopment(): void {
  printErrors()
  showErrorPages()
  tellLastWords()
  listenThroughCommand((server, listener) => {
    trackConnections(server, listener)
    attendRequests(server)
  })
  hear((message) => {
    if (message.type === 'changed') tellPages(message.isStyle)
    else if (message.type === 'leave') {
      endPages()
      giveBack(() => tell({ type: 'left' }))
    }
  })
}

/** Before any listener of the application is asked. */
function attendRequests(server: Server): void {
  const target: EventEmitter = server
  const emit = target.emit.bind(target)
  target.emit = (event: string | symbol, ...given: unknown[]) => {
    if (event === 'request') {
      const [req, res] = given as [IncomingMessage, ServerResponse]
      if (answerPages(req, res)) return true
      logRequest(req, res, () => placeOf(req))
      addClient(req, res)
    }
    return emit(event, ...given)
  }
}

function placeOf(req: IncomingMessage): string | undefined {
  const place = routeOf(req)?.place
  return place && showPlace(place)
}
