import type { Application } from './types/express.ts'

/**
 * The app that is handling a request, kept on the request and on its response.
 *
 * Entering a mounted app sets it and leaving restores it, instead of exchanging the prototypes,
 * which would take node:http to three times its cost for the rest of the request.
 */
export const currentApp = Symbol('the app handling this request')

export interface Handled {
  [currentApp]?: Application | undefined
}
