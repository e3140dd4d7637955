import { givenIn, ownOptions } from '../../own-options.ts'
import type { Application } from '../../types/application.ts'
import type { InjectAgent, InjectOptions } from '../../types/inject.ts'
import { CookieJar } from './cookie-jar.ts'
import { locationOf } from './headers.ts'
import { inject } from './inject.ts'

/** A client that keeps cookies; see `app.agent`. */
export function createAgent(app: Application, given?: InjectOptions): InjectAgent {
  const jar = new CookieJar()
  const defaults = ownOptions(given)
  return {
    inject(request = {}) {
      const wanted = ownOptions(givenIn(typeof request === 'string' ? { url: request } : request))
      const headers = { ...defaults.headers, ...wanted.headers }
      return inject(app, { ...defaults, ...wanted, headers }, jar)
    },
    cookie: (name, path = '/') =>
      jar.valueOf(name, locationOf(path, defaults.secure ?? false, defaults.headers)),
  }
}
