import { ownDispatch } from './dispatch/dispatch-route.ts'
import { RouteLayers } from './table/layer.ts'

/** A route that can lead a request through its handlers on its own. */
export class Route extends RouteLayers {
  declare dispatch: typeof ownDispatch
}

Object.assign(Route.prototype, { dispatch: ownDispatch })
