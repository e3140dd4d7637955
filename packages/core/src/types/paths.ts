import type { RouteParams as ParamsIn } from '@tokkyu/router'

import type { ParamsDictionary, ParamsFlatDictionary } from './values.ts'

/** Where a layer applies. */
export type PathParams = string | RegExp | (string | RegExp)[]

/**
 * What `:id<int>` makes a number would keep the request from functions that take an `express.Request`, whose
 * parameters are text. An index signature beside the names lets it in, and takes nothing from what is named.
 */
type RouteParams<Path, Unknown> = Path extends `${string}<int>${string}`
  ? ParamsIn<Path, Unknown> & ParamsDictionary
  : ParamsIn<Path, Unknown>

/** The parameters a path literal names; those of any other path are only known to be text. */
export type RouteParameters<Route> = Route extends { readonly path: infer Path }
  ? RouteParameters<Path>
  : Route extends RegExp
    ? ParamsFlatDictionary
    : string extends Route
      ? ParamsDictionary
      : Route extends string
        ? RouteParams<Route, ParamsDictionary>
        : ParamsDictionary

/**
 * The parameters of a path, looked up so that the compiler does not try to tell the path from the handler
 * again: it would walk through all branches of `RouteParams`. (`NoInfer` is of TypeScript 5.4.)
 */
export type ParamsOf<Route extends string> = {
  are: RouteParams<Route, ParamsDictionary>
}[Route extends unknown ? 'are' : never]
