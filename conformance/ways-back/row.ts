import type expressSession from 'express-session'
import type multerOf from 'multer'
import peerSession from 'express-session'
import multer from 'multer'
import ourSession from '@tokkyu/session'
import ourUpload from '@tokkyu/upload'
import type { Framework } from '../harness/case.ts'
import { express, ours as ourFramework } from '../harness/frameworks.ts'

/** What a program imports: from npm, or ours. To the rows both are the same API, so they are typed alike. */
export interface Side {
  readonly express: Framework
  readonly session: typeof expressSession
  readonly upload: typeof multerOf
}

/** One entry of docs/differences.md, shown by a program. */
export interface Row {
  /** The anchor of the entry. */
  readonly id: string
  /**
   * Runs the program and tells what was seen from outside. `back` asks for Express's way: the
   * option that the entry names has to be set.
   */
  readonly see: (side: Side, back: boolean) => Promise<unknown>
  /** What is seen with Express, express-session or multer, as far as it matters. */
  readonly express: unknown
  readonly ours: unknown
  /** What the entry names as the way back, and `see` does when it is asked for `back`. */
  readonly wayBack?: string | undefined
  /** Where the runtime decides: whether there is a difference here. */
  readonly here?: boolean
}

export const peers: Side = { express, session: peerSession, upload: multer }

export const ours: Side = {
  express: ourFramework,
  session: ourSession as unknown as typeof expressSession,
  upload: ourUpload as unknown as typeof multerOf,
}
