import type { PathForm, RouteNode } from '@tokkyu/router'

import { type Declaration, declarationOf } from '../validation/index.ts'
import { type PathTemplate, mountedForm, pathTemplate } from './path-template.ts'

/** One method of one path, with all that `validate()` says in front of its handlers. */
export interface Operation {
  /** In small letters. */
  readonly method: string
  readonly template: PathTemplate
  readonly declarations: readonly Declaration[]
  /** The name of the route. */
  readonly name: string | undefined
}

/** What a middleware declares for the paths below it. */
interface Inherited {
  readonly prefixes: readonly string[]
  readonly declarations: readonly Declaration[]
}

/** The operations of a tree of routes, in the order in which they answer. */
export function operationsOf(
  nodes: readonly RouteNode[],
  at: readonly PathForm[] = [[]],
  around: readonly Inherited[] = [],
): readonly Operation[] {
  const inherited = [...around]
  return nodes.flatMap((node) => {
    const forms = at.flatMap((prefix) => node.forms.map((form) => mountedForm(prefix, form)))
    if (node.kind === 'router') return operationsOf(node.routes, forms, inherited)
    if (node.kind === 'route') {
      return forms.flatMap((form) => operationsAt(node, pathTemplate(form), inherited))
    }
    const declarations = declarationsIn(node, undefined)
    const prefixes = forms.map((form) => pathTemplate(form).key)
    if (declarations.length > 0) inherited.push({ prefixes, declarations })
    return []
  })
}

function operationsAt(
  node: RouteNode,
  template: PathTemplate,
  inherited: readonly Inherited[],
): readonly Operation[] {
  const above = inherited.flatMap(({ prefixes, declarations }) =>
    prefixes.some((prefix) => isBelow(template.key, prefix)) ? declarations : [],
  )
  return methodsOf(node).map((method) => ({
    method: method.toLowerCase(),
    template,
    declarations: [...above, ...declarationsIn(node, method)],
    name: node.name,
  }))
}

function isBelow(path: string, prefix: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`)
}

/** Those OpenAPI has a place for; of a route for all methods, those that an API is made of. */
function methodsOf({ steps }: RouteNode): readonly string[] {
  const own = new Set(steps.flatMap(({ method }) => method ?? []))
  const described = DESCRIBED.filter((method) => own.has(method))
  const isForAll = own.size === 0 || described.length === DESCRIBED.length
  return isForAll ? OF_APIS : described
}

const OF_APIS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const DESCRIBED = [...OF_APIS, 'HEAD', 'OPTIONS', 'TRACE']

function declarationsIn({ steps }: RouteNode, method: string | undefined): readonly Declaration[] {
  return steps.flatMap((step) => {
    const isAsked = step.method === undefined || step.method === method
    return (isAsked ? declarationOf(step.handle) : undefined) ?? []
  })
}
