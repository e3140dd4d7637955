import type { Layer, RouteLayers as Route } from '../table/layer.ts'
import { verbOf } from '../table/layer.ts'
import { Params } from '../path/params.ts'
import type { RouteIndex } from '../table/route-index.ts'
import type { RouterState } from '../table/router-state.ts'

export interface FoundRoute {
  readonly route: Route
  readonly params: Params
}

/**
 * Finds the first route of this router alone that answers a method and a path, without running
 * anything.
 *
 * @param path - percent-encoded, without a query.
 * @throws {ParamDecodeError} status 400
 */
export function findRoute(
  router: RouterState,
  method: string,
  path: string,
): FoundRoute | undefined {
  const { index, layers, revision } = router
  index.update(layers, revision)
  const verb = verbOf(method)
  for (const number of index.find(path)) {
    const layer = layers[number]!
    const { route } = layer
    if (route === undefined || !route.handlesVerb(verb)) continue
    const params = readParams(layer, path, index)
    if (params !== undefined) return { route, params }
  }
  return undefined
}

/** Reads the parameters of a layer that the index has found for the path. */
function readParams(layer: Layer, path: string, index: RouteIndex): Params | undefined {
  const { direct } = layer
  if (direct !== undefined && layer.sensitive !== index.folds) {
    return direct.read(path, path.includes('%'), index.segmentEnds(path))
  }
  const match = layer.match(path)
  return match === false ? undefined : match.params
}
