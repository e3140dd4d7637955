import type { Family } from '../harness/case.ts'
import { bodies } from './bodies.ts'
import { conditional } from './conditional.ts'
import { cookies } from './cookies.ts'
import { errors } from './errors.ts'
import { mounting } from './mounting.ts'
import { negotiation } from './negotiation.ts'
import { params } from './params.ts'
import { proxies } from './proxies.ts'
import { ranges } from './ranges.ts'
import { redirects } from './redirects.ts'
import { rendering } from './rendering.ts'
import { routing } from './routing.ts'
import { settings } from './settings.ts'
import { staticFiles } from './static.ts'
import { streams } from './streams.ts'
import { subApps } from './sub-apps.ts'
import { trust } from './trust.ts'

export const families: readonly Family[] = [
  routing,
  params,
  mounting,
  errors,
  negotiation,
  conditional,
  ranges,
  cookies,
  redirects,
  rendering,
  bodies,
  staticFiles,
  subApps,
  settings,
  proxies,
  streams,
  trust,
]
