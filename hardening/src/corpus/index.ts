import type { Attack } from '../attack.ts'
import { bodies } from './bodies.ts'
import { cookies } from './cookies.ts'
import { framing } from './framing.ts'
import { headers } from './headers.ts'
import { host } from './host.ts'
import { load } from './load.ts'
import { multipart } from './multipart.ts'
import { paths } from './paths.ts'
import { sessions } from './sessions.ts'
import { templates } from './templates.ts'

/** Every attack, in the order in which the scoreboard shows its classes. */
export const corpus: readonly Attack[] = [
  ...framing,
  ...host,
  ...paths,
  ...headers,
  ...cookies,
  ...bodies,
  ...multipart,
  ...templates,
  ...sessions,
  ...load,
]
