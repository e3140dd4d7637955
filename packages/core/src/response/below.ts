import { ServerResponse } from 'node:http'

/** The object that carries our methods of a response; node's prototype until there is one. */
let own: object = { __proto__: ServerResponse.prototype }

/** Says which object carries our methods. */
export function standOn(response: object): void {
  own = response
}

/**
 * What stands below our methods: node's, or whoever has put himself between, as test doubles and
 * in-process clients do. Looked up at each call, since they come late, and tracers replace methods.
 */
export function below(): unknown {
  return Object.getPrototypeOf(own)
}
