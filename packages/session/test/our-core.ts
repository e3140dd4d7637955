import type express from 'express'

// Packages point from core to session, so the compiler must not follow this way back.
const source = '../../core/src/index.ts'

/** Our core, to be used like Express. */
export const core = ((await import(/* @vite-ignore */ source)) as { default: typeof express })
  .default
