import 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}
