import { createApp } from './application.ts'
import * as names from './names.ts'
import type { Express } from './types/application.ts'

/**
 * Creates an application.
 *
 * @example
 *   const app = express()
 *   app.get('/', (req, res) => res.send('Hello'))
 *   app.listen(3000)
 */
function express(): Express {
  return createApp()
}

export * from './names.ts'
export default Object.assign(express, names)
