import type { RouteParams } from '@tokkyu/router'

import type { ParamsDictionary, ParamsFlatDictionary } from './values.ts'

/** Where a layer applies. */
export type PathParams = string | RegExp | (string | RegExp)[]

/** The parameters a path literal names; those of any other path are only known to be text. */
export type RouteParameters<Route> = Route extends { readonly path: infer Path }
  ? RouteParameters<Path>
  : Route extends RegExp
    ? ParamsFlatDictionary
    : string extends Route
      ? ParamsDictionary
      : Route extends string
        ? RouteParams<Route>
        : ParamsDictionary

/**
 * The parameters of a path, looked up so that the compiler does not try to tell the path from the handler
 * again: it would walk through all branches of `RouteParams`. (`NoInfer` is of TypeScript 5.4.)
 */
export type ParamsOf<Route extends string> = {
  are: RouteParams<Route, ParamsDictionary>
}[Route extends unknown ? 'are' : never]
