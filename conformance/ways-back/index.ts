import { bodies } from './bodies.ts'
import { files } from './files.ts'
import { requests } from './requests.ts'
import { responses } from './responses.ts'
import { routing } from './routing.ts'
import { servers } from './servers.ts'
import { sessions } from './sessions.ts'
import { uploads } from './uploads.ts'
import type { Row } from './row.ts'

/** Every entry of docs/differences.md. */
export const rows: readonly Row[] = [
  ...routing,
  ...requests,
  ...responses,
  ...bodies,
  ...files,
  ...sessions,
  ...uploads,
  ...servers,
]
