import type { ServerResponse } from 'node:http'
import { dispatchRoute } from './dispatch/dispatch-route.ts'
import { RouteLayers } from './table/layer.ts'

/** A route that can lead a request through its handlers on its own. */
export class Route extends RouteLayers {
  dispatch(req: object, res: object, done: (error?: unknown) => unknown): void {
    dispatchRoute(this, req, res as ServerResponse, done)
  }
}
