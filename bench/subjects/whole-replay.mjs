// The whole app's answers, sent by bare node:http.
import { replay } from '../whole-app/replay.mjs'

export const apps = { whole: replay }
