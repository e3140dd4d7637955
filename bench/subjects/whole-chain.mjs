// The whole app's middleware on bare node:http, with the routes written by hand.
import { chain } from '../whole-app/chain.mjs'

export const apps = { whole: chain }
