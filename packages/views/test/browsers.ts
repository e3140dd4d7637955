import { existsSync } from 'node:fs'

import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const given = inject('chromium')
const SYSTEM = '/usr/bin/chromium'

/**
 * Where Chromium is, before and since 150, the first that places pagelets itself: from npm, and the system's.
 * Undefined where there is none.
 */
export const chromiums = {
  ofNpm: 'missing' in given ? undefined : given,
  ofSystem: existsSync(SYSTEM) ? { executablePath: SYSTEM, libraries: '' } : undefined,
}
