import { configureGlobal } from 'fast-check'

/** The longest that one property may take: an honest machine needs a tenth of it. */
const TIME_LIMIT = 60_000

// At home each run tries new cases. In CI the same commit gives the same answer twice; what a run at
// home finds becomes a test of its own.
configureGlobal({
  interruptAfterTimeLimit: TIME_LIMIT,
  markInterruptAsFailure: true,
  ...(process.env['CI'] && { seed: 20_261_120 }),
})
