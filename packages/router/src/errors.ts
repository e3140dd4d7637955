/** A path that cannot be read. Thrown while routes are registered, never while requests run. */
export class PathSyntaxError extends TypeError {
  // `name` stays "TypeError", and the problem comes first: what people know from path-to-regexp.
  readonly code = 'ROUTER_BAD_PATH'
  readonly status = 500
  readonly expose = false
  /** The path as it was given. */
  readonly path: string
  /** Where reading stopped, in UTF-16 code units from the start of `path`. */
  readonly offset: number
  /** The path in today's spelling, when the one given is a spelling of Express 4. */
  readonly suggestion: string | undefined

  constructor(problem: string, path: string, offset: number, suggestion?: string) {
    const hint = suggestion === undefined ? '' : `; write ${JSON.stringify(suggestion)} instead`
    super(`${problem} at index ${offset} of path ${JSON.stringify(path)}${hint}`)
    this.path = path
    this.offset = offset
    this.suggestion = suggestion
  }
}

/** A parameter's text in the request is not valid percent-encoded UTF-8. */
export class ParamDecodeError extends URIError {
  // `name` stays "URIError": error pages and log filters of Express apps look for it.
  readonly code = 'ROUTER_UNDECODABLE_PARAM'
  readonly status = 400
  readonly statusCode = 400
  readonly expose = true
  /** The parameter's name in the path. */
  readonly param: string
  /** The text that cannot be decoded, as the client sent it. */
  readonly value: string

  constructor(param: string, value: string, cause: unknown) {
    super(`Failed to decode param '${value}' as "${param}"`, { cause })
    this.param = param
    this.value = value
  }
}

/** The path has routes, but none for this method. Given to the final handler, never thrown. */
export class MethodNotAllowedError extends Error {
  override readonly name = 'MethodNotAllowedError'
  readonly code = 'ROUTER_METHOD_NOT_ALLOWED'
  readonly status = 405
  readonly statusCode = 405
  readonly expose = true
  /** The method that was asked for. */
  readonly method: string
  /** What the path does answer, sorted. */
  readonly allowed: readonly string[]
  /** Copied to the answer by final handlers that follow the http-errors convention. */
  readonly headers: { readonly Allow: string }

  constructor(method: string, allowed: readonly string[]) {
    super(`Cannot ${method} this path: it answers ${allowed.join(', ')}`)
    this.method = method
    this.allowed = allowed
    this.headers = { Allow: allowed.join(', ') }
  }
}

/** `router.url()` was asked for a route that no router here has. */
export class UnknownRouteError extends Error {
  override readonly name = 'UnknownRouteError'
  readonly code = 'ROUTER_UNKNOWN_NAME'
  readonly status = 500
  readonly expose = false
  /** The name that was asked for. */
  readonly route: string

  constructor(route: string) {
    super(`Cannot write a URL for route "${route}": no route has this name`)
    this.route = route
  }
}

/** `router.url()` cannot put a parameter into the path. */
export class UrlParamError extends TypeError {
  override readonly name = 'UrlParamError'
  readonly code = 'ROUTER_URL_PARAM'
  readonly status = 500
  readonly expose = false
  /** The name of the route. */
  readonly route: string
  /** The name of the parameter. */
  readonly param: string
  /** The value that was given for it. */
  readonly value: unknown

  constructor(route: string, param: string, value: unknown, problem: string) {
    const given = value === undefined ? '' : ` = ${JSON.stringify(value)}`
    super(`Cannot write a URL for route "${route}" with parameter "${param}"${given}: ${problem}`)
    this.route = route
    this.param = param
    this.value = value
  }
}

/** A router has a route of this name already. */
export class DuplicateRouteError extends TypeError {
  override readonly name = 'DuplicateRouteError'
  readonly code = 'ROUTER_DUPLICATE_NAME'
  readonly status = 500
  readonly expose = false
  /** The name that is taken. */
  readonly route: string

  constructor(route: string) {
    super(`Cannot name a second route "${route}" in one router`)
    this.route = route
  }
}

/** A router was given an argument that cannot be meant; its name stays `TypeError`, its sentences Express's. */
export class ArgumentError extends TypeError {
  readonly code = 'ROUTER_BAD_ARGUMENT'
  readonly status = 500
  readonly expose = false
}

/** A handler's promise was rejected without a reason. */
export class RejectedPromiseError extends Error {
  readonly code = 'ROUTER_REJECTED_PROMISE'
  readonly status = 500
  readonly expose = false

  constructor() {
    super('Rejected promise')
  }
}
